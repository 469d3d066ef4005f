/** What this node writes in one room. */
import { KithError } from '../kith-error.ts'
import type { SentDocument } from '../kith.ts'
import type { Content } from '../room/content.ts'
import { rulingBody } from '../room/rulings.ts'
import type { NodeCore } from './core.ts'
import type { NodeRoom } from './node-room.ts'

export class RoomWriting {
  readonly #room: NodeRoom
  readonly #core: NodeCore

  constructor(room: NodeRoom, core: NodeCore) {
    this.#room = room
    this.#core = core
  }

  /** A document of one of the app's kinds. */
  async update(kind: string, value: unknown): Promise<SentDocument> {
    return this.write({ kind, body: this.#room.requireKnownApp().body(kind, value) })
  }

  /** All of them or none; returns the last one. */
  async updateTogether(updates: readonly { kind: string; value: unknown }[]): Promise<SentDocument> {
    const app = this.#room.requireKnownApp()
    const contents = updates.map(({ kind, value }) => ({ kind, body: app.body(kind, value) }))
    const last = contents.pop()
    if (last === undefined) throw new KithError('bad-value', 'there is nothing to write')
    return this.write({ ...last, before: contents })
  }

  async write(content: { kind: string; body: Uint8Array; before?: readonly Content[] }): Promise<SentDocument> {
    const { id: room } = this.#room
    const { document } = await this.#core.command({ type: 'write', room, ...content })
    if (document === undefined) throw new Error('a written document has an id')
    return { id: document.id, room, clock: document.clock }
  }

  /** The owner drops or restores an author; returns who that is. */
  async rule(kind: string, reference: string): Promise<string> {
    this.#room.requireOpen()
    const { owner } = this.#room.open
    if (owner !== this.#core.self) {
      throw new KithError(
        'not-owner',
        `only the owner of '${this.#room.name}', ${owner ?? 'unknown'}, can drop authors`,
      )
    }
    const author = this.#core.resolvePeer(reference)
    const body = rulingBody(author)
    if (body === undefined || this.#core.store.authorHead(this.#room.id, author) === undefined) {
      throw new KithError('no-such-peer', `${author} has written nothing in '${this.#room.name}' (kith members ROOM)`)
    }
    await this.write({ kind, body })
    return author
  }
}

/** Builds a room anew from the documents that were saved of it. */
import type { Document } from '../../../protocols/document/document.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { RepairedRoom } from '../../kith.ts'
import { childLinkWrite } from '../../machine/child-links.ts'
import { linkingRowOf } from '../../machine/ensure-map/linking-row.ts'
import { documentReader } from '../../room/document-reader.ts'
import { RoomGraph } from '../../room/graph.ts'
import { decodeRoot, openRoot, type RoomRoot } from '../../room/root.ts'
import { RoomKeys } from '../../room/sealing/room-keys.ts'
import type { RoomMark } from '../../store/room-marks.ts'
import type { RoomRecord, Store } from '../../store/store.ts'

export class RoomRebuild {
  readonly #store: Store
  readonly #self: PeerId
  readonly #record: RoomRecord
  readonly #graph: RoomGraph
  /** Those that were saved: nothing is learnt or made here. */
  readonly #keys: RoomKeys

  constructor(record: RoomRecord, store: Store, self: PeerId) {
    this.#store = store
    this.#self = self
    this.#record = record
    store.apply({ type: 'put-room', room: record })
    this.#graph = new RoomGraph(record.id, store, documentReader, () => Infinity, self)
    this.#keys = new RoomKeys({
      ...{ room: record.id, self, store, random: notHere, put: notHere },
      ...{ record: () => record, control: () => this.#graph.gate.control, isBehind: () => false },
    })
  }

  /** Adds documents, whose ancestors come first. */
  add(blocks: readonly Uint8Array[]): void {
    const room = this.#record.id
    const { accepted } = this.#graph.receive(blocks, this.#self, () => 'welcome')
    for (const document of accepted) {
      const childLink = childLinkWrite(room, this.#keys.open(document))
      if (childLink !== undefined) this.#store.apply(childLink)
      if (document.links.length === 0) continue
      this.#store.apply({ type: 'put-linking', room, row: linkingRowOf(this.#keys.open(document)) })
    }
    this.#store.commit()
  }

  /** Files of documents that do not count by all that was saved are none of the room. */
  #unlinkVoid(): void {
    const room = this.#record.id
    for (const { id } of this.#store.linking(room)) {
      const row = this.#store.document(id)
      const isVoid = row === undefined || !this.#graph.gate.counts(documentReader.decode(row.block))
      if (isVoid) this.#store.apply({ type: 'delete-linking', room, id })
    }
  }

  /** `mark`: how far the room had got, if anything tells. */
  end(mark: RoomMark | undefined): RepairedRoom {
    const { id } = this.#record
    this.#unlinkVoid()
    const record = this.#recordWithRoot()
    this.#store.apply({ type: 'put-room', room: record })
    const held = (this.#store.authorHead(id, this.#self)?.seq ?? -1) + 1
    const waiting = this.#graph.pending()
    const own = waiting.filter(({ id: each, author }) => author === this.#self && this.#graph.signedPending(each))
    const { documents = 'unknown', givenUp = 0 } = mark?.own ?? {}
    const wrote = documents === 'unknown' ? documents : Math.max(documents, held, ...own.map(({ seq }) => seq + 1))
    this.#store.apply({ type: 'put-own-mark', room: id, mark: { documents: wrote, givenUp } })
    this.#store.commit()
    return {
      id,
      name: record.name || this.#record.name,
      had: mark?.documents ?? null,
      saved: this.#store.totals(id).documents,
      waiting: waiting.length,
      isHeldBack: record.status !== 'left' && (wrote === 'unknown' || (wrote > held && wrote > givenUp)),
    }
  }

  /** Without its root document, a room waits for it like one that was just joined. */
  #recordWithRoot(): RoomRecord {
    const { id, status } = this.#record
    const row = this.#store.document(id)
    if (status === 'left') return this.#record
    if (row === undefined) return { ...this.#record, status: 'waiting', name: '', app: '' }
    const document = documentReader.decode(row.block)
    const root = this.#opened(document) ?? decodeRoot(document) ?? { name: '', app: '' }
    const { name, app } = this.#record
    // Without its key, the root of a private room says neither, but the record may have been saved.
    const known = root.access === 'private' && root.app === '' ? { name, app } : {}
    return { ...this.#record, status: 'open', ...root, ...known }
  }

  /** What a sealed root says, if its key is here. */
  #opened(root: Document): RoomRoot | undefined {
    const { first } = this.#keys
    return first && openRoot(root, first)
  }
}

function notHere(): never {
  throw new Error('a repair makes no keys')
}

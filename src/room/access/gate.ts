/** What stands between documents and a room: in one with members, only what is written with the right to it comes in. */
import type { Document } from '../../../protocols/document/document.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { DocumentReader } from '../document-reader.ts'
import { decodeRoot, privateRootOf } from '../root.ts'
import type { RoomStore } from '../room-store.ts'
import { AccessControl, type Ruling } from './access-control.ts'
import { retractionFrom } from './retraction.ts'

interface Init {
  room: RoomId
  store: RoomStore
  reader: DocumentReader
  /** The author of what is written here. */
  self: PeerId | undefined
}

export class Gate {
  readonly #init: Init
  #control: AccessControl | undefined

  constructor(init: Init) {
    this.#init = init
    const root = init.store.document(init.room)
    if (root !== undefined) this.#open(init.reader.decode(root.block))
  }

  /** Undefined in a room in which everybody may write, and as long as it is not known. */
  get control(): AccessControl | undefined {
    return this.#control
  }

  /** Whether an accepted document has an effect. */
  counts(document: Document): boolean {
    return this.#control?.counts(document) ?? true
  }

  /** Whether it is folded. One that is not here is being written, with the right to it. */
  isFolded(document: Document): boolean {
    if (this.#control === undefined) return true
    return this.#control.counts(document) || !this.#init.store.hasDocument(document.id)
  }

  /** Receives documents that could be accepted, in order. `areOwn`: they were just signed here. */
  take(documents: readonly Document[], areOwn = false): Ruling {
    const [root] = documents
    if (root?.id === this.#init.room) this.#open(root)
    return this.#control?.take(documents, areOwn) ?? { accepted: [...documents], refused: [], changedFrom: undefined }
  }

  /** Takes out what counts no more, from a clock on, and returns it. */
  retractFrom(clock: number): Document[] {
    const { room, store, reader, self } = this.#init
    const stays = (document: Document): boolean => document.author === self || this.counts(document)
    const { documents, heads, authorHeads } = retractionFrom(clock, { room, store, reader, stays })
    const ids = documents.map(({ id }) => id)
    if (ids.length === 0) return []
    store.apply({ type: 'retract-documents', room, ids, heads })
    for (const [author, head] of authorHeads) {
      store.apply(head ? { type: 'put-author-head', room, head } : { type: 'delete-author-head', room, author })
    }
    for (const id of ids) this.#control?.forget(id)
    return documents
  }

  #open(root: Document): void {
    if (decodeRoot(root)?.access === undefined) return
    const { room, store, reader, self } = this.#init
    const founding = privateRootOf(root)
    this.#control = new AccessControl({ room, founder: root.author, founding, store, reader, self })
  }
}

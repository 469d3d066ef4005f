/** What stands between documents and a room: in one with members, only what is written with the right to it comes in. */
import type { Document } from '../../../protocols/document/document.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { DocumentReader } from '../document-reader.ts'
import { decodeRoot, privateRootOf } from '../root.ts'
import type { RoomStore } from '../room-store.ts'
import { storedDocument } from '../stored-document.ts'
import { AccessControl } from './access-control.ts'
import type { Ruling } from './arrivals.ts'
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
    const document = root && storedDocument(root, init.reader)
    if (document !== undefined) this.#open(document)
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

  /**
   * Whether the author of a document owned the room by what the document knows; `founder`: the author of the root. Nobody
   * moves a private room.
   */
  isByOwner(document: Document, founder: PeerId | undefined): boolean {
    const control = this.#control
    if (control === undefined) return document.author === founder
    return control.founding === undefined && control.isByOwner(document)
  }

  /** Receives documents that could be accepted, in order. `areOwn`: they were just signed here. */
  take(documents: readonly Document[], areOwn = false): Ruling {
    const [root] = documents
    if (root?.id === this.#init.room) this.#open(root)
    return this.#control?.take(documents, areOwn) ?? { accepted: [...documents], refused: [], changedFrom: undefined }
  }

  /** Takes out what counts no more, from a clock on. Returns it, and from which clock on others count in the end. */
  retractFrom(clock: number): { documents: Document[]; clock: number } {
    const { room, store, reader, self } = this.#init
    const stays = (document: Document): boolean => document.author === self || this.counts(document)
    const left: Document[] = []
    let first = clock
    for (let from: number | undefined = clock; from !== undefined;) {
      const { documents, heads, authorHeads } = retractionFrom(from, { room, store, reader, stays })
      if (documents.length === 0) break
      const ids = documents.map(({ id }) => id)
      store.apply({ type: 'retract-documents', room, ids, heads })
      for (const [author, head] of authorHeads) {
        store.apply(head ? { type: 'put-author-head', room, head } : { type: 'delete-author-head', room, author })
      }
      left.push(...documents)
      // Without the acts that left, others may count.
      from = this.#control?.forget(ids)
      first = Math.min(first, from ?? first)
    }
    return { documents: left, clock: first }
  }

  #open(root: Document): void {
    if (decodeRoot(root)?.access === undefined) return
    const { room, store, reader, self } = this.#init
    const founding = privateRootOf(root)
    this.#control = new AccessControl({ room, founder: root.author, founding, store, reader, self })
  }
}

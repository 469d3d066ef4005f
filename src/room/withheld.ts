/**
 * What this node wrote in a room with members, and what counts for nobody: it stays here, as its author may be let in
 * again, but nobody takes it. So peers are neither told of it nor sent it, which would go on for ever.
 */
import type { Document } from '../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import type { Frontier } from '../../protocols/wire/frontier.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Gate } from './access/gate.ts'
import { retractionFrom } from './access/retraction.ts'
import { ancestorsOf } from './ancestors.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'
import { storedDocument } from './stored-document.ts'

interface Init {
  room: RoomId
  store: RoomStore
  reader: DocumentReader
  gate: Gate
  self: PeerId | undefined
}

export class Withheld {
  readonly #init: Init
  #ids: ReadonlySet<DocumentId> = new Set()
  /** Documents that only such ones name. */
  readonly #below = new Set<DocumentId>()
  /** From this clock on they are to be found, once somebody asks: once for many documents. Undefined: all are. */
  #dueFrom: number | undefined = 0

  constructor(init: Init) {
    this.#init = init
  }

  has(id: DocumentId): boolean {
    this.#find()
    return this.#ids.has(id)
  }

  /** Documents from a clock on may not count any more. */
  revise(clock: number): void {
    this.#dueFrom = this.#ids.size > 0 ? 0 : Math.min(clock, this.#dueFrom ?? clock)
  }

  #find(): void {
    if (this.#dueFrom === undefined) return
    const { room, store, reader, gate } = this.#init
    const from = this.#dueFrom
    this.#dueFrom = undefined
    this.#ids = new Set()
    this.#below.clear()
    if (this.#isOwnHeadNeeded()) return
    const stays = (document: Document): boolean => gate.counts(document)
    const { documents, heads } = retractionFrom(from, { room, store, reader, stays })
    this.#ids = new Set(documents.map(({ id }) => id))
    for (const { id } of heads) if (id !== room) this.#below.add(id)
  }

  /** It comes after all others of this node, unless an older copy of the store was gone on from. */
  #isOwnHeadNeeded(): boolean {
    const { room, store, reader, gate, self } = this.#init
    const head = self === undefined || gate.control === undefined ? undefined : store.authorHead(room, self)
    const row = head && store.document(head.id)
    if (row === undefined) return true
    const document = storedDocument(row, reader)
    return document !== undefined && head?.forks === 0 && gate.counts(document)
  }

  /** A document is new here. */
  accepted(document: Document): void {
    const { self, gate } = this.#init
    for (const id of this.#ids.size > 0 ? ancestorsOf(document) : []) this.#below.delete(id)
    // Whoever follows them and counts needs them. Others may give this node what it wrote before an older copy of its store.
    const isOwnVoid = document.author === self && !gate.counts(document)
    if (isOwnVoid || (this.#ids.size > 0 && ancestorsOf(document).some((id) => this.#ids.has(id)))) this.revise(0)
  }

  /** The frontier of what others take. */
  without({ ids, ...rest }: Frontier): Frontier {
    this.#find()
    if (this.#ids.size === 0) return { ids, ...rest }
    return { ...rest, ids: [...this.#below, ...ids.filter((id) => !this.#ids.has(id))].slice(-MAX_FRONTIER_IDS) }
  }
}

/**
 * Documents that cannot be applied yet: ancestors are missing, or nothing proves their author so
 * far. They are durable, so they can be acknowledged, and bounded per peer and room.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import {
  MAX_PARKED_BYTES_PER_PEER,
  MAX_PARKED_BYTES_PER_ROOM,
  MAX_PARKED_PER_PEER,
  MAX_PARKED_PER_ROOM,
} from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'

export interface ParkedDocument {
  document: Document
  from: PeerKey
  /** Its own signature holds. */
  isSigned: boolean
  /** Its own signature holds, or a document of its author that is authentic names it as previous. */
  isAuthentic: boolean
  missing: Set<DocumentId>
}

interface Load {
  documents: number
  sizeBytes: number
}

export class Parking {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #reader: DocumentReader
  readonly #parked = new Map<DocumentId, ParkedDocument>()
  /** Which parked documents name an id that is missing. */
  readonly #waiting = new Map<DocumentId, Set<DocumentId>>()
  readonly #loads = new Map<PeerKey, Load>()
  #unsigned = 0
  #sizeBytes = 0

  constructor(room: RoomId, store: RoomStore, reader: DocumentReader) {
    this.#room = room
    this.#store = store
    this.#reader = reader
  }

  /** What the store kept over a restart. */
  restored(): { document: Document; from: PeerKey }[] {
    return this.#store.parked(this.#room).map(({ block, from }) => ({ document: this.#reader.decode(block), from }))
  }

  get size(): number {
    return this.#parked.size
  }

  /** Whether any parked document is without a valid signature of its own. */
  get hasUnsigned(): boolean {
    return this.#unsigned > 0
  }

  /** Ids that parked documents wait for and that are not parked themselves. */
  missing(): DocumentId[] {
    return [...this.#waiting.keys()].filter((id) => !this.#parked.has(id))
  }

  /** Those of them that some documents wait for, each once. */
  missingFor(documents: readonly Document[]): DocumentId[] {
    const missing = documents.flatMap(({ id }) => [...(this.#parked.get(id)?.missing ?? [])])
    return [...new Set(missing)].filter((id) => !this.#parked.has(id))
  }

  documents(): Document[] {
    return [...this.#parked.values()].map(({ document }) => document)
  }

  get(id: DocumentId): ParkedDocument | undefined {
    return this.#parked.get(id)
  }

  /** Parked documents that name `id` as an ancestor. */
  waitingFor(id: DocumentId): ParkedDocument[] {
    return [...(this.#waiting.get(id) ?? [])].flatMap((waiting) => this.#parked.get(waiting) ?? [])
  }

  /** Whether an authentic parked document of the same author names this one as previous. */
  isNamedByAuthentic({ id, author }: Document): boolean {
    return this.waitingFor(id).some(
      ({ document, isAuthentic }) => isAuthentic && document.previous === id && document.author === author,
    )
  }

  /** An authentic document makes the parked ones of its author's chain before it authentic. */
  authenticateBefore({ previous, author }: Document): void {
    let parked = previous === null ? undefined : this.#parked.get(previous)
    while (parked !== undefined && !parked.isAuthentic && parked.document.author === author) {
      parked.isAuthentic = true
      parked = parked.document.previous === null ? undefined : this.#parked.get(parked.document.previous)
    }
  }

  isAwaited(id: DocumentId): boolean {
    return this.#waiting.has(id)
  }

  hasSpace({ block }: Document, from: PeerKey): boolean {
    const load = this.#loads.get(from) ?? { documents: 0, sizeBytes: 0 }
    return (
      this.#parked.size < MAX_PARKED_PER_ROOM &&
      this.#sizeBytes + block.length <= MAX_PARKED_BYTES_PER_ROOM &&
      load.documents < MAX_PARKED_PER_PEER &&
      load.sizeBytes + block.length <= MAX_PARKED_BYTES_PER_PEER
    )
  }

  /** Remembers a parked document; `add` also stores it. */
  index(parked: ParkedDocument): void {
    const { document, from, missing, isSigned } = parked
    this.#parked.set(document.id, parked)
    if (!isSigned) this.#unsigned++
    const load = this.#loads.get(from) ?? { documents: 0, sizeBytes: 0 }
    this.#sizeBytes += document.block.length
    this.#loads.set(from, { documents: load.documents + 1, sizeBytes: load.sizeBytes + document.block.length })
    for (const id of missing) {
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting.add(document.id))
    }
  }

  add(parked: ParkedDocument): void {
    const { document, from } = parked
    this.index(parked)
    this.#store.apply({
      type: 'park-document',
      document: { id: document.id, room: this.#room, from, block: document.block },
    })
  }

  remove(id: DocumentId): void {
    const parked = this.#parked.get(id)
    if (parked === undefined) return
    const { document, from, missing, isSigned } = parked
    this.#parked.delete(id)
    if (!isSigned) this.#unsigned--
    this.#sizeBytes -= document.block.length
    for (const ancestor of missing) this.#noLongerWaiting(id, ancestor)
    const load = this.#loads.get(from)
    if (load !== undefined && load.documents > 1) {
      this.#loads.set(from, { documents: load.documents - 1, sizeBytes: load.sizeBytes - document.block.length })
    } else {
      this.#loads.delete(from)
    }
    this.#store.apply({ type: 'unpark-document', id })
  }

  /** An ancestor was accepted: nothing waits for it any more. */
  arrived(id: DocumentId): void {
    for (const parked of this.waitingFor(id)) parked.missing.delete(id)
    this.#waiting.delete(id)
  }

  #noLongerWaiting(id: DocumentId, ancestor: DocumentId): void {
    const waiting = this.#waiting.get(ancestor)
    waiting?.delete(id)
    if (waiting?.size === 0) this.#waiting.delete(ancestor)
  }
}

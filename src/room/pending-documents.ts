/**
 * Documents that cannot be applied yet, because ancestors are missing or nothing proves their author yet.
 * They are durable, so they can be acknowledged. Their number is bounded per peer and room.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import {
  MAX_PENDING_BYTES_PER_PEER,
  MAX_PENDING_BYTES_PER_ROOM,
  MAX_PENDING_PER_PEER,
  MAX_PENDING_PER_ROOM,
  PENDING_PARENT_BYTES,
} from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'

export interface PendingDocument {
  document: Document
  from: PeerId
  /** Its own signature is valid. */
  isSigned: boolean
  /** Its own signature is valid, or an authentic document by its author names it as previous. */
  isAuthentic: boolean
  missing: Set<DocumentId>
}

interface Load {
  documents: number
  sizeBytes: number
}

export class PendingDocuments {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #reader: DocumentReader
  readonly #pending = new Map<DocumentId, PendingDocument>()
  /** For each missing id, the pending documents that name it. */
  readonly #waiting = new Map<DocumentId, Set<DocumentId>>()
  readonly #loads = new Map<PeerId, Load>()
  #unsigned = 0
  #sizeBytes = 0

  constructor(room: RoomId, store: RoomStore, reader: DocumentReader) {
    this.#room = room
    this.#store = store
    this.#reader = reader
  }

  /** The pending documents that were stored before a restart. */
  restored(): { document: Document; from: PeerId }[] {
    return this.#store.pending(this.#room).map(({ block, from }) => ({ document: this.#reader.decode(block), from }))
  }

  get size(): number {
    return this.#pending.size
  }

  /** Whether any pending document lacks a valid signature of its own. */
  get hasUnsigned(): boolean {
    return this.#unsigned > 0
  }

  /** Ids that pending documents wait for and that are not pending themselves. */
  missing(): DocumentId[] {
    return [...this.#waiting.keys()].filter((id) => !this.#pending.has(id))
  }

  /** Missing ids that the given documents wait for, each once. */
  missingFor(documents: readonly Document[]): DocumentId[] {
    const missing = documents.flatMap(({ id }) => [...(this.#pending.get(id)?.missing ?? [])])
    return [...new Set(missing)].filter((id) => !this.#pending.has(id))
  }

  documents(): Document[] {
    return [...this.#pending.values()].map(({ document }) => document)
  }

  get(id: DocumentId): PendingDocument | undefined {
    return this.#pending.get(id)
  }

  /** Pending documents that name `id` as an ancestor. */
  waitingFor(id: DocumentId): PendingDocument[] {
    return [...(this.#waiting.get(id) ?? [])].flatMap((waiting) => this.#pending.get(waiting) ?? [])
  }

  /** Whether an authentic pending document of the same author names this one as previous. */
  isNamedByAuthentic({ id, author }: Document): boolean {
    return this.waitingFor(id).some(
      ({ document, isAuthentic }) => isAuthentic && document.previous === id && document.author === author,
    )
  }

  /** Marks the pending documents before an authentic one in its author's chain as authentic. */
  authenticateBefore({ previous, author }: Document): void {
    let pending = previous === null ? undefined : this.#pending.get(previous)
    while (pending !== undefined && !pending.isAuthentic && pending.document.author === author) {
      pending.isAuthentic = true
      pending = pending.document.previous === null ? undefined : this.#pending.get(pending.document.previous)
    }
  }

  isAwaited(id: DocumentId): boolean {
    return this.#waiting.has(id)
  }

  hasSpace(document: Document, from: PeerId): boolean {
    const sizeBytes = bytesInMemory(document)
    const load = this.#loads.get(from) ?? { documents: 0, sizeBytes: 0 }
    return (
      this.#pending.size < MAX_PENDING_PER_ROOM &&
      this.#sizeBytes + sizeBytes <= MAX_PENDING_BYTES_PER_ROOM &&
      load.documents < MAX_PENDING_PER_PEER &&
      load.sizeBytes + sizeBytes <= MAX_PENDING_BYTES_PER_PEER
    )
  }

  /** Keeps a pending document in memory; `add` also stores it. */
  index(pending: PendingDocument): void {
    const { document, from, missing, isSigned } = pending
    this.#pending.set(document.id, pending)
    if (!isSigned) this.#unsigned++
    const load = this.#loads.get(from) ?? { documents: 0, sizeBytes: 0 }
    this.#sizeBytes += bytesInMemory(document)
    this.#loads.set(from, { documents: load.documents + 1, sizeBytes: load.sizeBytes + bytesInMemory(document) })
    for (const id of missing) {
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting.add(document.id))
    }
  }

  add(pending: PendingDocument): void {
    const { document, from } = pending
    this.index(pending)
    this.#store.apply({
      type: 'put-pending',
      document: { id: document.id, room: this.#room, from, block: document.block },
    })
  }

  remove(id: DocumentId): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    const { document, from, missing, isSigned } = pending
    this.#pending.delete(id)
    if (!isSigned) this.#unsigned--
    this.#sizeBytes -= bytesInMemory(document)
    for (const ancestor of missing) this.#noLongerWaiting(id, ancestor)
    const load = this.#loads.get(from)
    if (load !== undefined && load.documents > 1) {
      this.#loads.set(from, { documents: load.documents - 1, sizeBytes: load.sizeBytes - bytesInMemory(document) })
    } else {
      this.#loads.delete(from)
    }
    this.#store.apply({ type: 'delete-pending', id })
  }

  /** Notes that an ancestor was accepted: nothing waits for it any more. */
  arrived(id: DocumentId): void {
    for (const pending of this.waitingFor(id)) pending.missing.delete(id)
    this.#waiting.delete(id)
  }

  #noLongerWaiting(id: DocumentId, ancestor: DocumentId): void {
    const waiting = this.#waiting.get(ancestor)
    waiting?.delete(id)
    if (waiting?.size === 0) this.#waiting.delete(ancestor)
  }
}

/** The block, and an entry for each document that it names and that may be missing. */
function bytesInMemory({ block, parents }: Document): number {
  return block.length + parents.length * PENDING_PARENT_BYTES
}

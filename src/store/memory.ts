/** A store in memory, light enough for simulations of thousands of nodes. */
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { compareDocumentIds, digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import { comparePositions, type SortKey, type Position } from '../../protocols/wire/order.ts'
import type { AccessRow, EpochRow } from './access.ts'
import type { ChildLinkReads } from './child-links.ts'
import { Journal } from './journal.ts'
import { MemoryAccess } from './memory-access.ts'
import type { DirectoryReads } from './directories.ts'
import { MemoryChildLinks } from './memory-child-links.ts'
import { MemoryDirectories } from './memory-directories.ts'
import { MemoryDocuments } from './memory-documents.ts'
import { MemoryDisk, type FlushTime } from './memory-disk.ts'
import { MemoryNodeRows } from './memory-node-rows.ts'
import { MemoryRing } from './memory-ring.ts'
import { compareText, type InRoom, type PendingEntry } from './memory-rows.ts'
import { firstIndexAfter, firstIndexNotBefore } from './sorted-positions.ts'
import { storeError } from './store-errors.ts'
import type {
  AuthorHead,
  DocumentHeader,
  DocumentRow,
  HeaderFields,
  Flushed,
  ListOptions,
  OwnMark,
  PendingRow,
  PeerFrontierRow,
  RoomRecord,
  RoomTotals,
  SharingRow,
  StateRow,
  UnackedRow,
  Store,
  Write,
} from './store.ts'
import type { RingReads } from './ring-items.ts'

/**
 * A store that keeps everything in memory. It outlives `close`, like a disk outlives a process: a simulated
 * crash (`kill` or `losePower`) takes from it what a real one would, and the restarted node uses it again. Rows are
 * stored and returned without copying, so they must never be modified.
 */
export function memoryStore(flushTime?: FlushTime): MemoryStore {
  return new MemoryStore(flushTime)
}

const NO_OWN: OwnMark = { documents: 0, givenUp: 0 }

export class MemoryStore extends MemoryNodeRows implements Store {
  readonly #disk: MemoryDisk
  readonly #rooms = new Map<RoomId, RoomRecord>()
  readonly #ownMarks = new Map<RoomId, OwnMark>()
  readonly #documents = new MemoryDocuments()
  readonly #pending = new Map<DocumentId, PendingEntry>()
  readonly #states = new Map<RoomId, StateRow>()
  readonly #peerFrontiers = new Map<string, InRoom<PeerFrontierRow>>()
  readonly #unacked = new Map<string, InRoom<UnackedRow> & { peer: PeerId }>()
  readonly #sharing = new Map<string, InRoom<SharingRow>>()
  readonly #access = new MemoryAccess()
  readonly #links = new MemoryChildLinks()
  readonly #directories = new MemoryDirectories()
  readonly #ring = new MemoryRing()
  /** Whether the disk has no space, so that a commit of writes throws a StoreError. */
  isFull = false
  #arrivals = 0
  #journal: Journal | undefined

  constructor(flushTime?: FlushTime) {
    super()
    this.#disk = new MemoryDisk(flushTime)
  }

  apply(write: Write): void {
    this.#journal ??= new Journal()
    const journal = this.#journal
    switch (write.type) {
      case 'put-room':
        return journal.set(this.#rooms, write.room.id, write.room)
      case 'empty-room':
        return this.#emptyRoom(journal, write.room)
      case 'put-document':
        return this.#documents.put(journal, write.document, write.removedHeads)
      case 'put-dropped':
        return this.#documents.putDropped(journal, write.room, write.headers)
      case 'drop-documents':
        return this.#documents.drop(journal, write.room, write.ids)
      case 'put-author-head':
        return journal.set(this.#documents.of(write.room).authorHeads, write.head.author, write.head)
      case 'delete-author-head':
        return journal.delete(this.#documents.of(write.room).authorHeads, write.author)
      case 'retract-documents': {
        const gone = this.#documents.retract(journal, write.room, write.ids, write.heads)
        return this.#access.forget(journal, write.room, gone)
      }
      case 'put-access':
      case 'put-known':
      case 'put-epoch':
        return this.#access.put(journal, write)
      case 'put-child-link':
      case 'delete-child-link':
        return this.#links.apply(journal, write)
      case 'put-directory-node':
      case 'delete-directory-node':
      case 'put-directory-record':
      case 'delete-directory-record':
        return this.#directories.apply(journal, write)
      case 'put-own-mark':
        return journal.set(this.#ownMarks, write.room, write.mark)
      case 'put-pending':
        return this.#putPending(journal, write.document)
      case 'delete-pending':
        return journal.delete(this.#pending, write.id)
      case 'put-peer-frontier':
        return journal.set(this.#peerFrontiers, write.room + write.row.peer, write)
      case 'delete-peer-frontier':
        return journal.delete(this.#peerFrontiers, write.room + write.peer)
      case 'put-unacked':
        return journal.set(this.#unacked, write.room + write.peer + write.row.id, write)
      case 'delete-unacked':
        return journal.delete(this.#unacked, write.room + write.peer + write.id)
      case 'put-sharing':
        return journal.set(this.#sharing, write.room + (write.row.peer ?? ''), write)
      case 'put-state':
        return journal.set(this.#states, write.room, write.state)
      case 'delete-state':
        return journal.delete(this.#states, write.room)
      case 'put-address':
      case 'delete-address':
      case 'put-pinned-address':
      case 'delete-pinned-address':
      case 'put-verified':
      case 'put-fault':
      case 'delete-fault':
      case 'put-lock':
        return this.writeNodeRow(journal, write)
      case 'put-ring-item':
      case 'delete-ring-item':
        return this.#ring.apply(journal, write)
      case 'put-linking':
      case 'delete-linking':
      case 'put-ensured':
      case 'delete-ensured':
      case 'put-needs':
      case 'forget-released':
      case 'put-block':
      case 'delete-blocks':
        return this.writeBlocks(journal, write)
    }
  }

  commit(): void {
    if (this.#journal === undefined) return
    if (this.isFull) throw storeError('full', 'memory', '')
    this.#disk.committed(this.#journal)
    this.#journal = undefined
  }

  flush(flushed: Flushed): void {
    this.#disk.flush(flushed)
  }

  /** A power cut: everything that is not on the disk is lost, and nobody hears of it. */
  losePower(): void {
    this.rollback()
    this.#disk.losePower()
  }

  /** `kill -9`: what is committed reaches the disk, and nobody hears of it. */
  kill(): void {
    this.rollback()
    this.#disk.reachDisk()
  }

  adjustBallast(): void {
    // Memory is not kept.
  }

  rollback(): void {
    this.#journal?.undo()
    this.#journal = undefined
  }

  close(): void {
    this.rollback()
  }

  rooms(): RoomRecord[] {
    return [...this.#rooms.values()].sort((a, b) => a.joinedAtMs - b.joinedAtMs || compareDocumentIds(a.id, b.id))
  }

  document(id: DocumentId): DocumentRow | undefined {
    return this.#documents.rows.get(id)
  }

  hasDocument(id: DocumentId, room?: RoomId): boolean {
    return this.#documents.has(id) && (room === undefined || this.#documents.header(id)?.room === room)
  }

  documentHeader(id: DocumentId): DocumentHeader | undefined {
    return this.#documents.header(id)
  }

  droppedHeaders(room: RoomId, after: Position | undefined, limit: number): HeaderFields[] {
    const headers = [...this.#documents.dropped.values()]
      .filter((header) => header.room === room)
      .sort(comparePositions)
    const from = after ? firstIndexAfter(headers, after) : 0
    return headers.slice(from, from + limit).map(({ id, clock, author, seq }) => ({ id, clock, author, seq }))
  }

  documents(room: RoomId, { after, before, descending, limit, maxBytes = Infinity }: ListOptions): DocumentRow[] {
    const rows = this.#documents.contents.get(room)?.documents ?? []
    const from = after ? firstIndexAfter(rows, after) : 0
    const to = before ? firstIndexNotBefore(rows, before) : rows.length
    const listed = descending
      ? rows.slice(Math.max(from, to - limit), Math.max(from, to)).reverse()
      : rows.slice(from, Math.min(from + limit, to))
    return upToBytes(listed, maxBytes)
  }

  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    const rows = this.#documents.contents.get(room)?.documents ?? []
    const from = firstIndexNotBefore(rows, positionAt(lower))
    const to = upper ? firstIndexNotBefore(rows, positionAt(upper)) : rows.length
    return rows
      .slice(from, Math.min(from + limit, to))
      .map(({ id, clock }) => ({ clock, digest: digestOfDocumentId(id) }))
  }

  newestHeads(room: RoomId, limit: number, before?: Position): Position[] {
    const { heads } = this.#documents.contents.get(room) ?? { heads: [] }
    const end = before ? firstIndexNotBefore(heads, before) : heads.length
    return heads.slice(Math.max(0, end - limit), end)
  }

  headCount(room: RoomId): number {
    return this.#documents.contents.get(room)?.heads.length ?? 0
  }

  isHead(room: RoomId, id: DocumentId): boolean {
    const document = this.documentHeader(id)
    const heads = this.#documents.contents.get(room)?.heads ?? []
    return document !== undefined && heads[firstIndexNotBefore(heads, document)]?.id === id
  }

  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.#documents.contents.get(room)?.authorHeads.get(author)
  }

  authorHeads(room: RoomId): AuthorHead[] {
    const heads = this.#documents.contents.get(room)?.authorHeads.values() ?? []
    return [...heads].sort((a, b) => compareText(a.author, b.author))
  }

  epochs(room: RoomId): EpochRow[] {
    return this.#access.epochs(room)
  }

  accessRows(room: RoomId): AccessRow[] {
    return this.#access.rows(room)
  }

  knownVersion(room: RoomId, id: DocumentId): number | undefined {
    return this.#access.knownVersion(room, id)
  }

  ownMark(room: RoomId): OwnMark {
    return this.#ownMarks.get(room) ?? NO_OWN
  }

  totals(room: RoomId): RoomTotals {
    const content = this.#documents.contents.get(room)
    return { documents: (content?.documents.length ?? 0) + (content?.dropped ?? 0), sizeBytes: content?.sizeBytes ?? 0 }
  }

  documentsBefore(room: RoomId, position: Position): number {
    const dropped = [...this.#documents.dropped.values()].filter((header) => header.room === room)
    const droppedBefore = dropped.filter((header) => comparePositions(header, position) < 0).length
    return firstIndexNotBefore(this.#documents.contents.get(room)?.documents ?? [], position) + droppedBefore
  }

  authorBytes(room: RoomId, author: PeerId): number {
    return this.#documents.contents.get(room)?.authorBytes.get(author) ?? 0
  }

  pending(room: RoomId): PendingRow[] {
    return [...this.#pending.values()]
      .filter(({ row }) => row.room === room)
      .sort((a, b) => a.arrival - b.arrival)
      .map(({ row }) => row)
  }

  state(room: RoomId): StateRow | undefined {
    return this.#states.get(room)
  }

  peerFrontiers(room: RoomId): PeerFrontierRow[] {
    const rows = [...this.#peerFrontiers.values()].filter((entry) => entry.room === room).map(({ row }) => row)
    return rows.sort((a, b) => b.seenMs - a.seenMs || compareText(a.peer, b.peer))
  }

  unacked(room: RoomId, peer: PeerId): UnackedRow[] {
    const rows = [...this.#unacked.values()].filter((entry) => entry.room === room && entry.peer === peer)
    return rows.map(({ row }) => row).sort((a, b) => a.sentMs - b.sentMs || compareDocumentIds(a.id, b.id))
  }

  sharing(room: RoomId): SharingRow[] {
    const rows = [...this.#sharing.values()].filter((entry) => entry.room === room).map(({ row }) => row)
    return rows.sort((a, b) => compareText(a.peer ?? '', b.peer ?? ''))
  }

  readonly childLinks: ChildLinkReads['childLinks'] = (filter) => this.#links.read(filter)
  readonly linkingRooms: ChildLinkReads['linkingRooms'] = (child) => this.#links.roomsTo(child)

  readonly directoryNode: DirectoryReads['directoryNode'] = (...args) => this.#directories.directoryNode(...args)
  readonly directoryRecords: DirectoryReads['directoryRecords'] = (...args) =>
    this.#directories.directoryRecords(...args)
  readonly directoryNodes: DirectoryReads['directoryNodes'] = (...args) => this.#directories.directoryNodes(...args)
  readonly directorySize: DirectoryReads['directorySize'] = (...args) => this.#directories.directorySize(...args)
  readonly directoryAuthorRecords: DirectoryReads['directoryAuthorRecords'] = (...args) =>
    this.#directories.directoryAuthorRecords(...args)

  readonly heldItem: RingReads['heldItem'] = (key) => this.#ring.heldItem(key)
  readonly itemOfId: RingReads['itemOfId'] = (id) => this.#ring.itemOfId(id)
  readonly packedItem: RingReads['packedItem'] = (key) => this.#ring.packedItem(key)
  readonly heldItems: RingReads['heldItems'] = (...args) => this.#ring.heldItems(...args)
  readonly farthestItems: RingReads['farthestItems'] = (limit) => this.#ring.farthestItems(limit)
  readonly heldTotals: RingReads['heldTotals'] = () => this.#ring.heldTotals()

  #emptyRoom(journal: Journal, record: RoomRecord): void {
    const { id: room } = record
    this.#documents.empty(journal, room)
    for (const { id } of this.pending(room)) journal.delete(this.#pending, id)
    journal.delete(this.#states, room)
    for (const table of [this.#peerFrontiers, this.#unacked, this.#sharing] as Map<string, InRoom<unknown>>[]) {
      for (const [key, entry] of table) if (entry.room === room) journal.delete(table, key)
    }
    this.deleteRoomBlocks(journal, room)
    this.#access.empty(journal, room)
    this.#links.empty(journal, room)
    this.#directories.empty(journal, room)
    journal.set(this.#rooms, room, record)
  }

  #putPending(journal: Journal, row: PendingRow): void {
    if (!this.#pending.has(row.id)) journal.set(this.#pending, row.id, { arrival: this.#arrivals++, row })
  }
}

function positionAt({ clock, digest }: SortKey): Position {
  return { clock, id: documentIdOfDigest(digest) }
}

function upToBytes(rows: DocumentRow[], maxBytes: number): DocumentRow[] {
  let sizeBytes = 0
  const last = rows.findIndex(({ block }) => (sizeBytes += block.length) >= maxBytes)
  return last === -1 ? rows : rows.slice(0, last + 1)
}

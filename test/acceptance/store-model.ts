/** The store contract in its most naive form, to compare stores with on random writes. */
import { compareDocumentIds, digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import {
  isSmall,
  type EnsuredFilter,
  type EnsuredRow,
  type FileFilter,
  type FileRow,
  type LinkingRow,
  type ReleasedBlocks,
  type StoredBlock,
  type UnneededPage,
  type WalkPlace,
} from '../../src/store/blocks.ts'
import type {
  AddressRow,
  AuthorHead,
  DocumentHeader,
  DocumentRow,
  FaultRow,
  HeaderFields,
  ListOptions,
  OwnMark,
  PendingRow,
  PeerFrontierRow,
  PinnedAddressRow,
  RoomRecord,
  RoomTotals,
  SharingRow,
  StateRow,
  Store,
  UnackedRow,
  Flushed,
  Write,
} from '../../src/store/store.ts'
import type { AccessRow, EpochRow } from '../../src/store/access.ts'
import type { VerifiedRow } from '../../src/store/verified.ts'
import type { SortKey, Position } from '../../protocols/wire/order.ts'
import { compare, compareBlockIds, compareIds, compareSortKeys } from './store-order.ts'
import { applyChildLinkWrite } from './store-model-child-links.ts'
import { applyDirectoryWrite } from './store-model-directories.ts'
import { applyDocumentWrite } from './store-model-documents.ts'
import { locksOf, applyPeerWrite } from './store-model-peers.ts'
import { StoreModelParts } from './store-model-parts.ts'
import { EMPTY, OF_ROOMS, rowsIn, type Tables } from './store-tables.ts'

/** Flat lists, searched from end to end; a transaction copies all of them. */
export class StoreModel extends StoreModelParts implements Store {
  #tables: Tables = structuredClone(EMPTY)
  #committed: Tables = structuredClone(this.#tables)
  /** Large blocks and those that were put durably: not part of the transaction. */
  #files: StoredBlock[] = []
  readonly flush = (flushed: Flushed): void => flushed()

  protected tables(): Tables {
    return this.#tables
  }

  commit(): void {
    this.#committed = structuredClone(this.#tables)
  }

  adjustBallast(): void {} // a model takes no space

  rollback(): void {
    this.#tables = structuredClone(this.#committed)
  }

  close = (): void => this.rollback()

  apply(write: Write): void {
    const t = this.#tables
    switch (write.type) {
      case 'put-room':
        t.rooms = [...t.rooms.filter((room) => room.id !== write.room.id), write.room]
        break
      case 'empty-room': {
        const isElsewhere = ({ room }: { room: RoomId | undefined }): boolean => room !== write.room.id
        for (const { room, id } of t.needs) if (room === write.room.id) t.released.push(id)
        t.rooms = [...t.rooms.filter((room) => room.id !== write.room.id), write.room]
        for (const table of OF_ROOMS) {
          Object.assign(t, { [table]: (t[table] as { room: RoomId | undefined }[]).filter(isElsewhere) })
        }
        break
      }
      case 'put-document':
      case 'drop-documents':
      case 'retract-documents':
      case 'put-author-head':
      case 'delete-author-head':
      case 'put-access':
      case 'put-known':
      case 'put-epoch':
        applyDocumentWrite(t, write)
        break
      case 'put-child-link':
      case 'delete-child-link':
        applyChildLinkWrite(t, write)
        break
      case 'put-directory-node':
      case 'delete-directory-node':
      case 'put-directory-record':
      case 'delete-directory-record':
        applyDirectoryWrite(t, write)
        break
      case 'put-dropped': {
        for (const header of write.headers) {
          this.apply({ type: 'drop-documents', room: write.room, ids: [header.id] })
          if (!this.hasDocument(header.id)) t.dropped.push({ ...header, room: write.room })
        }
        break
      }
      case 'put-own-mark':
        t.ownMarks = [...t.ownMarks.filter(({ room }) => room !== write.room), write]
        break
      case 'put-pending':
        if (!t.pending.some((row) => row.id === write.document.id)) t.pending.push(write.document)
        break
      case 'delete-pending':
        t.pending = t.pending.filter((row) => row.id !== write.id)
        break
      case 'put-state':
        t.states = [...t.states.filter((row) => row.room !== write.room), { room: write.room, state: write.state }]
        break
      case 'delete-state':
        t.states = t.states.filter((row) => row.room !== write.room)
        break
      case 'put-peer-frontier':
      case 'delete-peer-frontier':
      case 'put-unacked':
      case 'delete-unacked':
      case 'put-sharing':
      case 'put-verified':
      case 'put-lock':
      case 'put-address':
      case 'delete-address':
      case 'put-pinned-address':
      case 'delete-pinned-address':
        applyPeerWrite(t, write)
        break
      case 'put-ring-item':
        t.ringItems = [...t.ringItems.filter(({ key }) => key !== write.item.key), write.item]
        break
      case 'delete-ring-item':
        t.ringItems = t.ringItems.filter(({ key }) => key !== write.key)
        break
      case 'put-fault':
        t.faults = [...t.faults.filter((row) => row.digest !== write.fault.digest), write.fault]
        break
      case 'delete-fault':
        t.faults = t.faults.filter((row) => row.digest !== write.digest)
        break
      case 'delete-linking':
        t.linking = t.linking.filter(({ room, row }) => room !== write.room || row.id !== write.id)
        break
      case 'put-linking':
        t.linking = [...t.linking.filter(({ room, row }) => room !== write.room || row.id !== write.row.id), write]
        break
      case 'put-ensured': {
        const index = t.ensured.findIndex(({ room, id }) => room === write.row.room && id === write.row.id)
        if (index === -1) t.ensured.push(write.row)
        else t.ensured[index] = write.row
        break
      }
      case 'delete-ensured':
        t.ensured = t.ensured.filter(({ room, id }) => room !== write.room || id !== write.id)
        for (const { room, root, id } of t.needs) if (room === write.room && root === write.id) t.released.push(id)
        t.needs = t.needs.filter(({ room, root }) => room !== write.room || root !== write.id)
        break
      case 'put-needs': {
        const { room, root } = write
        if (this.ensured(room, root) === undefined) break
        for (const { id } of write.needs) t.needs.push({ room, root, id })
        break
      }
      case 'forget-released':
        t.released = t.released.filter((id) => !write.ids.includes(id))
        break
      case 'put-block':
        if (!isSmall(write.block)) this.#putFile(write)
        else if (!t.blocks.some(({ id }) => id === write.id)) t.blocks.push({ id: write.id, block: write.block })
        break
      case 'delete-blocks':
        t.blocks = t.blocks.filter(({ id }) => !write.ids.includes(id))
        this.#files = this.#files.filter(({ id }) => !write.ids.includes(id))
        break
    }
  }

  async putDurably(blocks: readonly StoredBlock[]): Promise<void> {
    for (const block of blocks) this.#putFile(block)
  }

  rooms(): RoomRecord[] {
    return this.#tables.rooms.toSorted((a, b) => a.joinedAtMs - b.joinedAtMs || compareDocumentIds(a.id, b.id))
  }

  document(id: DocumentId): DocumentRow | undefined {
    return this.#tables.documents.find((row) => row.id === id)
  }

  documentHeader(id: DocumentId): DocumentHeader | undefined {
    return this.document(id) ?? this.#tables.dropped.find((row) => row.id === id)
  }

  droppedHeaders(of: RoomId, after: Position | undefined, limit: number): HeaderFields[] {
    const rows = this.#tables.dropped.filter((row) => row.room === of && (!after || compare(row, after) > 0))
    return rows
      .toSorted(compare)
      .slice(0, limit)
      .map(({ id, clock, author, seq }) => ({ id, clock, author, seq }))
  }

  hasDocument(id: DocumentId, room?: RoomId): boolean {
    const header = this.documentHeader(id)
    return header !== undefined && (room === undefined || header.room === room)
  }

  documents(room: RoomId, { after, before, descending, limit, maxBytes = Infinity }: ListOptions): DocumentRow[] {
    const rows = this.#tables.documents
      .filter((row) => row.room === room && (!after || compare(row, after) > 0))
      .filter((row) => !before || compare(row, before) < 0)
      .toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)))
    const bytesBefore = (i: number): number => rows.slice(0, i).reduce((sum, { block }) => sum + block.length, 0)
    return rows.slice(0, limit).filter((_, i) => bytesBefore(i) < maxBytes)
  }

  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    const places = this.documents(room, { limit: Infinity }).map(({ id, clock }): SortKey => {
      return { clock, digest: digestOfDocumentId(id) }
    })
    const within = places.filter((place) => compareSortKeys(place, lower) >= 0)
    return within.filter((place) => upper === undefined || compareSortKeys(place, upper) < 0).slice(0, limit)
  }

  newestHeads(room: RoomId, limit: number, before?: Position): Position[] {
    const heads = this.#tables.heads.filter((head) => head.room === room).map(({ position }) => position)
    const within = heads.filter((position) => before === undefined || compare(position, before) < 0)
    return within.toSorted(compare).slice(-limit)
  }

  headCount(room: RoomId): number {
    return this.newestHeads(room, Infinity).length
  }

  isHead(room: RoomId, id: DocumentId): boolean {
    return this.newestHeads(room, Infinity).some((head) => head.id === id)
  }

  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.authorHeads(room).find((head) => head.author === author)
  }

  authorHeads(room: RoomId): AuthorHead[] {
    const heads = this.#tables.authorHeads.flatMap((row) => (row.room === room ? [row.head] : []))
    return heads.sort((a, b) => (a.author < b.author ? -1 : 1))
  }

  epochs(room: RoomId): EpochRow[] {
    return rowsIn(this.#tables.epochs, room, (a, b) => (a.id < b.id ? -1 : 1))
  }

  accessRows(room: RoomId): AccessRow[] {
    return rowsIn(this.#tables.access, room, (a, b) => a.version - b.version)
  }

  knownVersion(room: RoomId, id: DocumentId): number | undefined {
    return this.#tables.known.find((kept) => kept.room === room && kept.id === id)?.version
  }

  ownMark(room: RoomId): OwnMark {
    return this.#tables.ownMarks.find((row) => row.room === room)?.mark ?? { documents: 0, givenUp: 0 }
  }

  totals(room: RoomId): RoomTotals {
    const rows = this.documents(room, { limit: Infinity })
    const { length: dropped } = this.#tables.dropped.filter((row) => row.room === room)
    return { documents: rows.length + dropped, sizeBytes: rows.reduce((sum, { block }) => sum + block.length, 0) }
  }

  documentsBefore(room: RoomId, before: Position): number {
    const dropped = this.#tables.dropped.filter((row) => row.room === room && compare(row, before) < 0)
    return this.documents(room, { before, limit: Infinity }).length + dropped.length
  }

  authorBytes(room: RoomId, author: PeerId): number {
    const own = this.documents(room, { limit: Infinity }).filter((row) => row.author === author)
    return own.reduce((sum, { block }) => sum + block.length, 0)
  }

  pending = (room: RoomId): PendingRow[] => this.#tables.pending.filter((row) => row.room === room)

  state = (room: RoomId): StateRow | undefined => this.#tables.states.find((row) => row.room === room)?.state

  peerFrontiers(room: RoomId): PeerFrontierRow[] {
    return rowsIn(this.#tables.peerFrontiers, room, (a, b) => b.seenMs - a.seenMs || (a.peer < b.peer ? -1 : 1))
  }

  unacked(room: RoomId, peer: PeerId): UnackedRow[] {
    const rows = this.#tables.unacked.filter((kept) => kept.room === room && kept.peer === peer).map(({ row }) => row)
    return rows.toSorted((a, b) => a.sentMs - b.sentMs || compareIds(a.id, b.id))
  }

  sharing(room: RoomId): SharingRow[] {
    return rowsIn(this.#tables.sharing, room, (a, b) => ((a.peer ?? '') < (b.peer ?? '') ? -1 : 1))
  }

  addresses(): AddressRow[] {
    return this.#tables.addresses.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.peer < b.peer ? -1 : 1))
  }

  readonly locks = locksOf(() => this.#tables)
  readonly verified = (): VerifiedRow[] => this.#tables.verified.toSorted((a, b) => (a.peer < b.peer ? -1 : 1))

  faults(): FaultRow[] {
    return this.#tables.faults.toSorted((a, b) => b.atMs - a.atMs || (a.digest < b.digest ? -1 : 1))
  }

  pinnedAddresses(): PinnedAddressRow[] {
    const rows = this.#tables.pinnedAddresses
    return rows.toSorted((a, b) => a.namedAtMs - b.namedAtMs || (a.address < b.address ? -1 : 1))
  }

  linking(room: RoomId): LinkingRow[] {
    return rowsIn(this.#tables.linking, room, compare)
  }

  newestLinking(room: RoomId, limit: number, before?: Position): LinkingRow[] {
    const rows = this.linking(room).toReversed()
    return rows.filter((row) => before === undefined || compare(row, before) < 0).slice(0, limit)
  }

  files(room: RoomId, { document, root, name }: FileFilter): FileRow[] {
    return this.linking(room)
      .flatMap(({ file, ...row }) => (file === undefined ? [] : { ...row, file }))
      .filter(({ id }) => document === undefined || id === document)
      .filter(({ file }) => root === undefined || file.root === root)
      .filter(({ file }) => name === undefined || file.name === name)
  }

  ensured(room: RoomId | undefined, id: BlockId): EnsuredRow | undefined {
    return this.#tables.ensured.find((row) => row.room === room && row.id === id)
  }

  ensuredRows({ room, state, incomplete, pinned, withJobs, limit = Infinity }: EnsuredFilter): EnsuredRow[] {
    return this.#tables.ensured
      .filter((row) => room === undefined || (room === null ? row.room === undefined : row.room === room))
      .filter((row) => state === undefined || row.state === state)
      .filter((row) => !incomplete || row.state !== 'complete')
      .filter((row) => pinned === undefined || row.pinned === pinned)
      .filter((row) => !withJobs || row.jobs.length > 0)
      .slice(0, limit)
  }

  isNeeded(room: RoomId, id: BlockId): boolean {
    return this.#tables.needs.some((kept) => kept.room === room && kept.id === id)
  }

  blockSizeBytes(id: BlockId): number | undefined {
    return this.block(id)?.length
  }

  block(id: BlockId): Uint8Array | undefined {
    return this.#blocks().find((kept) => kept.id === id)?.block
  }

  unneededBlocks(limit: number, after?: WalkPlace): UnneededPage {
    const rest = this.#blocks()
      .filter(({ id }, i, all) => all.findIndex((other) => other.id === id) === i)
      .filter(({ id }) => after === undefined || compareBlockIds(id, after as BlockId) > 0)
      .toSorted((a, b) => compareBlockIds(a.id, b.id))
    const page = rest.slice(0, limit)
    return {
      blocks: page.flatMap(({ id }) => this.#unneeded(id)),
      next: page.length < limit ? undefined : page.at(-1)?.id,
    }
  }

  releasedBlocks(limit: number): ReleasedBlocks {
    const ids = [...new Set(this.#tables.released)].slice(0, limit)
    return { ids, unneeded: ids.flatMap((id) => this.#unneeded(id)) }
  }

  #putFile({ id, block }: StoredBlock): void {
    if (!this.#files.some((kept) => kept.id === id)) this.#files.push({ id, block })
  }

  #blocks(): StoredBlock[] {
    return [...this.#tables.blocks, ...this.#files]
  }

  #unneeded(id: BlockId): { id: BlockId; sizeBytes: number } | [] {
    const sizeBytes = this.blockSizeBytes(id)
    const isNeeded = this.#tables.needs.some((kept) => kept.id === id)
    return sizeBytes === undefined || isNeeded ? [] : { id, sizeBytes }
  }
}

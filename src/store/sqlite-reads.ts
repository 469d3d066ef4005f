/** The part of the SQLite store that reads rows, other than those of blocks. */
import type { DatabaseSync } from 'node:sqlite'
import { headsDigestOfBytes } from '../../protocols/wire/heads-digest.ts'
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position, SortKey } from '../../protocols/wire/order.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import type { AccessRow, EpochRow } from './access.ts'
import type { AtRestKey } from './at-rest.ts'
import type { ChildLinkReads } from './child-links.ts'
import { DerivedRows } from './derived-rows.ts'
import { DocumentBlocks } from './document-blocks.ts'
import type { Personal } from './personal.ts'
import { publicKeyOfAuthor } from './row-keys.ts'
import { readAccessRows, readEpochs } from './sqlite-access.ts'
import { SqliteBlocks } from './sqlite-blocks.ts'
import type { DirectoryReads } from './directories.ts'
import { SqliteChildLinks } from './sqlite-child-links.ts'
import { SqliteDirectories } from './sqlite-directories.ts'
import { readFarthestItems, readHeldItem, readHeldItems, readItemOfId, readHeldTotals } from './sqlite-ring.ts'
import { boundOf, EVERYBODY, idsOfDigests, withAuthor, withTextId } from './sqlite-rows.ts'
import { prepareStatements } from './sqlite-statements.ts'
import type {
  AddressRow,
  AuthorHead,
  Checkpoint,
  CheckpointRow,
  DocumentHeader,
  DocumentRow,
  FaultRow,
  HeaderFields,
  ListOptions,
  PeerFrontierRow,
  PendingRow,
  PinnedAddressRow,
  Retention,
  RoomRecord,
  RoomTotals,
  SharingRow,
  StateRow,
  StoreReads,
  UnackedRow,
} from './store.ts'
import type { RingReads } from './ring-items.ts'
import type { LockRow } from './locks.ts'
import type { VerifiedRow } from './verified.ts'

/** The bounds of an unbounded list: clocks are safe integers from 0 on. */
const BEFORE_ALL: SortKey = { clock: -1, digest: new Uint8Array(0) }
const AFTER_ALL: SortKey = { clock: 2 ** 53, digest: new Uint8Array(0) }

/** Base class of the SQLite store. */
export class SqliteReads extends SqliteBlocks implements Omit<StoreReads, 'ownMark'> {
  protected readonly statements: ReturnType<typeof prepareStatements>
  /** Has to be written before anything is read that it changes. */
  protected readonly derived: DerivedRows
  protected readonly documentBlocks: DocumentBlocks
  protected readonly links: SqliteChildLinks
  protected readonly directories: SqliteDirectories

  constructor(database: DatabaseSync, path: string, atRest: AtRestKey) {
    super(database, path, atRest)
    this.statements = prepareStatements(database, path)
    this.derived = new DerivedRows(this.statements, this.keys)
    this.documentBlocks = new DocumentBlocks(database, path)
    this.links = new SqliteChildLinks(database, path, this.keys)
    this.directories = new SqliteDirectories(database, path, this.keys)
  }

  protected writeDerived(): void {
    this.derived.write()
  }

  rooms(): RoomRecord[] {
    return this.statements.rooms.all().map(({ id, status, name, app, ...row }) => ({
      ...{ id: documentIdOfDigest(id), status, name, app },
      joinedAtMs: row.joined_at_ms,
      ...(row.newest_first === 1 && { newestFirst: true }),
      ...(row.carried_bytes_max !== null && { carriedBytesMax: row.carried_bytes_max }),
      ...(row.auto_fetch_bytes_max !== null && { autoFetchBytesMax: row.auto_fetch_bytes_max }),
      ...(row.files_bytes_max !== null && { filesBytesMax: row.files_bytes_max }),
      ...(row.alias !== null && { alias: row.alias }),
      ...(row.documents_bytes_max !== null && { documentsBytesMax: row.documents_bytes_max }),
      ...(row.author_bytes_max !== null && { authorBytesMax: row.author_bytes_max }),
      ...(row.checkpoint !== null && { checkpoint: JSON.parse(row.checkpoint) as CheckpointRow }),
      ...(row.joining !== null && { joining: row.joining }),
      ...(row.retention !== null && { retention: JSON.parse(row.retention) as Retention }),
      ...(row.base !== null && { base: JSON.parse(row.base) as Checkpoint }),
      ...(row.access !== null && { access: row.access }),
      ...(row.invite_seed !== null && { inviteSeed: row.invite_seed }),
      ...(row.personal !== null && { personal: JSON.parse(row.personal) as Personal }),
      ...(row.box_secrets !== null && { boxSecrets: JSON.parse(row.box_secrets) as string[] }),
      ...(row.copied_from !== null && { copiedFrom: row.copied_from as RoomId }),
    }))
  }

  document(id: DocumentId): DocumentRow | undefined {
    const row = this.statements.document.get(digestOfDocumentId(id))
    if (row === undefined) return undefined
    const { key, id: digest, clock, seq } = row
    const [room, author] = [documentIdOfDigest(row.room), peerIdOfPublicKey(row.author)]
    const stored = this.atRest.opened(row.block, row.sealed)
    const block = this.documentBlocks.fromStore(stored, { key, digest, room, author, seq })
    return { id, room, clock, author, seq, block }
  }

  hasDocument(id: DocumentId, room?: RoomId): boolean {
    const digest = digestOfDocumentId(id)
    if (room === undefined) return this.statements.hasDocument.get(digest) !== undefined
    const key = this.keys.knownRoom(room)
    return key !== undefined && this.statements.hasDocumentIn.get(digest, key) !== undefined
  }

  documentHeader(id: DocumentId): DocumentHeader | undefined {
    const digest = digestOfDocumentId(id)
    const row = this.statements.documentHeader.get(digest) ?? this.statements.droppedHeader.get(digest)
    return row && { ...withAuthor(row), id, room: documentIdOfDigest(row.room) }
  }

  droppedHeaders(room: RoomId, after: Position | undefined, limit: number): HeaderFields[] {
    const { clock, digest } = after ? boundOf(after) : BEFORE_ALL
    return this.statements.droppedHeaders
      .all(digestOfDocumentId(room), clock, digest, limit)
      .map(({ digest: id, ...row }) => ({ ...withAuthor(row), id: documentIdOfDigest(id) }))
  }

  documents(room: RoomId, options: ListOptions): DocumentRow[] {
    const after = options.after ? boundOf(options.after) : BEFORE_ALL
    const before = options.before ? boundOf(options.before) : AFTER_ALL
    const statement = options.descending ? this.statements.descending : this.statements.ascending
    // SQLite has no infinite LIMIT.
    const limit = Math.min(options.limit, Number.MAX_SAFE_INTEGER)
    const { maxBytes = Infinity } = options
    const rows: DocumentRow[] = []
    let sizeBytes = 0
    const bounds = [after.clock, after.digest, before.clock, before.digest]
    statement.each([digestOfDocumentId(room), ...bounds, limit], (row) => {
      const { key, id: digest, clock, seq } = row
      const author = this.keys.authorOf(row.author)
      const stored = this.atRest.opened(row.block, row.sealed)
      const block = this.documentBlocks.fromStore(stored, { key, digest, room, author, seq })
      rows.push({ id: documentIdOfDigest(digest), room, clock, author, seq, block })
      sizeBytes += block.length
      return sizeBytes < maxBytes
    })
    return rows
  }

  sortKeys(room: RoomId, lower: SortKey, upper: SortKey = AFTER_ALL, limit: number): SortKey[] {
    const maxRows = Math.min(limit, Number.MAX_SAFE_INTEGER)
    return this.statements.sortKeys.all(
      digestOfDocumentId(room),
      lower.clock,
      lower.digest,
      upper.clock,
      upper.digest,
      maxRows,
    )
  }

  newestHeads(room: RoomId, limit: number, before?: Position): Position[] {
    this.writeDerived()
    const maxRows = Math.min(limit, Number.MAX_SAFE_INTEGER)
    const { clock, digest } = before ? boundOf(before) : AFTER_ALL
    return this.statements.newestHeads.all(digestOfDocumentId(room), clock, digest, maxRows).map(withTextId).reverse()
  }

  headCount(room: RoomId): number {
    this.writeDerived()
    return this.statements.headCount.get(digestOfDocumentId(room))?.heads ?? 0
  }

  isHead(room: RoomId, id: DocumentId): boolean {
    this.writeDerived()
    return this.statements.head.get(digestOfDocumentId(room), digestOfDocumentId(id)) !== undefined
  }

  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.derived.authorHead(room, author)
  }

  authorHeads(room: RoomId): AuthorHead[] {
    this.writeDerived()
    return this.statements.authorHeads.all(digestOfDocumentId(room)).map((row) => withTextId(withAuthor(row)))
  }

  accessRows(room: RoomId): AccessRow[] {
    return readAccessRows(this.statements, room)
  }

  epochs(room: RoomId): EpochRow[] {
    return readEpochs(this.statements, room)
  }

  knownVersion(room: RoomId, id: DocumentId): number | undefined {
    return this.statements.knownVersion.get(digestOfDocumentId(room), digestOfDocumentId(id))?.version
  }

  totals(room: RoomId): RoomTotals {
    this.writeDerived()
    const row = this.statements.totals.get(digestOfDocumentId(room))
    return { documents: row?.documents ?? 0, sizeBytes: row?.size_bytes ?? 0 }
  }

  documentsBefore(room: RoomId, position: Position): number {
    const { clock, digest } = boundOf(position)
    const { countBefore, countDroppedBefore } = this.statements
    const counts = [countBefore, countDroppedBefore].map((count) => count.get(digestOfDocumentId(room), clock, digest))
    return counts.reduce((sum, row) => sum + (row?.documents ?? 0), 0)
  }

  authorBytes(room: RoomId, author: PeerId): number {
    this.writeDerived()
    return this.statements.authorBytes.get(digestOfDocumentId(room), publicKeyOfAuthor(author))?.size_bytes ?? 0
  }

  pending(room: RoomId): PendingRow[] {
    return this.statements.pending.all(digestOfDocumentId(room)).map(({ id, from_peer, block, sealed }) => ({
      ...{ id: documentIdOfDigest(id), room, from: from_peer, block: this.atRest.opened(block, sealed) },
    }))
  }

  state(room: RoomId): StateRow | undefined {
    const row = this.statements.state.get(digestOfDocumentId(room))
    return row && { position: { clock: row.clock, id: documentIdOfDigest(row.id) }, encoded: row.encoded }
  }

  peerFrontiers(room: RoomId): PeerFrontierRow[] {
    return this.statements.peerFrontiers
      .all(digestOfDocumentId(room))
      .map(({ peer, frontier, heads_digest, seen_ms }) => ({
        ...{ peer, frontier: idsOfDigests(frontier), seenMs: seen_ms },
        ...(heads_digest !== null && { headsDigest: headsDigestOfBytes(heads_digest) }),
      }))
  }

  unacked(room: RoomId, peer: PeerId): UnackedRow[] {
    return this.statements.unacked
      .all(digestOfDocumentId(room), peer)
      .map(({ id, sends, sent_ms }) => ({ id: documentIdOfDigest(id), sends, sentMs: sent_ms }))
  }

  sharing(room: RoomId): SharingRow[] {
    return this.statements.sharing
      .all(digestOfDocumentId(room))
      .map(({ peer, policy, mode }) => ({ peer: peer === EVERYBODY ? undefined : peer, policy, mode }))
  }

  addresses(): AddressRow[] {
    return this.statements.addresses.all().map(({ peer, addresses, last_seen_ms, pinned, roommate }) => ({
      peer,
      addresses: JSON.parse(addresses) as string[],
      lastSeenMs: last_seen_ms,
      pinned: pinned === 1,
      roommate: roommate === 1,
    }))
  }

  locks(): LockRow[] {
    return this.statements.locks.all().map(({ row }) => JSON.parse(row) as LockRow)
  }

  verified(): VerifiedRow[] {
    return this.statements.verified.all().map(({ peer, at_ms }) => ({ peer, atMs: at_ms }))
  }

  readonly childLinks: ChildLinkReads['childLinks'] = (filter) => this.links.read(filter)
  readonly linkingRooms: ChildLinkReads['linkingRooms'] = (child) => this.links.roomsTo(child)

  readonly directoryNode: DirectoryReads['directoryNode'] = (...args) => this.directories.directoryNode(...args)
  readonly directoryRecords: DirectoryReads['directoryRecords'] = (...args) =>
    this.directories.directoryRecords(...args)
  readonly directoryNodes: DirectoryReads['directoryNodes'] = (...args) => this.directories.directoryNodes(...args)
  readonly directorySize: DirectoryReads['directorySize'] = (...args) => this.directories.directorySize(...args)
  readonly directoryAuthorRecords: DirectoryReads['directoryAuthorRecords'] = (...args) =>
    this.directories.directoryAuthorRecords(...args)

  readonly heldItem: RingReads['heldItem'] = (key) => readHeldItem(this.statements, key)
  readonly itemOfId: RingReads['itemOfId'] = (id) => readItemOfId(this.statements, id)
  readonly packedItem: RingReads['packedItem'] = (key) =>
    this.statements.packedRingItem.get(Buffer.from(key, 'hex'))?.item
  readonly heldItems: RingReads['heldItems'] = (...args) => readHeldItems(this.statements, ...args)
  readonly farthestItems: RingReads['farthestItems'] = (limit) => readFarthestItems(this.statements, limit)
  readonly heldTotals: RingReads['heldTotals'] = () => readHeldTotals(this.statements)

  pinnedAddresses(): PinnedAddressRow[] {
    return this.statements.pinnedAddresses.all().map(({ address, named_at_ms, peer }) => ({
      address,
      namedAtMs: named_at_ms,
      peer: peer ?? undefined,
    }))
  }

  faults(): FaultRow[] {
    return this.statements.faults.all().map(({ at_ms, peer, ...row }) => {
      return { ...row, peer: peer ?? undefined, atMs: at_ms }
    })
  }
}

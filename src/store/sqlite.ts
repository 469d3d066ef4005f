/**
 * The store of a node: a SQLite file, flushed on every commit, and a folder of blocks next to it. Only one
 * process can use it at a time.
 */
import type { DatabaseSync } from 'node:sqlite'
import { BoundedCache } from '../../protocols/wire/bounded-cache.ts'
import { bytesOfHeadsDigest, headsDigestOfBytes } from '../../protocols/wire/heads-digest.ts'
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position, SortKey } from '../../protocols/wire/order.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import { Ballast, giveUpBallastOnFullDisk } from './ballast.ts'
import { finishRepair } from './repaired.ts'
import { RoomMarks } from './room-marks.ts'
import { forgetDamagedLog, keepDamagedLog } from './salvage/log.ts'
import { publicKeyOfAuthor } from './row-keys.ts'
import { requireDatabase, soundMarks } from './sound-marks.ts'
import { SqliteBlocks } from './sqlite-blocks.ts'
import { holdFileStill, openDatabase } from './sqlite-database.ts'
import { boundOf, idsOfDigests, isOfRows, withAuthor, withTextId } from './sqlite-rows.ts'
import { prepareStatements } from './sqlite-statements.ts'
import type {
  AddressRow,
  AuthorHead,
  DocumentHeader,
  DocumentRow,
  FaultRow,
  ListOptions,
  OwnMark,
  PendingRow,
  PeerFrontierRow,
  PinnedAddressRow,
  RoomRecord,
  RoomTotals,
  SharingRow,
  StateRow,
  StoredBlock,
  UnackedRow,
  Store,
  Write,
} from './store.ts'
import { StoreError } from './store.ts'

/** More rooms, and more authors in rooms, than a busy node sees at a time. */
const MAX_CACHED = 1_024

/** In the table `sharing`: the default, for peers without a row of their own. */
const EVERYBODY = ''

/** The bounds of an unbounded list: clocks are safe integers from 0 on. */
const BEFORE_ALL: SortKey = { clock: -1, digest: new Uint8Array(0) }
const AFTER_ALL: SortKey = { clock: 2 ** 53, digest: new Uint8Array(0) }

/**
 * Opens the store in the file at `path` and the folder `blocks` next to it, or creates them. Throws a StoreError, which
 * is also `corrupt` if documents are missing: a node that lost some of its own would write others in their place.
 */
export function openSqliteStore(path: string): SqliteStore {
  finishRepair(path)
  requireDatabase(path)
  giveUpBallastOnFullDisk(path)
  keepDamagedLog(path)
  const database = openUnused(path)
  try {
    const store = new SqliteStore(database, path)
    forgetDamagedLog(path)
    return store
  } catch (error) {
    database.close()
    throw error
  }
}

function openUnused(path: string): DatabaseSync {
  try {
    return openDatabase(path)
  } catch (error) {
    // The log of a running node has commits that are being written.
    if (error instanceof StoreError && error.code === 'locked') forgetDamagedLog(path)
    throw error
  }
}

/**
 * A store on an open database with the current schema.
 *
 * On some errors (a full disk, a failed read) SQLite ends the transaction by itself, and would commit
 * each later write separately. So the first write that fails ends the transaction: it is rolled back
 * immediately, and `apply` and `commit` throw the same error until `rollback`.
 */
export class SqliteStore extends SqliteBlocks implements Store {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #statements: ReturnType<typeof prepareStatements>
  /** Read with each document that is written; cleared by a rollback. */
  readonly #authorHeads = new BoundedCache<string, AuthorHead>(MAX_CACHED)
  readonly #marks: RoomMarks
  readonly #ballast: Ballast
  #transaction: 'none' | 'open' | { failure: unknown } = 'none'

  constructor(database: DatabaseSync, path: string) {
    super(database, path)
    this.#database = database
    this.#path = path
    this.#statements = prepareStatements(database, path)
    this.#marks = new RoomMarks(path, soundMarks(path, this))
    this.#ballast = new Ballast(path)
  }

  apply(write: Write): void {
    this.#assertSound()
    try {
      if (isOfRows(write)) this.#begin()
      this.#write(write)
    } catch (error) {
      this.#transaction = { failure: error }
      this.#undo()
      throw error
    }
  }

  putDurably(blocks: readonly StoredBlock[]): Promise<void> {
    return this.blockFiles.writeDurably(blocks)
  }

  commit(): void {
    if (this.#transaction === 'none') return
    try {
      this.#assertSound()
      this.blockFiles.finish() // the rows may refer to these blocks
      this.#commitRows()
      this.#marks.commit()
    } catch (error) {
      this.#undo()
      throw error
    } finally {
      this.#transaction = 'none'
    }
  }

  adjustBallast(freeBytes: number): void {
    this.#ballast.adjust(freeBytes)
  }

  rollback(): void {
    this.#transaction = 'none'
    this.#undo()
  }

  /** Keeps the file itself as it is, with all that is committed; the log grows until the returned function is called. */
  holdFileStill(): () => void {
    return holdFileStill(this.#database, this.#path)
  }

  close(): void {
    try {
      this.blockFiles.finish()
    } catch {
      // No committed row says that these blocks are here: they will be fetched again.
    }
    this.blockFiles.close()
    this.#marks.close()
    this.#database.close()
  }

  rooms(): RoomRecord[] {
    return this.#statements.rooms.all().map(({ id, status, name, app, ...row }) => ({
      ...{ id: documentIdOfDigest(id), status, name, app },
      joinedAtMs: row.joined_at_ms,
      ...(row.newest_first === 1 && { newestFirst: true }),
      ...(row.carried_bytes_max !== null && { carriedBytesMax: row.carried_bytes_max }),
      ...(row.auto_fetch_bytes_max !== null && { autoFetchBytesMax: row.auto_fetch_bytes_max }),
      ...(row.files_bytes_max !== null && { filesBytesMax: row.files_bytes_max }),
      ...(row.alias !== null && { alias: row.alias }),
      ...(row.documents_bytes_max !== null && { documentsBytesMax: row.documents_bytes_max }),
      ...(row.author_bytes_max !== null && { authorBytesMax: row.author_bytes_max }),
    }))
  }

  document(id: DocumentId): DocumentRow | undefined {
    const row = this.#statements.document.get(digestOfDocumentId(id))
    return row && { ...withAuthor(row), id, room: documentIdOfDigest(row.room) }
  }

  hasDocument(id: DocumentId): boolean {
    return this.#statements.hasDocument.get(digestOfDocumentId(id)) !== undefined
  }

  documentHeader(id: DocumentId): DocumentHeader | undefined {
    const row = this.#statements.documentHeader.get(digestOfDocumentId(id))
    return row && { ...withAuthor(row), id, room: documentIdOfDigest(row.room) }
  }

  documents(room: RoomId, options: ListOptions): DocumentRow[] {
    const after = options.after ? boundOf(options.after) : BEFORE_ALL
    const before = options.before ? boundOf(options.before) : AFTER_ALL
    const statement = options.descending ? this.#statements.descending : this.#statements.ascending
    // SQLite has no infinite LIMIT.
    const limit = Math.min(options.limit, Number.MAX_SAFE_INTEGER)
    return statement
      .all(digestOfDocumentId(room), after.clock, after.digest, before.clock, before.digest, limit)
      .map((row) => ({ ...row, id: documentIdOfDigest(row.id), room, author: peerIdOfPublicKey(row.author) }))
  }

  sortKeys(room: RoomId, lower: SortKey, upper: SortKey = AFTER_ALL, limit: number): SortKey[] {
    const maxRows = Math.min(limit, Number.MAX_SAFE_INTEGER)
    return this.#statements.sortKeys.all(
      digestOfDocumentId(room),
      lower.clock,
      lower.digest,
      upper.clock,
      upper.digest,
      maxRows,
    )
  }

  newestHeads(room: RoomId, limit: number): Position[] {
    const maxRows = Math.min(limit, Number.MAX_SAFE_INTEGER)
    return this.#statements.newestHeads.all(digestOfDocumentId(room), maxRows).map(withTextId).reverse()
  }

  headCount(room: RoomId): number {
    return this.#statements.headCount.get(digestOfDocumentId(room))?.heads ?? 0
  }

  isHead(room: RoomId, id: DocumentId): boolean {
    return this.#statements.head.get(digestOfDocumentId(room), digestOfDocumentId(id)) !== undefined
  }

  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.#authorHeads.getOrRead(room + author, () => {
      const row = this.#statements.authorHead.get(digestOfDocumentId(room), publicKeyOfAuthor(author))
      return row && { ...withTextId(row), author }
    })
  }

  authorHeads(room: RoomId): AuthorHead[] {
    return this.#statements.authorHeads.all(digestOfDocumentId(room)).map((row) => withTextId(withAuthor(row)))
  }

  ownMark(room: RoomId): OwnMark {
    return this.#marks.own(room)
  }

  totals(room: RoomId): RoomTotals {
    const row = this.#statements.totals.get(digestOfDocumentId(room))
    return { documents: row?.documents ?? 0, sizeBytes: row?.size_bytes ?? 0 }
  }

  authorBytes(room: RoomId, author: PeerId): number {
    return this.#statements.authorBytes.get(digestOfDocumentId(room), publicKeyOfAuthor(author))?.size_bytes ?? 0
  }

  pending(room: RoomId): PendingRow[] {
    return this.#statements.pending
      .all(digestOfDocumentId(room))
      .map(({ id, from_peer, block }) => ({ id: documentIdOfDigest(id), room, from: from_peer, block }))
  }

  state(room: RoomId): StateRow | undefined {
    const row = this.#statements.state.get(digestOfDocumentId(room))
    return row && { position: { clock: row.clock, id: documentIdOfDigest(row.id) }, encoded: row.encoded }
  }

  peerFrontiers(room: RoomId): PeerFrontierRow[] {
    return this.#statements.peerFrontiers
      .all(digestOfDocumentId(room))
      .map(({ peer, frontier, heads_digest, seen_ms }) => ({
        ...{ peer, frontier: idsOfDigests(frontier), seenMs: seen_ms },
        ...(heads_digest !== null && { headsDigest: headsDigestOfBytes(heads_digest) }),
      }))
  }

  unacked(room: RoomId, peer: PeerId): UnackedRow[] {
    return this.#statements.unacked
      .all(digestOfDocumentId(room), peer)
      .map(({ id, sends, sent_ms }) => ({ id: documentIdOfDigest(id), sends, sentMs: sent_ms }))
  }

  sharing(room: RoomId): SharingRow[] {
    return this.#statements.sharing
      .all(digestOfDocumentId(room))
      .map(({ peer, policy, mode }) => ({ peer: peer === EVERYBODY ? undefined : peer, policy, mode }))
  }

  addresses(): AddressRow[] {
    return this.#statements.addresses.all().map(({ peer, addresses, last_seen_ms, pinned, roommate }) => ({
      peer,
      addresses: JSON.parse(addresses) as string[],
      lastSeenMs: last_seen_ms,
      pinned: pinned === 1,
      roommate: roommate === 1,
    }))
  }

  pinnedAddresses(): PinnedAddressRow[] {
    return this.#statements.pinnedAddresses.all().map(({ address, named_at_ms, peer }) => ({
      address,
      namedAtMs: named_at_ms,
      peer: peer ?? undefined,
    }))
  }

  faults(): FaultRow[] {
    return this.#statements.faults.all().map(({ at_ms, peer, ...row }) => {
      return { ...row, peer: peer ?? undefined, atMs: at_ms }
    })
  }

  /** Where there is no space, the ballast makes some for this one commit: the node then stops adding to the store. */
  #commitRows(): void {
    try {
      this.#statements.commit.run()
    } catch (error) {
      const isFull = error instanceof StoreError && error.code === 'full'
      if (!isFull || !this.#database.isTransaction || !this.#ballast.release()) throw error
      this.#statements.commit.run()
    }
  }

  #assertSound(): void {
    if (typeof this.#transaction === 'object') throw this.#transaction.failure
  }

  #begin(): void {
    if (this.#transaction === 'open') return
    this.#statements.begin.run()
    this.#transaction = 'open'
  }

  #undo(): void {
    this.keys.clear()
    this.#authorHeads.clear()
    this.#marks.rollback()
    if (this.#database.isTransaction) this.#statements.rollback.run()
  }

  #write(write: Write): void {
    switch (write.type) {
      case 'put-room':
        return this.#putRoom(write.room)
      case 'put-document':
        return this.#putDocument(write.document, write.removedHeads)
      case 'put-author-head':
        return this.#putAuthorHead(write.room, write.head)
      case 'put-own-mark':
        return this.#marks.putOwn(write.room, write.mark)
      case 'put-pending':
        return this.#putPending(write.document)
      case 'delete-pending':
        this.#statements.deletePending.run(digestOfDocumentId(write.id))
        return
      case 'put-peer-frontier': {
        const { peer, frontier, headsDigest, seenMs } = write.row
        const digests = Buffer.concat(frontier.map(digestOfDocumentId))
        const ofAll = headsDigest === undefined ? null : bytesOfHeadsDigest(headsDigest)
        this.#statements.putPeerFrontier.run(this.keys.room(write.room), peer, digests, ofAll, seenMs)
        return
      }
      case 'delete-peer-frontier':
        this.#statements.deletePeerFrontier.run(this.keys.room(write.room), write.peer)
        return
      case 'put-unacked': {
        const { id, sends, sentMs } = write.row
        const { putUnacked } = this.#statements
        putUnacked.run(this.keys.room(write.room), write.peer, digestOfDocumentId(id), sends, sentMs)
        return
      }
      case 'delete-unacked': {
        const { room, peer, id } = write
        this.#statements.deleteUnacked.run(this.keys.room(room), peer, digestOfDocumentId(id))
        return
      }
      case 'put-sharing': {
        const { peer = EVERYBODY, policy, mode } = write.row
        this.#statements.putSharing.run(this.keys.room(write.room), peer, policy, mode)
        return
      }
      case 'put-state':
        return this.#putState(write.room, write.state)
      case 'delete-state':
        this.#statements.deleteState.run(digestOfDocumentId(write.room))
        return
      case 'put-address':
        return this.#putAddress(write.address)
      case 'delete-address':
        this.#statements.deleteAddress.run(write.peer)
        return
      case 'put-pinned-address':
        return this.#putPinnedAddress(write.pinned)
      case 'delete-pinned-address':
        this.#statements.deletePinnedAddress.run(write.address)
        return
      case 'put-fault': {
        const { digest, kind, peer = null, atMs, error } = write.fault
        this.#statements.putFault.run(digest, kind, peer, atMs, error)
        return
      }
      case 'delete-fault':
        this.#statements.deleteFault.run(write.digest)
        return
      case 'put-linking':
      case 'put-ensured':
      case 'delete-ensured':
      case 'put-needs':
      case 'forget-released':
      case 'put-block':
      case 'delete-blocks':
        return this.writeBlocks(write)
    }
  }

  #putRoom({ id, status, name, app, joinedAtMs, newestFirst, ...optional }: RoomRecord): void {
    const { carriedBytesMax = null, autoFetchBytesMax = null, filesBytesMax = null, alias = null } = optional
    const { documentsBytesMax = null, authorBytesMax = null } = optional
    this.#statements.putRoom.run(
      ...[this.keys.room(id), status, name, app, joinedAtMs, newestFirst ? 1 : 0],
      ...[carriedBytesMax, autoFetchBytesMax, filesBytesMax, alias, documentsBytesMax, authorBytesMax],
    )
    this.#marks.add(id, 0)
  }

  #putDocument({ id, room, clock, author, seq, block }: DocumentRow, removedHeads: readonly DocumentId[]): void {
    const digest = digestOfDocumentId(id)
    const roomKey = this.keys.room(room)
    const { insertDocument, addToTotals, deleteHead, insertHead } = this.#statements
    if (insertDocument.run(digest, roomKey, clock, this.keys.author(author), seq, block) === 0) return
    this.#statements.addToAuthor.run(roomKey, this.keys.author(author), block.length)
    this.#marks.add(room, 1)
    let heads = 1
    for (const head of removedHeads) heads -= deleteHead.run(roomKey, digestOfDocumentId(head))
    insertHead.run(roomKey, digest, clock)
    addToTotals.run(block.length, heads, roomKey)
  }

  #putAuthorHead(room: RoomId, { author, id, seq, clock, forks }: AuthorHead): void {
    const { putAuthorHead } = this.#statements
    this.#authorHeads.set(room + author, { author, id, seq, clock, forks })
    putAuthorHead.run(this.keys.room(room), this.keys.author(author), digestOfDocumentId(id), seq, clock, forks)
  }

  #putPending({ id, room, from, block }: PendingRow): void {
    this.#statements.putPending.run(digestOfDocumentId(id), this.keys.room(room), from, block)
  }

  #putState(room: RoomId, { position, encoded }: StateRow): void {
    const { putState } = this.#statements
    putState.run(this.keys.room(room), position.clock, digestOfDocumentId(position.id), encoded)
  }

  #putAddress({ peer, addresses, lastSeenMs, pinned, roommate }: AddressRow): void {
    this.#statements.putAddress.run(peer, JSON.stringify(addresses), lastSeenMs, pinned ? 1 : 0, roommate ? 1 : 0)
  }

  #putPinnedAddress({ address, namedAtMs, peer }: PinnedAddressRow): void {
    this.#statements.putPinnedAddress.run(address, namedAtMs, peer ?? null)
  }
}

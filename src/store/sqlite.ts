/**
 * The store of a node: a SQLite file, flushed for all who wait, and a folder of blocks next to it. Only one
 * process can use it at a time.
 */
import type { DatabaseSync } from 'node:sqlite'
import { bytesOfHeadsDigest } from '../../protocols/wire/heads-digest.ts'
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { AtRestKey } from './at-rest.ts'
import { Ballast, giveUpBallastOnFullDisk } from './ballast.ts'
import { LogFlush } from './log-flush.ts'
import { finishRepair } from './repaired.ts'
import { RoomMarks } from './room-marks.ts'
import { forgetDamagedLog, keepDamagedLog } from './salvage/log.ts'
import { findDatabase, soundMarks, type FoundDatabase } from './sound-marks.ts'
import { writeAccess } from './sqlite-access.ts'
import { DocumentWrites } from './sqlite-documents.ts'
import { writeRingItem } from './sqlite-ring.ts'
import { RoomDeletion } from './sqlite-room-deletion.ts'
import { SqliteReads } from './sqlite-reads.ts'
import { holdFileStill, openDatabase, rewriteBlocks } from './sqlite-database.ts'
import { EVERYBODY, isOfRows } from './sqlite-rows.ts'
import type { StoredBlock } from './blocks.ts'
import type {
  AddressRow,
  Flushed,
  OwnMark,
  PendingRow,
  PinnedAddressRow,
  RoomRecord,
  StateRow,
  Store,
  Write,
} from './store.ts'
import { StoreError } from './store.ts'
import { hasTraces } from './traces.ts'

/**
 * Opens the store in the file at `path` and the folder `blocks` next to it, or creates them. Throws a StoreError, which
 * is also `corrupt` if documents are missing: a node that lost some of its own would write others in their place.
 */
export function openSqliteStore(path: string, atRest: AtRestKey): SqliteStore {
  finishRepair(path)
  const found = findDatabase(path)
  giveUpBallastOnFullDisk(path)
  keepDamagedLog(path)
  const database = openUnused(path, atRest)
  try {
    const store = new SqliteStore(database, path, { found, atRest })
    forgetDamagedLog(path)
    return store
  } catch (error) {
    database.close()
    throw error
  }
}

function openUnused(path: string, atRest: AtRestKey): DatabaseSync {
  try {
    return openDatabase(path, atRest)
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
export class SqliteStore extends SqliteReads implements Store {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #marks: RoomMarks
  readonly #ballast: Ballast
  readonly #log: LogFlush
  readonly #documents: DocumentWrites
  readonly found: FoundDatabase
  #transaction: 'none' | 'open' | { failure: unknown } = 'none'

  constructor(database: DatabaseSync, path: string, { found, atRest }: { found: FoundDatabase; atRest: AtRestKey }) {
    super(database, path, atRest)
    this.found = found
    this.#database = database
    this.#path = path
    this.#marks = new RoomMarks(path, soundMarks(path, this))
    this.#ballast = new Ballast(path)
    this.#log = new LogFlush(path, () => this.#marks.beginFlush())
    const { statements, keys, documentBlocks: blocks, derived } = this
    this.#documents = new DocumentWrites({ statements, keys, blocks, derived, marks: this.#marks, atRest })
  }

  apply(write: Write): void {
    this.#assertSound()
    try {
      if (isOfRows(write)) this.#begin()
      this.#write(write)
    } catch (error) {
      this.#hasFailed(error)
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
      this.derived.write()
      this.#commitRows()
      this.#marks.commit()
      this.#log.committed()
    } catch (error) {
      this.#undo()
      throw error
    } finally {
      this.#transaction = 'none'
    }
  }

  flush(flushed: Flushed): void {
    this.#log.flush(flushed)
  }

  /** Like `flush`, but at once and on the event loop. */
  flushNow(): void {
    this.#log.flushNow()
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
    this.#log.close()
    this.#marks.close()
    this.#database.close()
  }

  /** Whether the file should be written anew: see `eraseTraces`. */
  get hasTraces(): boolean {
    return hasTraces(this.#database)
  }

  /** Stores all documents and blocks as new ones are, sealed or not. While nothing else uses the store. */
  async rewrite(): Promise<void> {
    await this.blockFiles.rewrite()
    rewriteBlocks(this.#database, this.#path, this.atRest)
  }

  ownMark(room: RoomId): OwnMark {
    return this.#marks.own(room)
  }

  /** Where there is no space, the ballast makes some for this one commit: the node then stops adding to the store. */
  #commitRows(): void {
    try {
      this.statements.commit.run()
    } catch (error) {
      const isFull = error instanceof StoreError && error.code === 'full'
      if (!isFull || !this.#database.isTransaction || !this.#ballast.release()) throw error
      this.statements.commit.run()
    }
  }

  protected override writeDerived(): void {
    try {
      this.derived.write()
    } catch (error) {
      this.#hasFailed(error)
    }
  }

  #hasFailed(error: unknown): never {
    this.#transaction = { failure: error }
    this.#undo()
    throw error
  }

  #assertSound(): void {
    if (typeof this.#transaction === 'object') throw this.#transaction.failure
  }

  #begin(): void {
    if (this.#transaction === 'open') return
    this.statements.begin.run()
    this.#transaction = 'open'
  }

  #undo(): void {
    this.keys.clear()
    this.documentBlocks.forget()
    this.derived.forget()
    this.#marks.rollback()
    if (this.#database.isTransaction) this.statements.rollback.run()
  }

  #write(write: Write): void {
    switch (write.type) {
      case 'put-room':
        return this.#putRoom(write.room)
      case 'empty-room':
        return this.#emptyRoom(write.room)
      case 'put-document':
        return this.#documents.put(write.document, write.removedHeads)
      case 'drop-documents':
        return this.#documents.drop(write.room, write.ids)
      case 'put-dropped':
        return this.#documents.putDropped(write.room, write.headers)
      case 'put-author-head':
        return this.derived.putAuthorHead(write.room, write.head)
      case 'retract-documents':
        return this.#documents.retract(write.room, write.ids, write.heads)
      case 'delete-author-head':
        return this.derived.deleteAuthorHead(write.room, write.author)
      case 'put-access':
      case 'put-known':
      case 'put-epoch':
        return writeAccess(this.statements, this.keys, write)
      case 'put-child-link':
      case 'delete-child-link':
        return this.links.write(write)
      case 'put-directory-node':
      case 'delete-directory-node':
      case 'put-directory-record':
      case 'delete-directory-record':
        return this.directories.write(write)
      case 'put-lock':
        this.statements.putLock.run(digestOfDocumentId(write.row.id), write.row.clock, JSON.stringify(write.row))
        return
      case 'put-own-mark':
        return this.#marks.putOwn(write.room, write.mark)
      case 'put-pending':
        return this.#putPending(write.document)
      case 'delete-pending':
        this.statements.deletePending.run(digestOfDocumentId(write.id))
        return
      case 'put-peer-frontier': {
        const { peer, frontier, headsDigest, seenMs } = write.row
        const digests = Buffer.concat(frontier.map(digestOfDocumentId))
        const ofAll = headsDigest === undefined ? null : bytesOfHeadsDigest(headsDigest)
        this.statements.putPeerFrontier.run(this.keys.room(write.room), peer, digests, ofAll, seenMs)
        return
      }
      case 'delete-peer-frontier':
        this.statements.deletePeerFrontier.run(this.keys.room(write.room), write.peer)
        return
      case 'put-unacked': {
        const { id, sends, sentMs } = write.row
        const { putUnacked } = this.statements
        putUnacked.run(this.keys.room(write.room), write.peer, digestOfDocumentId(id), sends, sentMs)
        return
      }
      case 'delete-unacked': {
        const { room, peer, id } = write
        this.statements.deleteUnacked.run(this.keys.room(room), peer, digestOfDocumentId(id))
        return
      }
      case 'put-verified':
        if (write.atMs === undefined) this.statements.deleteVerified.run(write.peer)
        else this.statements.putVerified.run(write.peer, write.atMs)
        return
      case 'put-ring-item':
      case 'delete-ring-item':
        return writeRingItem(this.statements, write)
      case 'put-sharing': {
        const { peer = EVERYBODY, policy, mode } = write.row
        this.statements.putSharing.run(this.keys.room(write.room), peer, policy, mode)
        return
      }
      case 'put-state':
        return this.#putState(write.room, write.state)
      case 'delete-state':
        this.statements.deleteState.run(digestOfDocumentId(write.room))
        return
      case 'put-address':
        return this.#putAddress(write.address)
      case 'delete-address':
        this.statements.deleteAddress.run(write.peer)
        return
      case 'put-pinned-address':
        return this.#putPinnedAddress(write.pinned)
      case 'delete-pinned-address':
        this.statements.deletePinnedAddress.run(write.address)
        return
      case 'put-fault': {
        const { digest, kind, peer = null, atMs, error } = write.fault
        this.statements.putFault.run(digest, kind, peer, atMs, error)
        return
      }
      case 'delete-fault':
        this.statements.deleteFault.run(write.digest)
        return
      case 'put-linking':
      case 'delete-linking':
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
    const { documentsBytesMax = null, authorBytesMax = null, joining = null, checkpoint, retention, base } = optional
    const { access = null, inviteSeed = null, boxSecrets, copiedFrom = null, personal } = optional
    this.statements.putRoom.run(
      ...[this.keys.room(id), status, name, app, joinedAtMs, newestFirst ? 1 : 0],
      ...[carriedBytesMax, autoFetchBytesMax, filesBytesMax, alias, documentsBytesMax, authorBytesMax],
      ...[checkpoint, retention, base].map(jsonOrNull),
      ...[joining, access, inviteSeed, jsonOrNull(boxSecrets), copiedFrom, jsonOrNull(personal)],
    )
    this.#marks.add(id, 0)
  }

  #emptyRoom(room: RoomRecord): void {
    this.derived.write()
    new RoomDeletion(this.#database, this.#path).delete(this.keys.room(room.id))
    this.documentBlocks.forget()
    this.derived.forget()
    this.#marks.empty(room.id)
    this.#putRoom(room)
  }

  #putPending({ id, room, from, block }: PendingRow): void {
    const { sealsAll } = this.atRest
    const stored = this.atRest.stored(block)
    this.statements.putPending.run(digestOfDocumentId(id), this.keys.room(room), from, stored, Number(sealsAll))
  }

  #putState(room: RoomId, { position, encoded }: StateRow): void {
    const { putState } = this.statements
    putState.run(this.keys.room(room), position.clock, digestOfDocumentId(position.id), encoded)
  }

  #putAddress({ peer, addresses, lastSeenMs, pinned, roommate }: AddressRow): void {
    this.statements.putAddress.run(peer, JSON.stringify(addresses), lastSeenMs, pinned ? 1 : 0, roommate ? 1 : 0)
  }

  #putPinnedAddress({ address, namedAtMs, peer }: PinnedAddressRow): void {
    this.statements.putPinnedAddress.run(address, namedAtMs, peer ?? null)
  }
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

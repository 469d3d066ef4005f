/**
 * The part of the SQLite store for blocks. The small ones are in the database, unless an older version put
 * them into files, where the others are; the database also has the documents that link to them, and the
 * roots that need them.
 */
import { dirname, join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import { BLOCK_ID_BYTES, bytesOfBlockId, parseBlockId } from '../../protocols/wire/block-ids.ts'
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { BlockId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { AtRestKey } from './at-rest.ts'
import { BlockFiles } from './block-files.ts'
import { BlockRows, idOf } from './block-rows.ts'
import { isSmall } from './blocks.ts'
import { RowKeys } from './row-keys.ts'
import {
  prepareBlockStatements,
  type EnsuredColumns,
  type EnsuredCondition,
  type FileColumns,
  type LinkingColumns,
} from './sqlite-block-statements.ts'
import type {
  BlockReads,
  BlockWrite,
  EnsuredFilter,
  EnsuredRow,
  FileFilter,
  FileRow,
  LinkingRow,
  ReleasedBlocks,
  UnneededPage,
  WalkPlace,
} from './blocks.ts'

/** The folder of the blocks, next to the database. */
export const BLOCKS_FOLDER = 'blocks'

/** In place of a room's key: no room. Keys start at 1. */
const NO_ROOM = 0

/** In place of a room's key: a room that the store does not know. No row has it. */
const UNKNOWN_ROOM = -1

/** The place after all documents of a room: clocks are safe integers. */
const AFTER_ALL: [clock: number, digest: Uint8Array] = [2 ** 53, new Uint8Array(0)]

/** Before the id of a block in a row where a walk goes on; one in a file has nothing before it. */
const ROW_PLACE = 'row:'

/** Base class of the SQLite store. */
export class SqliteBlocks implements BlockReads {
  readonly atRest: AtRestKey
  protected readonly keys: RowKeys
  readonly #statements: ReturnType<typeof prepareBlockStatements>
  protected readonly blockFiles: BlockFiles
  readonly #blockRows: BlockRows

  constructor(database: DatabaseSync, path: string, atRest: AtRestKey) {
    this.atRest = atRest
    this.#statements = prepareBlockStatements(database, path)
    this.blockFiles = new BlockFiles(join(dirname(path), BLOCKS_FOLDER), atRest)
    this.#blockRows = new BlockRows(database, path, atRest)
    this.keys = new RowKeys(database, path)
  }

  linking(room: RoomId): LinkingRow[] {
    return this.#statements.linking.all(this.#knownRoom(room)).map(linkingRowOf)
  }

  newestLinking(room: RoomId, limit: number, before?: Position): LinkingRow[] {
    const bound: [number, Uint8Array] = before ? [before.clock, digestOfDocumentId(before.id)] : AFTER_ALL
    return this.#statements.newestLinking.all(this.#knownRoom(room), ...bound, limit).map(linkingRowOf)
  }

  files(room: RoomId, { document, root, name }: FileFilter): FileRow[] {
    const selected = {
      ...(document !== undefined && { 'id = ?': digestOfDocumentId(document) }),
      ...(root !== undefined && { 'root = ?': bytesOfBlockId(root) }),
      ...(name !== undefined && { 'name_lookup = lookup(?)': name }),
    }
    const listing = this.#statements.files(Object.keys(selected) as (keyof typeof selected)[])
    return listing.all(this.#knownRoom(room), ...Object.values(selected)).map(fileRowOf)
  }

  ensured(room: RoomId | undefined, id: BlockId): EnsuredRow | undefined {
    const row = this.#statements.ensured.get(this.#knownRoom(room), bytesOfBlockId(id))
    return row && ensuredRowOf(row)
  }

  ensuredRows({ room, state, incomplete, pinned, withJobs, limit = Infinity }: EnsuredFilter): EnsuredRow[] {
    const selected: [EnsuredCondition, ...SQLInputValue[]][] = []
    if (room !== undefined) selected.push(['ensured.room = ?', this.#knownRoom(room ?? undefined)])
    if (state !== undefined) selected.push(['ensured.state = ?', state])
    if (incomplete) selected.push(["ensured.state IN ('searching', 'failed')"])
    if (pinned !== undefined) selected.push(['ensured.pinned = ?', pinned ? 1 : 0])
    if (withJobs) selected.push(["ensured.jobs <> '[]'"])
    const listing = this.#statements.ensuredRows(selected.map(([condition]) => condition))
    const values = selected.flatMap(([, ...some]) => some)
    // SQLite has no infinite LIMIT.
    return listing.all(...values, Math.min(limit, Number.MAX_SAFE_INTEGER)).map(ensuredRowOf)
  }

  isNeeded(room: RoomId, id: BlockId): boolean {
    return this.#statements.isNeeded.get(bytesOfBlockId(id), this.#knownRoom(room)) !== undefined
  }

  blockSizeBytes(id: BlockId): number | undefined {
    return this.#blockRows.sizeBytes(id) ?? this.blockFiles.sizeBytes(id)
  }

  block(id: BlockId): Uint8Array | undefined {
    return this.#blockRows.read(id) ?? this.blockFiles.read(id)
  }

  /** Those in files come first. */
  unneededBlocks(limit: number, after?: WalkPlace): UnneededPage {
    const [afterFile, afterRow] = placeOf(after)
    const inFiles = afterRow === undefined ? this.blockFiles.ids(limit, afterFile) : []
    const inRows = this.#blockRows.ids(limit - inFiles.length, afterRow)
    // A block may have a row and a file of before: it counts once.
    const onlyInFiles = inFiles.filter((id) => this.#blockRows.sizeBytes(id) === undefined)
    const last = inRows.length > 0 ? ROW_PLACE + inRows.at(-1) : inFiles.at(-1)
    const isLastPage = inFiles.length + inRows.length < limit
    return { blocks: this.#unneededOf([...onlyInFiles, ...inRows]), next: isLastPage ? undefined : last }
  }

  releasedBlocks(limit: number): ReleasedBlocks {
    const rows = this.#statements.released.all(Math.min(limit, Number.MAX_SAFE_INTEGER))
    const ids = rows.map(({ id }) => idOf(id))
    return { ids, unneeded: this.#unneededOf(ids) }
  }

  /** Writes rows, which include small blocks, in the open transaction, and files immediately. */
  protected writeBlocks(write: BlockWrite): void {
    switch (write.type) {
      case 'put-linking':
        return this.#putLinking(write.room, write.row)
      case 'delete-linking':
        this.#statements.deleteLinking.run(this.keys.room(write.room), digestOfDocumentId(write.id))
        return
      case 'put-ensured':
        return this.#putEnsured(write.row)
      case 'delete-ensured':
        return this.#deleteEnsured(write.room, write.id)
      case 'put-needs':
        return this.#putNeeds(write.room, write.root, write.needs)
      case 'forget-released':
        return write.ids.forEach((id) => this.#statements.deleteReleased.run(bytesOfBlockId(id)))
      case 'put-block':
        return (isSmall(write.block) ? this.#blockRows : this.blockFiles).write(write.id, write.block)
      case 'delete-blocks':
        return this.#deleteBlocks(write.ids)
    }
  }

  /** Those of the blocks that are stored and that no root needs. */
  #unneededOf(ids: readonly BlockId[]): { id: BlockId; sizeBytes: number }[] {
    return ids.flatMap((id) => {
      if (this.#statements.isNeededAnywhere.get(bytesOfBlockId(id)) !== undefined) return []
      const sizeBytes = this.blockSizeBytes(id)
      return sizeBytes === undefined ? [] : { id, sizeBytes }
    })
  }

  #deleteBlocks(ids: readonly BlockId[]): void {
    for (const id of ids) {
      this.#blockRows.remove(id)
      this.blockFiles.remove(id)
    }
    this.#blockRows.shrink()
  }

  #putLinking(room: RoomId, { id, clock, links, file }: LinkingRow): void {
    this.#statements.putLinking.run({
      $room: this.keys.room(room),
      $id: digestOfDocumentId(id),
      $clock: clock,
      $links: Buffer.concat(links.map(bytesOfBlockId)),
      $root: file === undefined ? null : bytesOfBlockId(file.root),
      $name: file?.name ?? null,
      $type: file?.type ?? null,
      $size_bytes: file?.sizeBytes ?? null,
      $author: file === undefined ? null : this.keys.author(file.author),
      $time_ms: file?.timeMs ?? null,
      $file_key: file?.sealing?.key ?? null,
      $guest: file?.guest ?? null,
      $plain_root: file?.sealing === undefined ? null : bytesOfBlockId(file.sealing.root),
    })
  }

  #putEnsured(row: EnsuredRow): void {
    this.#statements.putEnsured.run(
      row.room === undefined ? NO_ROOM : this.keys.room(row.room),
      bytesOfBlockId(row.id),
      row.state,
      row.failure ?? null,
      row.pinned ? 1 : 0,
      row.maxBytes ?? null,
      JSON.stringify(row.jobs),
      row.addedAtMs,
      row.blocks,
      row.sizeBytes,
    )
  }

  #deleteEnsured(room: RoomId | undefined, id: BlockId): void {
    const root = this.#statements.rootKey.get(this.#knownRoom(room), bytesOfBlockId(id))
    if (root === undefined) return
    this.#statements.releaseNeeds.run(root.key)
    this.#statements.deleteNeeds.run(root.key)
    this.#statements.deleteEnsured.run(root.key)
  }

  #putNeeds(room: RoomId | undefined, root: BlockId, needs: readonly { id: BlockId }[]): void {
    const roomKey = this.#knownRoom(room)
    const row = this.#statements.rootKey.get(roomKey, bytesOfBlockId(root))
    if (row === undefined) return
    for (const { id } of needs) this.#statements.insertNeed.run(row.key, bytesOfBlockId(id), roomKey)
  }

  /** The key of a room or of none, for reading: no key is assigned. */
  #knownRoom(room: RoomId | undefined): number {
    return room === undefined ? NO_ROOM : (this.keys.knownRoom(room) ?? UNKNOWN_ROOM)
  }
}

/** The file and the row after which a walk goes on. */
function placeOf(place: WalkPlace | undefined): [file: BlockId | undefined, row: BlockId | undefined] {
  if (place?.startsWith(ROW_PLACE) === true) return [undefined, parseBlockId(place.slice(ROW_PLACE.length))]
  return [place === undefined ? undefined : parseBlockId(place), undefined]
}

function idsOf(bytes: Uint8Array): BlockId[] {
  const count = bytes.length / BLOCK_ID_BYTES
  return Array.from({ length: count }, (_, i) => idOf(bytes.subarray(i * BLOCK_ID_BYTES, (i + 1) * BLOCK_ID_BYTES)))
}

function linkingRowOf(row: LinkingColumns): LinkingRow {
  const { id, clock, links } = row
  return row.root === null ? { id: documentIdOfDigest(id), clock, links: idsOf(links) } : fileRowOf(row)
}

function fileRowOf(row: FileColumns): FileRow {
  const { id, clock, links, root, name, type, size_bytes, author, time_ms, file_key: key, plain_root, guest } = row
  const file = {
    root: idOf(root),
    name,
    type,
    sizeBytes: size_bytes,
    author: peerIdOfPublicKey(author),
    timeMs: time_ms,
    ...(guest !== null && { guest }),
    ...(key !== null && plain_root !== null && { sealing: { key, root: idOf(plain_root) } }),
  }
  return { id: documentIdOfDigest(id), clock, links: idsOf(links), file }
}

function ensuredRowOf(row: EnsuredColumns): EnsuredRow {
  return {
    room: row.room === null ? undefined : documentIdOfDigest(row.room),
    id: idOf(row.id),
    state: row.state,
    failure: row.failure ?? undefined,
    pinned: row.pinned === 1,
    maxBytes: row.max_bytes ?? undefined,
    jobs: JSON.parse(row.jobs) as string[],
    addedAtMs: row.added_at_ms,
    blocks: row.blocks,
    sizeBytes: row.size_bytes,
  }
}

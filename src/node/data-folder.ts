/** A node's folder with its store and key, created on the first start. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { PartRecords } from '../files/part-records.ts'
import { isRestored, noteRestored } from '../host/restored-key.ts'
import { removeLeftovers } from '../host/durable-file.ts'
import { createIdentity, identityPath, loadIdentity, newIdentity, peerOf, seedOf } from '../host/identity.ts'
import { KithError, type KithErrorCode } from '../kith.ts'
import { AtRestKey } from '../store/at-rest.ts'
import { noteOwner, ownerOf, requireOwner } from './folder-owner.ts'
import { sealedIn } from './sealed-note.ts'
import { memoryStore } from '../store/memory.ts'
import { noteRoomListLost } from './lost-room-list.ts'
import { marksPath } from '../store/room-marks.ts'
import { requireSoundRules } from '../store/sound-rules.ts'
import { SMALL_BLOCK_BYTES } from '../store/blocks.ts'
import { BLOCKS_FOLDER } from '../store/sqlite-blocks.ts'
import { openSqliteStore, type SqliteStore } from '../store/sqlite.ts'
import { StoreError, type Store } from '../store/store.ts'
import { eraseTraces } from '../store/traces.ts'

export const MEMORY_FOLDER = ':memory:'
export const STORE_FILE = 'kith.db'
const PARTS_FOLDER = 'saving'
const OWNER_ONLY = 0o700

const NAME_FILE = 'name'
const OWNER_ONLY_FILE = 0o600

export function defaultDataDir(): string {
  return join(homedir(), '.kith', 'default')
}

export interface DataFolder {
  store: Store | SqliteStore
  privateKey: Awaited<ReturnType<typeof newIdentity>>
  /** It may have written in rooms that are not here: the key came from a backup, or rooms may have been lost. */
  isKeyRestored: boolean
}

/**
 * Opens key and store. The key is made first, then the store, then the note whose folder it is: so a store without a key,
 * or a note without a store, always means that it was lost, wherever the first start was killed. `sealsAll`: whether what
 * open rooms have is sealed; default: as the folder says. Throws a KithError that says what to do about the folder, or
 * `no-passphrase` or `wrong-passphrase`.
 */
export async function openDataFolder(dataDir: string, passphrase?: string, sealsAll?: boolean): Promise<DataFolder> {
  if (dataDir === MEMORY_FOLDER) {
    return { store: memoryStore(), privateKey: await newIdentity(), isKeyRestored: false }
  }
  await makeFolder(dataDir)
  const privateKey = await openKey(dataDir, passphrase)
  const peer = peerOf(privateKey)
  await requireOwner(dataDir, peer)
  const path = join(dataDir, STORE_FILE)
  if ((await ownerOf(dataDir)) !== undefined && !isStoreThere(path)) throw storeLost(dataDir)
  const hasBlocks = await isThere(join(dataDir, BLOCKS_FOLDER))
  try {
    const atRest = new AtRestKey(seedOf(privateKey), sealsAll ?? (await sealedIn(dataDir)) !== 'private-rooms')
    const store = await openErased(path, atRest)
    if (!hasBlocks) await requireNoBlocks(dataDir, store)
    closeUnless(store, () => requireSoundRules(path, store))
    const { hadNoMarks } = store.found
    if (hadNoMarks) {
      // The disk is full: it counts for this run.
      await Promise.all([noteRestored(dataDir), noteRoomListLost(dataDir)]).catch(() => undefined)
    }
    const isKeyRestored = hadNoMarks || (await isRestored(dataDir))
    await noteOwner(dataDir, peer).catch(() => undefined) // the disk is full: the next start tries again
    return { store, privateKey, isKeyRestored }
  } catch (error) {
    throw error instanceof Error ? kithErrorOf(error) : error
  }
}

/** Opens a store, and lets it be written anew before that if it should be. */
async function openErased(path: string, atRest: AtRestKey): Promise<SqliteStore> {
  const store = openSqliteStore(path, atRest)
  if (!store.hasTraces) return store
  store.close()
  await eraseTraces(path)
  return openSqliteStore(path, atRest)
}

/** Throws what a check of a store throws, with the store closed. */
function closeUnless(store: SqliteStore, check: () => void): void {
  try {
    check()
  } catch (error) {
    store.close()
    throw error
  }
}

/** Throws a KithError `corrupt` if the store has files, whose blocks are gone: opening it made their folder anew. */
async function requireNoBlocks(dataDir: string, store: SqliteStore): Promise<void> {
  const isGone = store
    .ensuredRows({ state: 'complete' })
    // Such a mean size takes a block that is a file.
    .some(({ blocks, sizeBytes }) => blocks > 0 && sizeBytes >= blocks * SMALL_BLOCK_BYTES)
  if (!isGone) return
  store.close()
  await rmdir(join(dataDir, BLOCKS_FOLDER)) // the next start says it again
  throw new KithError(
    'corrupt',
    `the data folder ${dataDir} has lost its folder ${BLOCKS_FOLDER}, with what files consist of: put it back, or have it fetched again from other nodes (kith repair)`,
  )
}

/**
 * The key of a data folder. Throws a KithError: `corrupt` if it is lost, damaged, or another node's, `no-passphrase`,
 * `wrong-passphrase`.
 */
export async function requireIdentity(dataDir: string, passphrase?: string): Promise<DataFolder['privateKey']> {
  const key = await loadIdentity(dataDir, passphrase)
  if (key === undefined) throw keyLost(dataDir)
  await requireOwner(dataDir, peerOf(key))
  return key
}

export function namePath(dataDir: string): string {
  return join(dataDir, NAME_FILE)
}

/**
 * The name that the node of a folder was last started with; undefined if it was never given one. Throws a TypeError if
 * its file is not in UTF-8.
 */
export async function rememberedName(dataDir: string): Promise<string | undefined> {
  const bytes = await nameBytes(dataDir)
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim() || undefined
}

/** None if there is no name yet, or no folder. */
async function nameBytes(dataDir: string): Promise<Buffer> {
  return dataDir === MEMORY_FOLDER ? Buffer.of() : readFile(namePath(dataDir)).catch(() => Buffer.of())
}

/** Keeps a name for later starts, which need not repeat it. */
export async function rememberName(dataDir: string, name: string): Promise<void> {
  const bytes = Buffer.from(`${name}\n`)
  // Nothing is written that is there: the disk may be full.
  if (dataDir === MEMORY_FOLDER || bytes.equals(await nameBytes(dataDir))) return
  try {
    await writeFile(namePath(dataDir), bytes, { mode: OWNER_ONLY_FILE })
  } catch (cause) {
    throw diskError(`the node's name cannot be written to ${dataDir}`, cause)
  }
}

const codes: Record<StoreError['code'], KithErrorCode> = {
  locked: 'folder-in-use',
  full: 'disk-full',
  corrupt: 'corrupt',
  newer: 'newer-data',
  busy: 'too-many-files',
  io: 'disk-error',
}

/** The records of files being saved in a data folder. */
export function partRecordsIn(dataDir: string): PartRecords {
  return new PartRecords(dataDir === MEMORY_FOLDER ? undefined : join(dataDir, PARTS_FOLDER))
}

/** The user's version of a store error; any other error unchanged. */
export function kithErrorOf(error: Error): Error {
  return error instanceof StoreError ? new KithError(codes[error.code], error.message, { cause: error }) : error
}

export async function makeFolder(dataDir: string): Promise<void> {
  try {
    await makeFolders(dataDir)
  } catch (cause) {
    throw diskError(`the data folder ${dataDir} cannot be created`, cause)
  }
}

/** Like `mkdir` with `recursive`, which never returns if a folder is refused as if its parent were missing, as in /proc. */
async function makeFolders(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    const mayMissParent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!mayMissParent || dirname(path) === path) throw error
    await makeFolders(dirname(path))
    await makeOne(path)
  }
}

/** Leaves an existing folder as it is; systems report it with different errors. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, OWNER_ONLY)
  } catch (error) {
    const found = await stat(path).catch(() => undefined) // the first error says more
    if (found?.isDirectory() !== true) throw error
  }
}

async function openKey(dataDir: string, passphrase: string | undefined): ReturnType<typeof newIdentity> {
  try {
    // Looked for before the key, as another process may be making both.
    const hasStore = (await isThere(join(dataDir, STORE_FILE))) || (await ownerOf(dataDir)) !== undefined
    const key = await loadIdentity(dataDir, passphrase)
    if (key !== undefined) {
      // Of a `kith key unprotect` that was killed: the key without its passphrase.
      await removeLeftovers(identityPath(dataDir))
      return key
    }
    if (hasStore) throw keyLost(dataDir)
    return await createIdentity(dataDir, passphrase)
  } catch (cause) {
    if (cause instanceof KithError) throw cause
    throw diskError(`the key in the data folder ${dataDir} cannot be read or created`, cause)
  }
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** Whether there is a database, or what tells of one that is gone. */
export function isStoreThere(path: string): boolean {
  return existsSync(path) || existsSync(marksPath(path))
}

/** An empty one in its place would write its author's documents a second time. */
function storeLost(dataDir: string): KithError {
  return new KithError(
    'corrupt',
    `the data folder ${dataDir} has lost its database ${STORE_FILE}: put it back from a backup of the whole folder, or go on without what was in it (kith repair) and join your rooms again`,
  )
}

/** Others know the store's node by its key: with a new one, its rooms would have a stranger in its place. */
function keyLost(dataDir: string): KithError {
  return new KithError(
    'corrupt',
    `the data folder ${dataDir} is that of a node, but has no identity.key: restore the key from a backup (kith key restore), or move the folder away to start as a new peer that others do not know yet`,
  )
}

function diskError(what: string, cause: unknown): KithError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new KithError('disk-error', `${what}: ${reason}`, { cause })
}

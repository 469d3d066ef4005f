/** A node's folder with its store and key, created on the first start. */
import { mkdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadOrCreateIdentity, newIdentity } from '../host/identity.ts'
import { KithError, type KithErrorCode } from '../kith.ts'
import { memoryStore } from '../store/memory.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { StoreError, type Store } from '../store/store.ts'

export const MEMORY_FOLDER = ':memory:'
const STORE_FILE = 'kith.db'
const OWNER_ONLY = 0o700

export function defaultDataDir(): string {
  return join(homedir(), '.kith', 'default')
}

export interface DataFolder {
  store: Store
  privateKey: Awaited<ReturnType<typeof loadOrCreateIdentity>>
}

/** Opens store and key. Throws a KithError that says what to do about the folder. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  if (dataDir === MEMORY_FOLDER) return { store: memoryStore(), privateKey: await newIdentity() }
  await makeFolder(dataDir)
  try {
    const store = openSqliteStore(join(dataDir, STORE_FILE))
    try {
      return { store, privateKey: await openKey(dataDir) }
    } catch (error) {
      store.close()
      throw error
    }
  } catch (error) {
    throw error instanceof Error ? kithErrorOf(error) : error
  }
}

const codes: Record<StoreError['code'], KithErrorCode> = {
  locked: 'folder-in-use',
  full: 'disk-full',
  corrupt: 'corrupt',
  newer: 'newer-data',
  io: 'disk-error',
}

/** The user's version of a store error; any other error unchanged. */
export function kithErrorOf(error: Error): Error {
  return error instanceof StoreError ? new KithError(codes[error.code], error.message, { cause: error }) : error
}

async function makeFolder(dataDir: string): Promise<void> {
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

async function openKey(dataDir: string): ReturnType<typeof loadOrCreateIdentity> {
  try {
    return await loadOrCreateIdentity(dataDir)
  } catch (cause) {
    if (cause instanceof KithError) throw cause
    throw diskError(`the key in the data folder ${dataDir} cannot be read or created`, cause)
  }
}

function diskError(what: string, cause: unknown): KithError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new KithError('disk-error', `${what}: ${reason}`, { cause })
}

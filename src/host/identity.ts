/** The node's identity: an Ed25519 key in the data folder, in libp2p's protobuf format. */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { KithError } from '../kith.ts'

const KEY_FILE = 'identity.key'
const OWNER_ONLY_FILE = 0o600

/**
 * Reads the private key from `identity.key` in the data folder; undefined if there is no such file.
 * Throws a KithError `corrupt` if the file contains no Ed25519 key: a new key would silently turn this
 * node into a stranger.
 */
export async function loadIdentity(dataDir: string): Promise<PrivateKey | undefined> {
  const path = join(dataDir, KEY_FILE)
  const bytes = await readIfPresent(path)
  return bytes && decodeKey(bytes, path)
}

/** Makes the private key of a new node and writes it durably; reads that of another process that was faster. */
export async function createIdentity(dataDir: string): Promise<PrivateKey> {
  const path = join(dataDir, KEY_FILE)
  await writeDurably(dataDir, path, privateKeyToProtobuf(await newIdentity()))
  return decodeKey(await readFile(path), path)
}

/** A new key, for a node that stores nothing. */
export function newIdentity(): Promise<PrivateKey> {
  return generateKeyPair('Ed25519')
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function decodeKey(bytes: Uint8Array, path: string): PrivateKey {
  try {
    const key = privateKeyFromProtobuf(bytes)
    if (key.type === 'Ed25519') return key
  } catch (cause) {
    throw damaged(path, { cause })
  }
  throw damaged(path)
}

function damaged(path: string, options?: ErrorOptions): KithError {
  const message = `The key file ${path} is damaged: restore it from a backup, or move the data folder away to start as a new peer that others do not know yet.`
  return new KithError('corrupt', message, options)
}

/**
 * Writes a temporary file and links it, so that a crash leaves either no key file or a complete one, and
 * an existing file stays.
 */
async function writeDurably(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  // Two processes may be writing at once: the folder is not locked yet.
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeOwnerOnly(temporary, bytes)
    await place(temporary, path)
    await flushFolder(folder)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeOwnerOnly(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY_FILE)
  await file.chmod(OWNER_ONLY_FILE)
  await file.writeFile(bytes)
  await file.sync()
}

async function place(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch {
    // The file exists by now, or the file system has no hard links, as on memory sticks.
    if ((await readIfPresent(path)) === undefined) await rename(temporary, path)
  }
}

async function flushFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

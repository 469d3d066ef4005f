/** The node's identity: an Ed25519 key in the data folder, in libp2p's protobuf format. */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { KithError } from '../kith.ts'

const KEY_FILE = 'identity.key'
const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700

/**
 * Reads the private key from `identity.key` in the data folder; creates it on the first start. Throws a
 * KithError `corrupt` if the file contains no Ed25519 key: a new key would silently turn this node into a
 * stranger.
 */
export async function loadOrCreateIdentity(dataDir: string): Promise<PrivateKey> {
  const path = join(dataDir, KEY_FILE)
  const bytes = await readIfPresent(path)
  if (bytes !== undefined) return decodeKey(bytes, path)
  await mkdir(dataDir, { recursive: true, mode: OWNER_ONLY_FOLDER })
  const key = await newIdentity()
  await writeDurably(dataDir, path, privateKeyToProtobuf(key))
  return key
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
  const message = `The key file ${path} is damaged: restore it from a backup, or delete it to continue as a new peer that others do not know yet.`
  return new KithError('corrupt', message, options)
}

/** Writes to a temporary file and renames it, so that a crash leaves either no key file or a complete one. */
async function writeDurably(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', OWNER_ONLY_FILE)
  try {
    await file.chmod(OWNER_ONLY_FILE)
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

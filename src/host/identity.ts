/**
 * The node's identity: an Ed25519 key in the data folder, in libp2p's protobuf format, or encrypted under a
 * passphrase (sealed-key.ts).
 */
import { join } from 'node:path'
import {
  generateKeyPair,
  generateKeyPairFromSeed,
  privateKeyFromProtobuf,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { SEED_BYTES, signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { readIfPresent, replaceFile, writeNewFile } from './durable-file.ts'
import { formatSealed, isSealed, openKey, parseSealed, sealKey, type SealedKey } from './sealed-key.ts'

const KEY_FILE = 'identity.key'

export function identityPath(dataDir: string): string {
  return join(dataDir, KEY_FILE)
}

/** What a key file has. */
export type StoredIdentity = { peer: PeerId } & ({ key: PrivateKey } | { sealed: SealedKey })

/**
 * Reads `identity.key` in the data folder without decrypting it; undefined if there is no such file. Throws a
 * KithError `corrupt` if it contains no Ed25519 key, or one that was damaged: a new key would silently turn this node into
 * a stranger, and nobody would take what a damaged one signs.
 */
export async function readIdentity(dataDir: string): Promise<StoredIdentity | undefined> {
  const path = identityPath(dataDir)
  const bytes = await readIfPresent(path)
  if (bytes === undefined) return undefined
  try {
    if (isSealed(bytes)) {
      const sealed = parseSealed(bytes.toString('latin1'))
      return { peer: sealed.peer, sealed }
    }
    const key = privateKeyFromProtobuf(bytes)
    const peer = key.type === 'Ed25519' ? signerOfSeed(seedOf(key)).author : undefined
    // The file has the public key beside the seed, and nothing else that shows whether either was damaged.
    if (peer !== undefined && peerOf(key) === peer) return { peer, key }
  } catch (cause) {
    throw damaged(path, { cause })
  }
  throw damaged(path)
}

/**
 * Reads the private key from the data folder, with the passphrase if it is encrypted; undefined if there is none. Throws
 * a KithError `corrupt`, `no-passphrase`, or `wrong-passphrase`, also if the key is not encrypted: who gives a passphrase
 * believes that it is.
 */
export async function loadIdentity(dataDir: string, passphrase?: string): Promise<PrivateKey | undefined> {
  const stored = await readIdentity(dataDir)
  return stored && decrypted(stored, identityPath(dataDir), passphrase)
}

/**
 * Makes the private key of a new node and writes it durably, encrypted if there is a passphrase; reads that of another
 * process that was faster. Throws like `loadIdentity`, and a KithError `bad-value` for one that nobody should choose.
 */
export async function createIdentity(dataDir: string, passphrase?: string): Promise<PrivateKey> {
  const key = await newIdentity()
  await writeNewFile(identityPath(dataDir), await encodedKey(key, passphrase))
  return (await loadIdentity(dataDir, passphrase)) ?? key
}

/** A new key, for a node that stores nothing. */
export function newIdentity(): Promise<PrivateKey> {
  return generateKeyPair('Ed25519')
}

/** Writes the key in place of the one in the data folder: encrypted, or plain without a passphrase. */
export async function rewriteIdentity(dataDir: string, key: PrivateKey, passphrase?: string): Promise<void> {
  await replaceFile(identityPath(dataDir), await encodedKey(key, passphrase))
}

async function encodedKey(key: PrivateKey, passphrase: string | undefined): Promise<Uint8Array> {
  if (passphrase === undefined) return privateKeyToProtobuf(key)
  return Buffer.from(formatSealed(await sealKey(seedOf(key), passphrase)))
}

async function decrypted(stored: StoredIdentity, path: string, passphrase: string | undefined): Promise<PrivateKey> {
  if ('key' in stored) {
    if (passphrase === undefined) return stored.key
    throw new KithError(
      'wrong-passphrase',
      `the key ${path} is not protected by a passphrase: protect it with kith key protect, or give none`,
    )
  }
  if (passphrase === undefined) {
    throw new KithError('no-passphrase', `the key ${path} is protected by a passphrase, which was not given`)
  }
  return keyOfSeed(await openKey(stored.sealed, passphrase))
}

function keyOfSeed(seed: Uint8Array): Promise<PrivateKey> {
  return generateKeyPairFromSeed('Ed25519', seed)
}

export function peerOf(key: PrivateKey): PeerId {
  return peerIdFromPrivateKey(key).toString() as PeerId
}

export function seedOf(key: PrivateKey): Uint8Array {
  return key.raw.subarray(0, SEED_BYTES)
}

function damaged(path: string, options?: ErrorOptions): KithError {
  const message = `The key file ${path} is damaged: move it away and restore it from a backup (kith key restore), or move the data folder away to start as a new peer that others do not know yet.`
  return new KithError('corrupt', message, options)
}

/** The key of a node in its data folder: shows it, makes and restores backups, sets and takes away its passphrase. */
import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readAtMost } from '../bounded-file.ts'
import { diskErrorOf, hasCode } from '../files/disk-errors.ts'
import { readIfPresent, writeNewFile } from '../host/durable-file.ts'
import { identityPath, loadIdentity, readIdentity, rewriteIdentity, seedOf } from '../host/identity.ts'
import { noteRestored } from '../host/restored-key.ts'
import {
  checkNewPassphrase,
  formatSealed,
  MAX_SEALED_BYTES,
  openKey,
  parseSealed,
  sealKey,
  type SealedKey,
} from '../host/sealed-key.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError, type KeyInfo, type KeyOptions } from '../kith.ts'
import { defaultDataDir, isThere, makeFolder } from './data-folder.ts'
import { ownerOf } from './folder-owner.ts'
import { sealedIn } from './sealed-note.ts'
import { fingerprintOf } from './safety-words.ts'

type StoredKey = NonNullable<Awaited<ReturnType<typeof readIdentity>>>

/** Whose key a data folder has, also while its node runs. Throws a KithError `bad-path` if it has none, or `corrupt`. */
export async function showKey({ dataDir = defaultDataDir() }: Pick<KeyOptions, 'dataDir'> = {}): Promise<KeyInfo> {
  const { peer, ...stored } = await requireStored(dataDir)
  const sealed = await orDiskError('read', dataDir, () => sealedIn(dataDir))
  return { peer, ...(await fingerprintOf(peer)), path: identityPath(dataDir), isProtected: 'sealed' in stored, sealed }
}

/**
 * Writes the key to a new file, encrypted: under its own passphrase, which must be given, or else under
 * `backupPassphrase`. Nothing else of the node is in it. Throws a KithError like `showKey`, `file-exists`,
 * `no-passphrase`, `wrong-passphrase`, `bad-value` for a passphrase that nobody should choose, `bad-path`, `disk-full` or
 * `disk-error`.
 */
export async function backUpKey(options: KeyOptions & { path: string; backupPassphrase?: string }): Promise<KeyInfo> {
  const { dataDir = defaultDataDir(), passphrase, path, backupPassphrase } = options
  const info = await showKey({ dataDir })
  await requirePlaceFor(path)
  const sealed = await sealedForBackup(await requireStored(dataDir), passphrase, backupPassphrase)
  const text = Buffer.from(formatSealed(sealed))
  await orDiskError('write', path, () => writeNewFile(path, text))
  const written = await orDiskError('read', path, () => readIfPresent(path))
  // Somebody else was faster.
  if (written?.equals(text) !== true) throw fileExists(path)
  return info
}

/**
 * Puts the key of a backup into a data folder without one, whose node cannot run. It stays protected by the passphrase of
 * the backup. The node then writes nothing in a room that it joins until it holds what a member has, as it may have
 * written there. Throws a KithError `key-exists`, `bad-backup`, `no-passphrase`, `wrong-passphrase`, `bad-path`,
 * `disk-full` or `disk-error`.
 */
export async function restoreKey(options: KeyOptions & { path: string }): Promise<KeyInfo> {
  const { dataDir = defaultDataDir(), path, passphrase } = options
  await requireNoKey(dataDir)
  const sealed = parseSealed(await readBackup(path))
  await requireSameOwner(dataDir, sealed.peer)
  if (passphrase === undefined)
    throw new KithError('no-passphrase', 'a backup needs the passphrase that it was made with')
  await openKey(sealed, passphrase)
  await makeFolder(dataDir)
  await orDiskError('write', dataDir, async () => {
    await noteRestored(dataDir)
    await writeNewFile(identityPath(dataDir), Buffer.from(formatSealed(sealed)))
  })
  const info = await showKey({ dataDir })
  if (info.peer !== sealed.peer) throw keyExists(dataDir, info.peer)
  return info
}

/**
 * Encrypts the key under a new passphrase; `passphrase` is the one that it has had, if any. A node that runs goes on.
 * Throws a KithError like `showKey`, `no-passphrase`, `wrong-passphrase`, `bad-value`, `disk-full` or `disk-error`.
 */
export async function protectKey(options: KeyOptions & { newPassphrase: string }): Promise<KeyInfo> {
  const { dataDir = defaultDataDir(), newPassphrase } = options
  checkNewPassphrase(newPassphrase)
  return rewrite(dataDir, options.passphrase, newPassphrase)
}

/** Keeps the key unencrypted from now on. Throws a KithError like `protectKey`. */
export async function unprotectKey(options: KeyOptions): Promise<KeyInfo> {
  return rewrite(options.dataDir ?? defaultDataDir(), options.passphrase, undefined)
}

/** Throws like `createNode` if the passphrase does not open the key, or if one is missing. */
export async function checkPassphrase({ dataDir = defaultDataDir(), passphrase }: KeyOptions): Promise<void> {
  await keyIn(dataDir, passphrase)
}

async function rewrite(dataDir: string, before: string | undefined, after: string | undefined): Promise<KeyInfo> {
  const key = await keyIn(dataDir, before)
  await orDiskError('write', identityPath(dataDir), () => rewriteIdentity(dataDir, key, after))
  return showKey({ dataDir })
}

async function keyIn(dataDir: string, passphrase: string | undefined) {
  const key = await orDiskError('read', identityPath(dataDir), () => loadIdentity(dataDir, passphrase))
  if (key === undefined) throw noKey(dataDir)
  return key
}

async function sealedForBackup(
  stored: StoredKey,
  passphrase: string | undefined,
  backupPassphrase: string | undefined,
): Promise<SealedKey> {
  if ('key' in stored) {
    if (backupPassphrase !== undefined) return sealKey(seedOf(stored.key), backupPassphrase)
    throw new KithError('no-passphrase', 'a backup of the key needs a passphrase to encrypt it under')
  }
  if (passphrase === undefined) {
    throw new KithError('no-passphrase', 'the key is protected by a passphrase, which a backup of it has too: give it')
  }
  await openKey(stored.sealed, passphrase)
  return stored.sealed
}

async function requireStored(dataDir: string): Promise<StoredKey> {
  const path = identityPath(dataDir)
  const stored = await orDiskError('read', path, () => readIdentity(dataDir))
  if (stored === undefined) throw noKey(dataDir)
  return stored
}

/** A damaged key is one, too: it stays where it is. */
async function requireNoKey(dataDir: string): Promise<void> {
  const path = identityPath(dataDir)
  if (!(await isThere(path))) return
  throw keyExists(dataDir, (await orDiskError('read', path, () => readIdentity(dataDir)))?.peer)
}

/** A folder whose key was lost still says whose it is. */
async function requireSameOwner(dataDir: string, peer: PeerId): Promise<void> {
  const owner = await ownerOf(dataDir)
  if (owner === undefined || owner === peer) return
  throw new KithError(
    'bad-backup',
    `the backup is that of ${peer}, but ${dataDir} is the folder of ${owner}: restore it into another folder`,
  )
}

/** Before anybody is asked for a passphrase. */
async function requirePlaceFor(path: string): Promise<void> {
  if (await isThere(path)) throw fileExists(path)
  await orDiskError('write', path, () => access(dirname(path), constants.W_OK))
}

async function readBackup(path: string): Promise<string> {
  return orDiskError('read', path, async () => {
    const bytes = await readAtMost(path, MAX_SEALED_BYTES)
    if (bytes.length <= MAX_SEALED_BYTES) return bytes.toString('utf8')
    throw new KithError('bad-backup', `${path} is no backup of a key: it has more than ${MAX_SEALED_BYTES} bytes`)
  })
}

async function orDiskError<Result>(verb: string, path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? fileExists(path) : diskErrorOf(error, verb, path)
  }
}

function noKey(dataDir: string): KithError {
  return new KithError('bad-path', `${dataDir} has no identity.key: no node was ever started there`)
}

function keyExists(dataDir: string, peer: string | undefined): KithError {
  const whose = peer === undefined ? 'a key' : `the key of ${peer}`
  return new KithError(
    'key-exists',
    `${dataDir} has ${whose} already, which is not overwritten: restore into another folder`,
  )
}

function fileExists(path: string): KithError {
  return new KithError('file-exists', `${path} exists already, and is not overwritten`)
}

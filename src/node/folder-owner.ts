/**
 * Whose data folder it is. The key file alone cannot tell: one that was lost, or replaced by that of another node, would
 * turn the folder's node into a stranger in all of its rooms.
 */
import { join } from 'node:path'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { readIfPresent, replaceFile } from '../host/durable-file.ts'
import { readPeerId } from '../host/peer-id.ts'
import { KithError } from '../kith.ts'

const OWNER_FILE = 'peer'

/** The peer whose folder it is; undefined in a folder that no node has used, or none of this version. */
export async function ownerOf(dataDir: string): Promise<PeerId | undefined> {
  return readPeerId((await readIfPresent(join(dataDir, OWNER_FILE)))?.toString('utf8').trim() ?? '')
}

/** Notes whose folder it is, for later starts. Nothing is written that is there: the disk may be full. */
export async function noteOwner(dataDir: string, peer: PeerId): Promise<void> {
  if ((await ownerOf(dataDir)) === peer) return
  await replaceFile(join(dataDir, OWNER_FILE), Buffer.from(`${peer}\n`))
}

/** Throws a KithError `corrupt` if the key in a folder is that of another node than the folder's. */
export async function requireOwner(dataDir: string, peer: PeerId): Promise<void> {
  const owner = await ownerOf(dataDir)
  if (owner === undefined || owner === peer) return
  throw new KithError(
    'corrupt',
    `identity.key in ${dataDir} is the key of ${peer}, but the folder is that of ${owner}: move that key away and restore the right one from a backup (kith key restore), or use another folder for it`,
  )
}

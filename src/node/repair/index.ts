/** Repairs the data folder of a stopped node. */
import { join } from 'node:path'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import { KithError, type RepairOptions, type RepairReport } from '../../kith.ts'
import { seedOf } from '../../host/identity.ts'
import { noteRestored } from '../../host/restored-key.ts'
import { areMarksWhole } from '../../store/room-marks.ts'
import { AtRestKey } from '../../store/at-rest.ts'
import { defaultDataDir, isStoreThere, kithErrorOf, requireIdentity, STORE_FILE } from '../data-folder.ts'
import { ownerOf } from '../folder-owner.ts'
import { sealedIn } from '../sealed-note.ts'
import { isRoomListLost, noteRoomListLost } from '../lost-room-list.ts'
import { giveUpOwn, heldBackIn, repairStore, replaceStore } from './repair.ts'

/**
 * Saves what can be read of the store in a data folder whose node is stopped, and verifies its files; the next start
 * fetches what is missing from other nodes. The damaged database is kept beside the new one. One that is gone is replaced
 * by an empty one, whose node writes nothing in a room until it has caught up with a member. Throws a KithError:
 * `folder-in-use`, `bad-path` if there never was a store, `corrupt` if the key is lost or another node's, `no-passphrase`,
 * `wrong-passphrase`, `newer-data`, `disk-full`, `disk-error`.
 */
export async function repair(options: RepairOptions = {}): Promise<RepairReport> {
  const { dataDir = defaultDataDir(), passphrase, writeAnyway = false, onProgress = () => undefined } = options
  const path = join(dataDir, STORE_FILE)
  const isGone = !isStoreThere(path)
  if (isGone && (await ownerOf(dataDir)) === undefined) {
    throw new KithError('bad-path', `${dataDir} is not the data folder of a node: there is no ${STORE_FILE}`)
  }
  const seed = seedOf(await requireIdentity(dataDir, passphrase))
  const owner = {
    self: signerOfSeed(seed).author,
    atRest: new AtRestKey(seed, (await sealedIn(dataDir)) !== 'private-rooms'),
  }
  // What the node has written is known to others only, as for a key that came from a backup.
  if (isGone || !areMarksWhole(path)) await noteRestored(dataDir)
  if (!isGone && !areMarksWhole(path)) await noteRoomListLost(dataDir)
  try {
    const report = isGone ? replaceStore(path, owner) : await repairStore(path, owner, onProgress)
    const givenUp = writeAnyway ? giveUpOwn(path, owner) : []
    return { ...report, isRoomListLost: isRoomListLost(dataDir), givenUp, heldBack: heldBackIn(path, owner) }
  } catch (error) {
    throw error instanceof Error ? kithErrorOf(error) : error
  }
}

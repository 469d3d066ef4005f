/** Repairs the data folder of a stopped node. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import { KithError, type RepairOptions, type RepairReport } from '../../kith.ts'
import { seedOf } from '../../host/identity.ts'
import { AtRestKey } from '../../store/at-rest.ts'
import { marksPath } from '../../store/room-marks.ts'
import { defaultDataDir, kithErrorOf, requireIdentity, STORE_FILE } from '../data-folder.ts'
import { giveUpOwn, repairStore } from './repair.ts'

/**
 * Saves what can be read of the store in a data folder whose node is stopped, and verifies its files; the next start
 * fetches what is missing from other nodes. The damaged database is kept beside the new one. Throws a KithError:
 * `folder-in-use`, `bad-path` if there is no store, `corrupt` if the key is lost, `no-passphrase`, `wrong-passphrase`,
 * `newer-data`, `disk-full`, `disk-error`.
 */
export async function repair(options: RepairOptions = {}): Promise<RepairReport> {
  const { dataDir = defaultDataDir(), passphrase, writeAnyway = false, onProgress = () => undefined } = options
  const path = join(dataDir, STORE_FILE)
  if (!existsSync(path) && !existsSync(marksPath(path))) {
    throw new KithError('bad-path', `${dataDir} is not the data folder of a node: there is no ${STORE_FILE}`)
  }
  const seed = seedOf(await requireIdentity(dataDir, passphrase))
  const owner = { self: signerOfSeed(seed).author, atRest: new AtRestKey(seed) }
  try {
    const report = await repairStore(path, owner, onProgress)
    return { ...report, givenUp: writeAnyway ? giveUpOwn(path, owner) : [] }
  } catch (error) {
    throw error instanceof Error ? kithErrorOf(error) : error
  }
}

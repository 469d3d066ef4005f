/** Repairs the data folder of a stopped node. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { KithError, type RepairOptions, type RepairReport } from '../../kith.ts'
import { marksPath } from '../../store/room-marks.ts'
import { defaultDataDir, kithErrorOf, requireIdentity, STORE_FILE } from '../data-folder.ts'
import { giveUpOwn, repairStore } from './repair.ts'

/**
 * Saves what can be read of the store in a data folder whose node is stopped, and verifies its files; the next start
 * fetches what is missing from other nodes. The damaged database is kept beside the new one. Throws a KithError:
 * `folder-in-use`, `bad-path` if there is no store, `corrupt` if the key is lost, `newer-data`, `disk-full`, `disk-error`.
 */
export async function repair(options: RepairOptions = {}): Promise<RepairReport> {
  const { dataDir = defaultDataDir(), writeAnyway = false, onProgress = () => undefined } = options
  const path = join(dataDir, STORE_FILE)
  if (!existsSync(path) && !existsSync(marksPath(path))) {
    throw new KithError('bad-path', `${dataDir} is not the data folder of a node: there is no ${STORE_FILE}`)
  }
  const self = await requireIdentity(dataDir)
  try {
    const report = await repairStore(path, self, onProgress)
    return { ...report, givenUp: writeAnyway ? giveUpOwn(path, self) : [] }
  } catch (error) {
    throw error instanceof Error ? kithErrorOf(error) : error
  }
}

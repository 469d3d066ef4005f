/** Seals all that a data folder has of rooms, or leaves what is of open rooms as it is: the user's choice, as it costs time. */
import { KithError, type KeyInfo, type KeyOptions } from '../kith.ts'
import { diskErrorOf } from '../files/disk-errors.ts'
import type { SqliteStore } from '../store/sqlite.ts'
import { defaultDataDir, kithErrorOf, openDataFolder } from './data-folder.ts'
import { showKey } from './keys.ts'
import { forgetSealed, noteSealed } from './sealed-note.ts'

/**
 * Seals messages and files of open rooms in the data folder of a stopped node, under its key, and all that comes from then
 * on. Takes as much free space as they have, and goes on where it was cut off. Throws a KithError: `folder-in-use`,
 * `no-passphrase` also if the key has none, `wrong-passphrase`, `bad-path`, `corrupt`, `newer-data`, `disk-full` or
 * `disk-error`.
 */
export async function sealFolder(options: KeyOptions): Promise<KeyInfo> {
  const { dataDir = defaultDataDir(), passphrase } = options
  const { isProtected, peer } = await showKey({ dataDir })
  if (!isProtected) {
    throw new KithError(
      'no-passphrase',
      `the key of ${peer} lies open beside what it would seal: protect it by a passphrase first (kith key protect)`,
    )
  }
  return rewrite(dataDir, { passphrase, sealsAll: true })
}

/** Stores messages and files of open rooms as they are again. Throws a KithError like `sealFolder`. */
export async function unsealFolder(options: KeyOptions): Promise<KeyInfo> {
  const { dataDir = defaultDataDir(), passphrase } = options
  await showKey({ dataDir })
  return rewrite(dataDir, { passphrase, sealsAll: false })
}

async function rewrite(
  dataDir: string,
  { passphrase, sealsAll }: { passphrase: string | undefined; sealsAll: boolean },
): Promise<KeyInfo> {
  const { store } = await openDataFolder(dataDir, passphrase, sealsAll)
  try {
    // From now on what is new is sealed, whatever cuts this off; and until all is open, it stays so.
    if (sealsAll) await noteSealed(dataDir, 'unfinished')
    await (store as SqliteStore).rewrite()
    if (sealsAll) await noteSealed(dataDir, 'all')
    else await forgetSealed(dataDir)
  } catch (error) {
    throw diskErrorOf(error instanceof Error ? kithErrorOf(error) : error, 'write', dataDir)
  } finally {
    store.close()
  }
  return showKey({ dataDir })
}

/**
 * How a repaired database takes the place of the damaged one. It is built under another name; renaming it ends the
 * repair, and what follows can be done again after a kill.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { withFileErrors } from './file-errors.ts'
import { marksPath } from './room-marks.ts'
import { StoreError } from './store.ts'

/** Where a repair builds the new database. */
export function repairingPath(path: string): string {
  return `${path}-repairing`
}

function repairedPath(path: string): string {
  return `${path}-repaired`
}

/** Ends a repair: from now on the new database counts. */
export function acceptRepair(path: string): void {
  withFileErrors(path, () => {
    renameSync(marksPath(repairingPath(path)), marksPath(repairedPath(path)))
    renameSync(repairingPath(path), repairedPath(path))
  })
  finishRepair(path)
}

/** Puts a repaired database in its place. Throws a StoreError `corrupt` while one is being built. */
export function finishRepair(path: string): void {
  if (existsSync(repairingPath(path))) {
    throw new StoreError('corrupt', `the repair of ${path} has not ended: run kith repair again`)
  }
  const repaired = repairedPath(path)
  if (!existsSync(repaired)) return
  withFileErrors(path, () => {
    // The log belongs to the damaged database: SQLite would write it into the new one.
    rmSync(`${path}-wal`, { force: true })
    if (existsSync(marksPath(repaired))) renameSync(marksPath(repaired), marksPath(path))
    renameSync(repaired, path)
  })
}

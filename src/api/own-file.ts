/** Small files in a data folder that are for their owner's eyes only. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { KithError } from '../kith.ts'

/** Writes a value as JSON, atomically, readable by the owner only. Throws a KithError `disk-full`. */
export function writeOwnFile(path: string, content: object): void {
  const temporary = `${path}.${process.pid}`
  // A leftover of a killed process may have other permissions, and `mode` only counts for new files.
  rmSync(temporary, { force: true })
  try {
    writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    if (!isFull) throw error
    throw new KithError('disk-full', `no space left to write ${path}: free some space and restart`, { cause: error })
  }
}

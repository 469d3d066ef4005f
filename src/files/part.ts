/**
 * A file or folder is saved under a temporary name in the target folder, and renamed once it is complete.
 * The temporary name identifies the target and the process: saving to the same target again removes what
 * a killed process left behind, but not what another process is writing.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const PREFIX = '.kith-part-'

/** Full names of parts: what they are saved as, hashed, then the process id, its token, and some random bytes. */
const NAME = /^\.kith-part-[0-9a-f]{16}-([1-9]\d{0,9})-([0-9a-f]{8})-[0-9a-f]{8}$/

/** Distinguishes this process from an earlier one with the same process id. */
const PROCESS_TOKEN = randomBytes(4).toString('hex')

/** A new temporary path for saving to `path`. */
export function partPath(path: string): string {
  const name = `${prefixFor(path)}${process.pid}-${PROCESS_TOKEN}-${randomBytes(4).toString('hex')}`
  return join(dirname(path), name)
}

/** Removes, as far as possible, what processes that have ended left behind while saving to `path`. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = prefixFor(path)
  // Some folders can be written to but not listed.
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (name.startsWith(prefix) && writerOf(name) === 'none') await removePart(join(folder, name))
  }
}

/**
 * Removes a temporary file or folder if possible, and returns whether it is gone. Never throws: there may be another
 * error to report, and `removeLeftovers` tries again.
 */
export async function removePart(part: string): Promise<boolean> {
  return rm(part, { recursive: true, force: true }).then(
    () => true,
    () => false,
  )
}

/** Who writes a part, as its name tells: this process, perhaps another, or nobody any more. Undefined for any other name. */
export function writerOf(name: string): 'this' | 'another' | 'none' | undefined {
  const [, pid, token] = NAME.exec(name) ?? []
  if (pid === undefined) return undefined
  if (token === PROCESS_TOKEN) return 'this'
  return Number(pid) === process.pid || !isRunning(Number(pid)) ? 'none' : 'another'
}

function prefixFor(path: string): string {
  // A hash, because the name itself may already have the maximum length.
  return `${PREFIX}${createHash('sha256').update(basename(path)).digest('hex').slice(0, 16)}-`
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs, for another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

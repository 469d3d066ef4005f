/**
 * What is being saved lies under a temporary name beside its place until it is whole. The name says
 * which place and which process, so that what a killed process left is found, and removed, when the
 * same place is saved to again, and what another one is writing is left alone.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const PREFIX = '.kith-part-'

/** Tells this process from an earlier one that had its number. */
const PROCESS_TOKEN = randomBytes(4).toString('hex')

/** A new temporary path for what is to be saved at `path`. */
export function partPath(path: string): string {
  const name = `${prefixFor(path)}${process.pid}-${PROCESS_TOKEN}-${randomBytes(4).toString('hex')}`
  return join(dirname(path), name)
}

/** Removes what processes that are no more left of saving to `path`; what cannot be removed stays. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = prefixFor(path)
  // Some folders can be written to and not listed.
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (isLeftover(name, prefix)) await removePart(join(folder, name))
}

/** Removes a part, if it is there and can be. Never throws: there is an error to tell already, and it is found again later. */
export async function removePart(part: string): Promise<void> {
  await rm(part, { recursive: true, force: true }).catch(() => undefined)
}

function prefixFor(path: string): string {
  // A hash, as the name itself may be as long as a name can be.
  return `${PREFIX}${createHash('sha256').update(basename(path)).digest('hex').slice(0, 16)}-`
}

function isLeftover(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix)) return false
  const [, pid, token] = /^([1-9]\d{0,9})-([0-9a-f]{8})-[0-9a-f]{8}$/.exec(name.slice(prefix.length)) ?? []
  if (pid === undefined || token === PROCESS_TOKEN) return false
  return Number(pid) === process.pid || !isRunning(Number(pid))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs for somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

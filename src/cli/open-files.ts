/** Whether this process may open the files that a node needs: otherwise whichever comes last fails, a module of Kith even. */
import { readFileSync } from 'node:fs'
import { FailedError, RAISE_OPEN_FILES } from './exit.ts'

/** A node without rooms and peers opens 32 files and modules at a time; the rest is for rooms, peers, and blocks. */
export const MIN_OPEN_FILES = 64

/** Where Linux says what a process may do. Node has raised its limit to what it may be raised to. */
const LIMITS = '/proc/self/limits'

/** Throws a FailedError if a node could not even start. Where the system does not say, the node tries. */
export function requireOpenFiles(limits = limitsHere()): void {
  const max = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity)
  if (max >= MIN_OPEN_FILES) return
  throw new FailedError(
    `Only ${max} files may be open here, and a node needs ${MIN_OPEN_FILES} or more: raise the limit (${RAISE_OPEN_FILES}; if that is refused, an administrator can, as with LimitNOFILE= of a systemd service).`,
  )
}

function limitsHere(): string {
  try {
    return readFileSync(LIMITS, 'utf8')
  } catch {
    return ''
  }
}

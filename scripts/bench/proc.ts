/** The resources that a process uses, as reported by Linux. https://man7.org/linux/man-pages/man5/proc.5.html */
import { existsSync, readFileSync } from 'node:fs'

/** Clock ticks per second in /proc: the same on every current Linux. */
const TICKS_PER_SECOND = 100
/** Fields of utime and stime in /proc/PID/stat, counted after the name in brackets. */
const USER_TICKS = 11
const SYSTEM_TICKS = 12
const BYTES_PER_KB = 1024

/** Why the figures of a process are not available here; undefined if they are. */
export function reasonForNoProc(): string | undefined {
  return existsSync('/proc/self/stat') ? undefined : 'there is no /proc on this system'
}

/** Resident memory of a process. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * BYTES_PER_KB
}

/** CPU time that a process has used so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND
}

/** The system's commands behind a test LAN: network namespaces, and whether this machine supports them. */
import { execFileSync } from 'node:child_process'

// Where systems keep `ip` and `nft`, and where a shell of root may not look.
process.env.PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(':')

/** Runs a command to its end and returns its output. Throws an Error with its stderr. */
export function run(command: string, args: readonly string[], input?: string): string {
  return execFileSync(command, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] })
}

function works(command: string, ...args: string[]): boolean {
  try {
    run(command, args)
    return true
  } catch {
    return false
  }
}

/** Why no LAN can be made on this machine, in a few words; undefined if one can. */
export function reasonForNoLan(): string | undefined {
  if (process.getuid?.() !== 0) return 'they need root'
  if (!works('ip', '-V')) return 'there is no ip command (Debian: apt-get install iproute2)'
  if (!works('nft', '--version')) return 'there is no nft command (Debian: apt-get install nftables)'
  const probe = `${NAMESPACE_PREFIX}${process.pid}-probe`
  if (!works('ip', 'netns', 'add', probe)) return 'this system lets nobody make network namespaces'
  try {
    if (!works('ip', '-n', probe, 'link', 'add', 'br0', 'type', 'bridge')) return 'the kernel has no bridges'
    if (!works('ip', '-n', probe, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'))
      return 'the kernel has no veth'
    if (!works('ip', 'netns', 'exec', probe, 'nft', 'add', 'table', 'bridge', 't'))
      return 'the kernel cannot filter on bridges'
    return undefined
  } finally {
    removeNamespace(probe)
  }
}

/** All namespaces of test LANs start with this, then the id of the process that made them. */
export const NAMESPACE_PREFIX = 'kith-lan-'

/** Ends what runs in a namespace and deletes it, if it still exists. */
export function removeNamespace(name: string): void {
  for (const pid of works('ip', 'netns', 'pids', name) ? run('ip', ['netns', 'pids', name]).split(/\s+/) : []) {
    if (pid !== '') endProcess(Number(pid))
  }
  works('ip', 'netns', 'delete', name)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Removes namespaces left behind by test processes that were killed or crashed. */
export function sweepNamespaces(): void {
  for (const line of run('ip', ['netns', 'list']).split('\n')) {
    const name = line.split(' ')[0] ?? ''
    const owner = name.startsWith(NAMESPACE_PREFIX)
      ? Number.parseInt(name.slice(NAMESPACE_PREFIX.length), 10)
      : undefined
    if (owner !== undefined && !isRunning(owner)) removeNamespace(name)
  }
}

/**
 * Runs a program while this node holds a lock, and ends it before the lock can be lost. What counts is the time of this
 * process: also if the node hangs, or does not answer, the program has ended before anybody else can have the lock.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { ApiClient } from '../api/client.ts'
import type { TakenLock } from '../api/lock-calls.ts'
import type { Terminal } from './terminal.ts'

/** The share of a lease that a program has to end by itself, before it is killed. */
const GRACE_SHARE = 0.2

/** The share of a lease after which it is renewed, and after which that is tried again if it failed. */
const RENEW_SHARE = 1 / 3
const AGAIN_SHARE = 1 / 15

/** What ends with the program: its exit code, as a shell has it, and whether the lock was lost before. */
export interface Ended {
  exitCode: number
  isLost: boolean
}

export interface LockedRun {
  api: Pick<ApiClient, 'call'>
  terminal: Terminal
  room: string
  lock: string
  leaseMs: number
  taken: TakenLock
  program: string
  args: readonly string[]
}

/** Resolves once the program has ended. Rejects if it cannot be started, or the lock is lost before. */
export async function runLocked(run: LockedRun): Promise<Ended> {
  const { terminal, program, args, taken } = run
  let untilMs = await renewed(run)
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...terminal.env, KITH_FENCE: String(taken.fence), KITH_LOCK: run.lock },
    detached: !usesTerminal(terminal),
  })
  const timers = new Set<NodeJS.Timeout>()
  let isLost = false
  const at = (ms: number, act: () => void): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        act()
      },
      Math.max(0, ms - performance.now()),
    )
    timers.add(timer)
  }
  const watch = (): void => {
    const watchedMs = untilMs
    at(watchedMs - run.leaseMs * GRACE_SHARE, () => {
      // Not by the clock: timers fire up to a millisecond early.
      if (untilMs > watchedMs) return
      isLost = true
      end(child, 'SIGTERM')
      at(watchedMs, () => end(child, 'SIGKILL'))
    })
  }
  const renew = (): void => {
    if (isLost) return
    renewed(run).then(
      (nextMs) => {
        untilMs = nextMs
        watch()
        at(performance.now() + run.leaseMs * RENEW_SHARE, renew)
      },
      () => at(performance.now() + run.leaseMs * AGAIN_SHARE, renew),
    )
  }
  watch()
  at(performance.now() + run.leaseMs * RENEW_SHARE, renew)
  // In a terminal the program gets the same signal from it.
  const forget = terminal.onInterrupt(() => end(child, usesTerminal(terminal) ? 0 : 'SIGINT'))
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
    return { exitCode: await promise, isLost }
  } finally {
    for (const timer of timers) clearTimeout(timer)
    forget()
  }
}

/** Until when the lock is held, by the clock of this process: counted from before the node was asked. */
async function renewed({ api, room, lock, taken: { fence } }: LockedRun): Promise<number> {
  const askedMs = performance.now()
  const { leftMs } = await api.call('locks.renew', { room, lock, fence })
  return askedMs + leftMs
}

function usesTerminal({ stdin }: Terminal): boolean {
  return stdin.isTTY === true
}

/** Without a terminal, the program leads a group of its own: what it has started ends with it. */
function end({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals | 0): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, signal)
  } catch {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended just now.
    }
  }
}

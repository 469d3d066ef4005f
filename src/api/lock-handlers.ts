/** The implementation of the calls about locks. */
import type { KithNode } from '../kith.ts'
import type { ApiInput } from './contract.ts'
import { given } from './given.ts'
import { benchLock } from './lock-bench.ts'
import type { LockOutputs, LockTaskOutputs } from './lock-calls.ts'
import type { Task } from './task-records.ts'

type LockHandlers = {
  [Name in keyof LockOutputs]: (input: ApiInput<Name>) => LockOutputs[Name] | Promise<LockOutputs[Name]>
}

type LockTasks = {
  [Name in keyof LockTaskOutputs]: (
    input: ApiInput<Name>,
  ) => Task<LockTaskOutputs[Name]['progress'], LockTaskOutputs[Name]['result']>
}

export function lockHandlers({ rooms }: KithNode): LockHandlers {
  return {
    'locks.list': ({ room }) => rooms.get(room).locks.list(),
    'locks.create': ({ room, name, electors, count }) =>
      rooms.get(room).locks.create(name, given({ electors: electors ?? count })),
    'locks.status': ({ room, lock }) => rooms.get(room).lock(lock).status(),
    'locks.renew': async ({ room, lock, fence }) => ({ leftMs: await rooms.get(room).lock(lock).held(fence).renew() }),
    'locks.release': async ({ room, lock, fence }) => {
      await rooms.get(room).lock(lock).held(fence).release()
      return { fence }
    },
  }
}

export function lockTasks({ rooms }: KithNode): LockTasks {
  return {
    'locks.acquire': ({ room, lock, leaseMs }) => {
      const wanted = rooms.get(room).lock(lock)
      return async (onWaiting, signal) => {
        const held = await wanted.acquire({ ...given({ leaseMs }), isRenewed: false, signal, onWaiting })
        return { fence: held.fence, leftMs: held.leftMs(), isCaughtUp: held.isCaughtUp }
      }
    },
    'locks.bench': ({ room: reference, ...input }) => {
      const room = rooms.get(reference)
      return (onProgress, signal) =>
        benchLock(room, { lock: input.lock, rounds: input.rounds, ...given(input) }, onProgress, signal)
    },
  }
}

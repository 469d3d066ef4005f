/** Running a program with a lock whose node cannot be asked any more. */
import { expect, it } from 'vitest'
import type { ApiClient } from '../../../src/api/client.ts'
import { runLocked } from '../../../src/cli/lock-run.ts'
import { FakeTerminal } from './fake-terminal.ts'

const LEASE_MS = 300
const RUNS = 4

/** Grants the lease so often; then the node is gone. */
function vanishingNode(grants: number): Pick<ApiClient, 'call'> {
  let asked = 0
  const call = (): Promise<unknown> =>
    asked++ < grants ? Promise.resolve({ leftMs: LEASE_MS }) : Promise.reject(new Error('no node'))
  return { call: call as ApiClient['call'] }
}

// Timers fire up to a millisecond early, as they count whole ones.
it.each([1, 2, 3])('a program ends whose lock was granted %d times and cannot be renewed', async (grants) => {
  const runs = Array.from({ length: RUNS }, () =>
    runLocked({
      ...{ api: vanishingNode(grants), terminal: new FakeTerminal({ PATH: process.env.PATH ?? '' }) },
      ...{ room: 'Workshop', lock: 'press', leaseMs: LEASE_MS },
      ...{ taken: { fence: 1, isCaughtUp: true, leftMs: LEASE_MS }, program: 'sleep', args: ['3'] },
    }),
  )
  for (const ended of await Promise.all(runs)) expect(ended.isLost).toBe(true)
})

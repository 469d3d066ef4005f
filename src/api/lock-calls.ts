/** The calls about locks: their inputs and answers. */
import type { LockHolder, LockInfo, LockStatus } from '../kith.ts'
import { COUNT, field, FILLED, roomField } from './fields.ts'
import type { LockBenchReport } from './lock-bench.ts'
import { MAX_BENCH_ROUNDS } from './lock-bench-limits.ts'

const lockField = field('Name of the lock, or the id of the document that describes it.', FILLED)
const fenceField = field('The fence with which it is held.', COUNT)
const leaseField = field('How long it is held without being renewed: 1,000 to 300,000. Default: 15,000.', COUNT)
const held = { required: { room: roomField, lock: lockField, fence: fenceField }, optional: {} } as const

export const lockInputs = {
  'locks.list': { required: { room: roomField }, optional: {} },
  'locks.create': {
    required: { room: roomField, name: field('What the lock is called.', FILLED) },
    optional: {
      electors: field('Ids or names of the nodes that decide. Default: those that are connected.', {
        ...{ type: 'array', items: FILLED },
      }),
      count: field('Without `electors`: how many of those that are connected decide. Default: up to 5.', COUNT),
    },
  },
  'locks.status': { required: { room: roomField, lock: lockField }, optional: {} },
  'locks.acquire': { required: { room: roomField, lock: lockField }, optional: { leaseMs: leaseField } },
  'locks.renew': held,
  'locks.release': held,
  'locks.bench': {
    required: {
      ...{ room: roomField, lock: lockField },
      rounds: field('How often it is taken.', { type: 'integer', minimum: 1, maximum: MAX_BENCH_ROUNDS }),
    },
    optional: {
      leaseMs: leaseField,
      key: field('A key of the map room: each time, 1 is added to its number. Default: nothing is done.', FILLED),
    },
  },
} as const

/** A lock that is held. */
export interface TakenLock {
  fence: number
  /** Of the lease, when the node answered. Whoever relies on it renews, and counts from before it asked for that. */
  leftMs: number
  isCaughtUp: boolean
}

export interface LockOutputs {
  /** The locks of a room. */
  'locks.list': LockInfo[]
  /** Describes a lock, for good. */
  'locks.create': LockInfo
  /** Who has a lock, and who decides, as the connected electors say. */
  'locks.status': LockStatus
  /** Asks for the whole lease again. */
  'locks.renew': { leftMs: number }
  /** Answers once a majority of the electors knows. */
  'locks.release': { fence: number }
}

export interface LockTaskOutputs {
  /** Waits until the node has the lock, for the caller, who renews it: the node does not by itself. */
  'locks.acquire': { progress: LockHolder; result: TakenLock }
  /** Takes and releases a lock again and again, and measures that. */
  'locks.bench': { progress: LockBenchReport; result: LockBenchReport }
}

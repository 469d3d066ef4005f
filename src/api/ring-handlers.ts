/** The implementation of the calls about the ring. */
import { randomInt } from 'node:crypto'
import { readAtMost } from '../bounded-file.ts'
import { KithError, type KithNode } from '../kith.ts'
import type { ApiInput } from './contract.ts'
import { given } from './given.ts'
import type { RingOutputs, RingTaskOutputs } from './ring-calls.ts'
import { loadRing } from './ring-load.ts'
import { DEFAULT_LOAD_PER_SECOND } from './ring-load-limits.ts'
import type { Task } from './task-records.ts'

type RingHandlers = {
  [Name in keyof RingOutputs]: (input: ApiInput<Name>) => RingOutputs[Name] | Promise<RingOutputs[Name]>
}

type RingTasks = {
  [Name in keyof RingTaskOutputs]: (
    input: ApiInput<Name>,
  ) => Task<RingTaskOutputs[Name]['progress'], RingTaskOutputs[Name]['result']>
}

/** Short enough to be typed. */
const SEEDS = 1_000_000

/** Larger items are refused by the ring, so no more is read. */
const MAX_READ_BYTES = 1024 * 1024

export function ringHandlers({ ring }: KithNode): RingHandlers {
  return {
    'ring.status': () => ring.status(),
    'ring.put': async ({ path, value = '', ...options }) => {
      const bytes = path === undefined ? Buffer.from(value, 'base64') : await readFile(path)
      return ring.put(bytes, given(options))
    },
    'ring.prolong': ({ key, ...options }) => ring.prolong(key, given(options)),
    'ring.get': async ({ key }) => {
      const item = await ring.get(key)
      return item === undefined ? null : { ...item, value: Buffer.from(item.value).toString('base64') }
    },
    'ring.where': ({ key, ...options }) => ring.where(key, given(options)),
    'ring.size': () => ring.size(),
    'ring.ping': ({ to, payload = '' }) => ring.route(to, Buffer.from(payload, 'base64')),
  }
}

/** The tasks of the ring. */
export function ringTasks(node: KithNode): RingTasks {
  return {
    'ring.load': ({ perSecond = DEFAULT_LOAD_PER_SECOND, seed = randomInt(SEEDS), ...options }) => {
      return (onProgress, signal) => loadRing(node, { ...options, perSecond, seed }, onProgress, signal)
    },
  }
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await readAtMost(path, MAX_READ_BYTES)
  } catch (cause) {
    throw new KithError('bad-path', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

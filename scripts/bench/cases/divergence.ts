/** How long two nodes that both wrote while apart take until they are equal, and what that costs on the wire. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { sharedNowMs, within } from '../clock.ts'
import { CountingProxy } from '../counting-proxy.ts'
import { writeHistory } from '../history.ts'
import { keepFloor } from '../keep-floor.ts'
import type { Processes, Worker } from '../processes.ts'
import type { Row } from '../row.ts'
import type { System } from '../system.ts'
import { TEXT_BYTES } from '../talk.ts'
import type { TalkWorker } from '../talk.ts'
import { inTurnsAt } from '../turns.ts'

/** Documents in common. */
const SIZES = [10_000]
const NEW_PER_SIDE = 100
const TIMEOUT_MS = 600_000
/** For acknowledgements, which are part of what it costs. */
const SETTLE_MS = 500
const BYTES_PER_KB = 1000

export async function measure(bench: Bench): Promise<Row[]> {
  const { processes, mergingSystems } = bench
  const title = `${NEW_PER_SIDE} + ${NEW_PER_SIDE} apart`
  return inTurnsAt({ ...bench, systems: mergingSystems }, SIZES, (n) => ({
    n,
    figures: [
      { name: `${title}, until equal`, unit: 'ms', target: { atMost: 50 } },
      { name: `${title}, on the wire`, unit: 'kB' },
      { name: `${title}, beyond their texts`, unit: 'kB' },
      { name: `${title}, beyond the documents`, unit: 'kB', target: { atMost: 60 } },
    ],
    async system(system) {
      const { elapsedMs, wireBytes, documentBytes } = await meet(processes, system, n)
      const textBytes = 2 * NEW_PER_SIDE * TEXT_BYTES
      return [
        elapsedMs,
        wireBytes / BYTES_PER_KB,
        (wireBytes - textBytes) / BYTES_PER_KB,
        documentBytes === undefined ? undefined : (wireBytes - documentBytes) / BYTES_PER_KB,
      ]
    },
    floor: keepFloor(processes, 2 * NEW_PER_SIDE, ({ elapsedMs }) => [elapsedMs]),
  }))
}

interface Meeting {
  elapsedMs: number
  wireBytes: number
  /** Undefined where a system does not tell. */
  documentBytes: number | undefined
}

/** Nodes are taken apart by ending them: each writes while the other does not run. */
async function meet(processes: Processes, system: System, common: number): Promise<Meeting> {
  const { room, folders } = await inCommon(processes, system, common)
  const [first, second] = await Promise.all(folders.map((folder) => reopen(processes, system, folder)))
  if (first === undefined || second === undefined) throw new RangeError('two nodes meet')
  await first.worker.call.follow(room)
  const workers = [first.worker, second.worker]
  const before = await heldBytes(workers, room)
  const proxy = await CountingProxy.to(first.address)
  const startedMs = sharedNowMs()
  await second.worker.call.join(room, proxy.address)
  const equalAtMs = await within(
    TIMEOUT_MS,
    'both have all',
    Promise.all(workers.map((worker) => worker.call.arrivedAtMs(NEW_PER_SIDE))),
  )
  await sleep(SETTLE_MS)
  const after = await heldBytes(workers, room)
  await Promise.all(workers.map((worker) => worker.end()))
  proxy.close()
  return {
    elapsedMs: Math.max(...equalAtMs) - startedMs,
    wireBytes: proxy.bytes,
    documentBytes: after === undefined || before === undefined ? undefined : after - before,
  }
}

/** Two folders with a common history, and what each wrote after it. */
async function inCommon(
  processes: Processes,
  system: System,
  common: number,
): Promise<{ room: string; folders: string[] }> {
  const { worker: first, folder, address, room } = await writeHistory(processes, system, common)
  const secondFolder = processes.folder()
  const second = processes.forkSystem(system)
  await second.call.start(secondFolder)
  await second.call.join(room, address)
  await within(TIMEOUT_MS, 'the history', second.call.arrivedAtMs(common))
  const member = await second.call.member(room)
  if (member !== undefined) await first.call.admit(room, member)
  await first.call.follow(room)
  // The first has met the second's author by then.
  await second.call.write(room, 1, 1)
  await within(TIMEOUT_MS, 'a message of the second', first.call.arrivedAtMs(1))
  await sleep(SETTLE_MS)
  await second.end()
  await first.call.write(room, NEW_PER_SIDE, 1)
  await first.end()
  const again = await reopen(processes, system, secondFolder)
  await again.worker.call.write(room, NEW_PER_SIDE, 1)
  await again.worker.end()
  return { room, folders: [folder, secondFolder] }
}

async function reopen(
  processes: Processes,
  system: System,
  folder: string,
): Promise<{ worker: Worker<TalkWorker>; address: string }> {
  const worker = processes.forkSystem(system)
  return { worker, address: await worker.call.start(folder) }
}

async function heldBytes(workers: readonly Worker<TalkWorker>[], room: string): Promise<number | undefined> {
  const sizes = await Promise.all(workers.map((worker) => worker.call.heldBytes(room)))
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size))
}

/** How fast a node that joins a room gets its history. */
import type { Bench } from './bench.ts'
import { until } from './clock.ts'
import { CountingProxy } from './counting-proxy.ts'
import type { Worker } from './processes.ts'
import type { NodeWorker } from './node-worker.ts'
import { rowOf } from './row.ts'
import type { Row } from './row.ts'

const RUNS = 3
const DOCUMENTS = 10_000
/** More than a limit on new documents of one author would let through at once. */
const YOUNG_DOCUMENTS = 50_000
const IN_FLIGHT = 512
const MS_PER_SECOND = 1000
const TIMEOUT_MS = 120_000

export function measureCatchUp(bench: Bench): Promise<Row[]> {
  return measure(bench, 'catch-up', DOCUMENTS)
}

/** A long history that was written a moment ago, by one author. */
export function measureYoung(bench: Bench): Promise<Row[]> {
  return measure(bench, 'young', YOUNG_DOCUMENTS)
}

/** Documents per second from the call of join until both frontiers are equal, and bytes on the wire for each. */
async function measure({ processes, progress }: Bench, name: string, count: number): Promise<Row[]> {
  progress(`${name}: writing ${count} documents`)
  const source = processes.forkNode()
  const address = await source.call.start(processes.folder())
  const room = await source.call.create()
  await source.call.write(room, count, IN_FLIGHT)
  const { sizeBytes, documents } = await source.call.details(room)
  const blockBytes = Math.round(sizeBytes / documents)
  const rates: number[] = []
  const bare: number[] = []
  const wireBytes: number[] = []
  for (let run = 1; run <= RUNS; run++) {
    progress(`${name} ${run}/${RUNS}`)
    rates.push(rate(count, await joinMs(address)))
    bare.push(rate(count, await transferMs()))
    const proxy = await CountingProxy.to(address)
    await joinMs(proxy.address)
    wireBytes.push(proxy.bytes / count)
    proxy.close()
  }
  await source.end()
  return [
    rowOf(name, 'documents/s', { values: rates, floor: { name: 'stream + hash + insert', values: bare } }),
    rowOf(`${name} on the wire`, 'bytes/document', {
      values: wireBytes,
      floor: { name: 'document itself', values: [blockBytes] },
    }),
  ]

  async function joinMs(peer: string): Promise<number> {
    const joiner = processes.forkNode()
    await joiner.call.start(processes.folder())
    const startedMs = performance.now()
    await joiner.call.catchUp(room, peer, count)
    await until(TIMEOUT_MS, 'equal frontiers', () => haveEqualFrontiers(source, joiner, room))
    const elapsedMs = performance.now() - startedMs
    await joiner.end()
    return elapsedMs
  }

  async function transferMs(): Promise<number> {
    const receiver = processes.forkFloor()
    const sender = processes.forkFloor()
    const target = await receiver.call.listen(`${processes.folder()}/floor.db`, blockBytes)
    const elapsedMs = await sender.call.transfer(target, count, blockBytes)
    await Promise.all([receiver.end(), sender.end()])
    return elapsedMs
  }
}

function rate(count: number, elapsedMs: number): number {
  return (count * MS_PER_SECOND) / elapsedMs
}

async function haveEqualFrontiers(a: Worker<NodeWorker>, b: Worker<NodeWorker>, room: string): Promise<boolean> {
  const [one, other] = await Promise.all([a.call.details(room), b.call.details(room)])
  return one.frontier.join() === other.frontier.join()
}

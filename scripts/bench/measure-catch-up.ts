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
const IN_FLIGHT = 512
const MS_PER_SECOND = 1000
const TIMEOUT_MS = 60_000

/** Documents per second from the call of join until both frontiers are equal, and bytes on the wire for each. */
export async function measureCatchUp({ processes, progress }: Bench): Promise<Row[]> {
  progress(`catch-up: writing ${DOCUMENTS} documents`)
  const source = processes.forkNode()
  const address = await source.call.start(processes.folder())
  const room = await source.call.create()
  await source.call.write(room, DOCUMENTS, IN_FLIGHT)
  const { sizeBytes, documents } = await source.call.details(room)
  const blockBytes = Math.round(sizeBytes / documents)
  const rates: number[] = []
  const bare: number[] = []
  const wireBytes: number[] = []
  for (let run = 1; run <= RUNS; run++) {
    progress(`catch-up ${run}/${RUNS}`)
    rates.push(rate(await joinMs(address)))
    bare.push(rate(await transferMs()))
    const proxy = await CountingProxy.to(address)
    await joinMs(proxy.address)
    wireBytes.push(proxy.bytes / DOCUMENTS)
    proxy.close()
  }
  await source.end()
  return [
    rowOf('catch-up', 'documents/s', { values: rates, floor: { name: 'stream + hash + insert', values: bare } }),
    rowOf('catch-up on the wire', 'bytes/document', {
      values: wireBytes,
      floor: { name: 'document itself', values: [blockBytes] },
    }),
  ]

  async function joinMs(peer: string): Promise<number> {
    const joiner = processes.forkNode()
    await joiner.call.start(processes.folder())
    const startedMs = performance.now()
    await joiner.call.catchUp(room, peer, DOCUMENTS)
    await until(TIMEOUT_MS, 'equal frontiers', () => haveEqualFrontiers(source, joiner, room))
    const elapsedMs = performance.now() - startedMs
    await joiner.end()
    return elapsedMs
  }

  async function transferMs(): Promise<number> {
    const receiver = processes.forkFloor()
    const sender = processes.forkFloor()
    const target = await receiver.call.listen(`${processes.folder()}/floor.db`, blockBytes)
    const elapsedMs = await sender.call.transfer(target, DOCUMENTS, blockBytes)
    await Promise.all([receiver.end(), sender.end()])
    return elapsedMs
  }
}

function rate(elapsedMs: number): number {
  return (DOCUMENTS * MS_PER_SECOND) / elapsedMs
}

async function haveEqualFrontiers(a: Worker<NodeWorker>, b: Worker<NodeWorker>, room: string): Promise<boolean> {
  const [one, other] = await Promise.all([a.call.details(room), b.call.details(room)])
  return one.frontier.join() === other.frontier.join()
}

/** What the ring costs among real processes: gets and puts, and what an idle node spends on its neighbours. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { until } from '../clock.ts'
import { CountingProxy } from '../counting-proxy.ts'
import { cpuSeconds, reasonForNoProc } from '../proc.ts'
import type { Worker } from '../processes.ts'
import type { RingWorker } from '../ring-worker.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { MESSAGE_BYTES } from '../talk.ts'

/** Enough that some ways have two hops. */
const SIZES = [12]
const ITEMS = 200
const PER_SECOND = 20
/** Code is slow when it runs for the first time. */
const WARM_UP = 40
const GET_TARGET = { atMost: 2 }

/** An idle node and its neighbours: as many as a node of a large ring has. */
const NEIGHBOURS = 4
const SETTLE_S = 20
/** Neighbours are asked for theirs four times in it. */
const WINDOW_S = 120
const BYTES_TARGET = { atMost: 50 }

const JOIN_TIMEOUT_MS = 60_000
const MS_PER_SECOND = 1_000
const PERCENT = 100

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) rows.push(...(await measureCalls(bench, n)))
  return [...rows, ...(await measureUpkeep(bench))]
}

type Node = Worker<RingWorker>

async function start({ processes }: Bench, hasRing: boolean): Promise<{ worker: Node; address: string }> {
  const worker = processes.forkRing()
  return { worker, address: await worker.call.start(processes.folder(), hasRing) }
}

/** Each get beside as many round trips as it has hops. */
async function measureCalls(bench: Bench, n: number): Promise<Row[]> {
  const { processes } = bench
  bench.progress(`ring: ${n} nodes`)
  const nodes = await Promise.all(Array.from({ length: n }, () => start(bench, true)))
  const [first, caller] = nodes
  if (first === undefined || caller === undefined) throw new RangeError('a ring has two nodes at least')
  await Promise.all(nodes.slice(1).map(({ worker }) => worker.call.connect(first.address)))
  const known = Math.min(n - 1, NEIGHBOURS)
  for (const { worker } of nodes) {
    await until(JOIN_TIMEOUT_MS, 'a ring', async () => (await worker.call.counts()).ring >= known)
  }
  const [echo, dialler] = [processes.forkFloor(), processes.forkFloor()]
  const echoAddress = await echo.call.listen(`${processes.folder()}/floor.db`, MESSAGE_BYTES)
  const roundTrips = (count: number) => dialler.call.roundTrips(echoAddress, count, PER_SECOND, MESSAGE_BYTES)
  const warm = await first.worker.call.put(WARM_UP, PER_SECOND, MESSAGE_BYTES)
  await Promise.all([caller.worker.call.get(keysOf(warm), PER_SECOND), roundTrips(WARM_UP)])

  const [gets, trips, ratios, puts, ways]: number[][] = [[], [], [], [], []]
  for (let run = 1; run <= bench.runs; run++) {
    bench.progress(`ring: puts and gets, n = ${n}, ${run}/${bench.runs}`)
    const put = await first.worker.call.put(ITEMS, PER_SECOND, MESSAGE_BYTES)
    const keys = keysOf(put)
    const hops = await caller.worker.call.hops(keys)
    const elsewhere = keys.filter((_, index) => (hops[index] ?? 0) > 0)
    const far = hops.filter((count) => count > 0)
    const gotMs = await caller.worker.call.get(elsewhere, PER_SECOND)
    const trip = percentile(await roundTrips(elsewhere.length), 50)
    const perHop = percentile(
      gotMs.map((ms, index) => ms / (far[index] ?? 1)),
      50,
    )
    gets?.push(perHop)
    trips?.push(trip)
    ratios?.push(perHop / trip)
    ways?.push(far.reduce((sum, count) => sum + count, 0) / far.length)
    puts?.push(
      percentile(
        put.map(({ elapsedMs }) => elapsedMs),
        50,
      ),
    )
  }
  await Promise.all([...nodes.map(({ worker }) => worker.end()), echo.end(), dialler.end()])
  return [
    rowOf('ring, get of an item elsewhere, per hop, p50', 'ms', {
      ...{ n, values: gets ?? [], floor: { name: 'stream round trip', values: trips ?? [] } },
    }),
    rowOf('ring, get per hop of a round trip', 'times', { n, values: ratios ?? [], target: GET_TARGET }),
    rowOf('ring, hops of these gets', 'hops', { n, values: ways ?? [] }),
    rowOf('ring, put of 4 copies until most are durable, p50', 'ms', { n, values: puts ?? [] }),
  ]
}

const keysOf = (puts: readonly { key: string }[]): string[] => puts.map(({ key }) => key)

/** An idle node that takes part, beside one that does not: all else that connected nodes send is the same. */
async function measureUpkeep(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'ring, upkeep', skipped: reason }]
  const [inRing, apart] = await Promise.all([star(bench, true), star(bench, false)])
  bench.progress(`ring: upkeep, ${SETTLE_S + WINDOW_S} s`)
  await sleep(SETTLE_S * MS_PER_SECOND)
  const before = [inRing, apart].map(spentBy)
  await sleep(WINDOW_S * MS_PER_SECOND)
  const spent = [inRing, apart].map((each, index) => {
    const { bytes, cpuS } = spentBy(each)
    const { bytes: bytesBefore = 0, cpuS: cpuBefore = 0 } = before[index] ?? {}
    return { bytes: (bytes - bytesBefore) / WINDOW_S / NEIGHBOURS, percent: ((cpuS - cpuBefore) / WINDOW_S) * PERCENT }
  })
  const [withRing = { bytes: 0, percent: 0 }, without = { bytes: 0, percent: 0 }] = spent
  await Promise.all([inRing, apart].map((each) => each.end()))
  const floor = 'with --no-ring'
  return [
    rowOf('ring, upkeep of an idle node', 'bytes/s and neighbour', {
      values: [withRing.bytes - without.bytes],
      target: BYTES_TARGET,
    }),
    rowOf('ring, all bytes of an idle node', 'bytes/s and neighbour', {
      values: [withRing.bytes],
      floor: { name: floor, values: [without.bytes] },
    }),
    rowOf('ring, CPU of an idle node', '% of a core', {
      values: [withRing.percent],
      floor: { name: floor, values: [without.percent] },
    }),
  ]
}

interface Star {
  centre: Node
  /** In front of the centre's neighbours. */
  proxies: readonly CountingProxy[]
  end(): Promise<void>
}

/** A node that is connected to others through proxies, which count. */
async function star(bench: Bench, hasRing: boolean): Promise<Star> {
  const others = await Promise.all(Array.from({ length: NEIGHBOURS }, () => start(bench, hasRing)))
  const { worker: centre } = await start(bench, hasRing)
  const proxies = await Promise.all(others.map(({ address }) => CountingProxy.to(address)))
  for (const { address } of proxies) await centre.call.connect(address)
  await until(JOIN_TIMEOUT_MS, 'neighbours', async () => {
    const { peers, ring } = await centre.call.counts()
    return peers === NEIGHBOURS && ring === (hasRing ? NEIGHBOURS : 0)
  })
  const end = async (): Promise<void> => {
    for (const proxy of proxies) proxy.close()
    await Promise.all([centre, ...others.map(({ worker }) => worker)].map((worker) => worker.end()))
  }
  return { centre, proxies, end }
}

function spentBy({ centre, proxies }: Star): { bytes: number; cpuS: number } {
  return { bytes: proxies.reduce((sum, { bytes }) => sum + bytes, 0), cpuS: cpuSeconds(centre.pid) }
}

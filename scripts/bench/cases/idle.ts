/** The cost of an idle node with one connected peer and one silent room, beside bare libp2p hosts that are connected too. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Lan } from '../../../test/lan/lan.ts'
import { reasonForNoLan } from '../../../test/lan/namespaces.ts'
import type { Bench } from '../bench.ts'
import { until } from '../clock.ts'
import { cpuSeconds, reasonForNoProc, residentBytes } from '../proc.ts'
import type { BareHost, KithProcess } from '../processes.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const WINDOW_S = 30
/** Time to finish and garbage-collect the work of a start. */
const SETTLE_S = 10
const MS_PER_SECOND = 1000
const BYTES_PER_MB = 1e6
const TIMEOUT_MS = 30_000
const PERCENT = 100

const CPU_TARGET = { atMost: 0.5 }
/** What a node may take more than a bare host: its store, its API, and the rooms. */
const TIMES_TARGET = { atMost: 1.15 }

/** Both nodes of a pair, connected by mDNS on a LAN if one can be made, or else on loopback without mDNS. */
export async function measure(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'idle', skipped: reason }]
  const lan = reasonForNoLan() === undefined ? new Lan({ hosts: 2 }) : undefined
  try {
    const [nodes, hosts] = lan === undefined ? await onLoopback(bench) : await onLan(bench, lan)
    return await watch(bench, lan === undefined ? 'idle on loopback' : 'idle on a LAN with mDNS', nodes, hosts)
  } finally {
    await bench.processes.end()
    lan?.destroy()
  }
}

/** Two of each. */
type Pairs = [nodes: KithProcess[], hosts: BareHost[]]

async function onLoopback({ processes }: Bench): Promise<Pairs> {
  const argv = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  const first = await processes.startKith({ argv })
  const second = await processes.startKith({ argv: [...argv, '--peer', first.address] })
  const host = await processes.startBareHost({ mdns: false })
  const other = await processes.startBareHost({ mdns: false, peer: host.address })
  return [
    [first, second],
    [host, other],
  ]
}

async function onLan({ processes }: Bench, lan: Lan): Promise<Pairs> {
  const places = [1, 2].map((host) => ({ lan, host }))
  return [
    await Promise.all(places.map((place) => processes.startKith({ argv: [], place }))),
    await Promise.all(places.map((place) => processes.startBareHost({ mdns: true, place }))),
  ]
}

async function watch(
  bench: Bench,
  name: string,
  nodes: readonly KithProcess[],
  hosts: readonly BareHost[],
): Promise<Row[]> {
  const [first, second] = nodes
  if (first === undefined || second === undefined) throw new RangeError('two nodes are watched')
  const { id } = await first.command('room', 'create', 'Bench')
  await second.command('join', id)
  const areNeighbours = async (): Promise<boolean> => (await second.command('room', 'show', id)).neighbours === 1
  await until(TIMEOUT_MS, 'neighbours in the room', areNeighbours)
  bench.progress(`${name}, ${SETTLE_S + WINDOW_S} s`)
  await sleep(SETTLE_S * MS_PER_SECOND)
  const [ofNodes, ofHosts] = await Promise.all([idleCost(nodes), idleCost(hosts)])
  const floor = { name: 'bare libp2p host' }
  const memory = { values: ofNodes.megabytes, floor: { ...floor, values: ofHosts.megabytes } }
  return [
    rowOf(`${name}, memory`, 'MB', memory),
    rowOf(`${name}, memory of that of a bare host`, 'times', {
      values: ofNodes.megabytes.map((value, i) => value / (ofHosts.megabytes[i] ?? Infinity)),
      target: TIMES_TARGET,
    }),
    rowOf(`${name}, CPU`, '% of a core', {
      values: ofNodes.percents,
      target: CPU_TARGET,
      floor: { ...floor, values: ofHosts.percents },
    }),
  ]
}

/** What processes take: their memory each second, and the processor time of each over all of it. */
async function idleCost(processes: readonly { pid: number }[]): Promise<{ megabytes: number[]; percents: number[] }> {
  const usedBefore = processes.map(({ pid }) => cpuSeconds(pid))
  const megabytes: number[] = []
  for (let passedS = 0; passedS < WINDOW_S; passedS++) {
    await sleep(MS_PER_SECOND)
    megabytes.push(...processes.map(({ pid }) => residentBytes(pid) / BYTES_PER_MB))
  }
  const percents = processes.map(({ pid }, i) => ((cpuSeconds(pid) - (usedBefore[i] ?? 0)) / WINDOW_S) * PERCENT)
  return { megabytes, percents }
}

/** The cost of an idle node with one connected peer and one silent room. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Lan } from '../../../test/lan/lan.ts'
import { reasonForNoLan } from '../../../test/lan/namespaces.ts'
import type { Bench } from '../bench.ts'
import { until } from '../clock.ts'
import { cpuSeconds, reasonForNoProc, residentBytes } from '../proc.ts'
import type { KithProcess } from '../processes.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const WINDOW_S = 30
/** Time to finish and garbage-collect the work of a start. */
const SETTLE_S = 10
const MS_PER_SECOND = 1000
const BYTES_PER_MB = 1e6
const TIMEOUT_MS = 30_000
const PERCENT = 100

const MEMORY_TARGET = { atMost: 130 }
const CPU_TARGET = { atMost: 2 }

/** Both nodes of a pair, connected by mDNS on a LAN if one can be made, or else on loopback without mDNS. */
export async function measure(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'idle', skipped: reason }]
  const lan = reasonForNoLan() === undefined ? new Lan({ hosts: 2 }) : undefined
  try {
    const nodes = lan === undefined ? await onLoopback(bench) : await onLan(bench, lan)
    return await watch(bench, lan === undefined ? 'idle on loopback' : 'idle on a LAN with mDNS', nodes)
  } finally {
    await bench.processes.end()
    lan?.destroy()
  }
}

async function onLoopback({ processes }: Bench): Promise<KithProcess[]> {
  const argv = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  const first = await processes.startKith({ argv })
  return [first, await processes.startKith({ argv: [...argv, '--peer', first.address] })]
}

async function onLan({ processes }: Bench, lan: Lan): Promise<KithProcess[]> {
  return Promise.all([1, 2].map((host) => processes.startKith({ argv: [], place: { lan, host } })))
}

async function watch(bench: Bench, name: string, nodes: readonly KithProcess[]): Promise<Row[]> {
  const [first, second] = nodes
  if (first === undefined || second === undefined) throw new RangeError('two nodes are watched')
  const { id } = await first.command('room', 'create', 'Bench')
  await second.command('join', id)
  const areNeighbours = async (): Promise<boolean> => (await second.command('room', 'show', id)).neighbours === 1
  await until(TIMEOUT_MS, 'neighbours in the room', areNeighbours)
  // Nothing else keeps the process running.
  const bare = await bench.processes.startBareNode('console.log(); setInterval(() => {}, 1e6)')
  bench.progress(`${name}, ${SETTLE_S + WINDOW_S} s`)
  await sleep(SETTLE_S * MS_PER_SECOND)
  const usedBefore = nodes.map(({ pid }) => cpuSeconds(pid))
  const megabytes: number[] = []
  const bareMegabytes: number[] = []
  for (let passedS = 0; passedS < WINDOW_S; passedS++) {
    await sleep(MS_PER_SECOND)
    megabytes.push(...nodes.map(({ pid }) => residentBytes(pid) / BYTES_PER_MB))
    bareMegabytes.push(residentBytes(bare.pid) / BYTES_PER_MB)
  }
  const percents = nodes.map(({ pid }, i) => ((cpuSeconds(pid) - (usedBefore[i] ?? 0)) / WINDOW_S) * PERCENT)
  return [
    rowOf(`${name}, memory`, 'MB', {
      values: megabytes,
      target: MEMORY_TARGET,
      floor: { name: 'node -e', values: bareMegabytes },
    }),
    rowOf(`${name}, CPU`, '% of a core', { values: percents, target: CPU_TARGET }),
  ]
}

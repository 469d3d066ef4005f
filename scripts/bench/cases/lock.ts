/** What a lock costs among real processes: beside a write that a majority has, and with many who want it. */
import type { Bench } from '../bench.ts'
import { rowOf, type Row } from '../row.ts'
import { percentile } from '../statistics.ts'

const ELECTORS = 3
const NODES = 5
/** On each node: with all of them, twenty want the lock. */
const TAKERS = 4
const ROUNDS = 100
const CONTENDED_ROUNDS = 15
/** Code is slow when it runs for the first time. */
const WARM_UP = 40
const LOCK = 'press'

const COST_TARGET = { atMost: 1.3 }
const RATE_TARGET = { atLeast: 0.6 }
const FAIR_TARGET = { atMost: 3 }
const MS_PER_SECOND = 1_000

export async function measure(bench: Bench): Promise<Row[]> {
  const { processes } = bench
  const nodes = Array.from({ length: NODES }, () => processes.forkNode())
  const addresses: string[] = []
  for (const { call } of nodes) addresses.push(await call.start(processes.folder()))
  const [first] = nodes
  if (first === undefined) throw new RangeError('there are no nodes')
  const room = await first.call.create()
  for (const [index, { call }] of nodes.entries()) if (index > 0) await call.meet(room, addresses.slice(0, index))
  await first.call.createLock(room, LOCK, ELECTORS)
  await Promise.all(nodes.map(({ call }) => call.knowsLock(room, LOCK)))
  await first.call.takeLock(room, LOCK, 1, WARM_UP)
  await first.call.sayUntilHeld(room, 1, WARM_UP)

  const acquires: number[] = []
  const writes: number[] = []
  const [costs, rates, fairness]: number[][] = [[], [], []]
  for (let run = 1; run <= bench.runs; run++) {
    bench.progress(`lock: ${run}/${bench.runs}`)
    const alone = await first.call.takeLock(room, LOCK, 1, ROUNDS)
    const acquire = percentile(alone.waitsMs, 50)
    const write = percentile(await first.call.sayUntilHeld(room, 1, ROUNDS), 50)
    const all = await Promise.all(nodes.map(({ call }) => call.takeLock(room, LOCK, TAKERS, CONTENDED_ROUNDS)))
    const waits = all.flatMap(({ waitsMs }) => waitsMs)
    const rate = (MS_PER_SECOND * waits.length) / Math.max(...all.map(({ tookMs }) => tookMs))
    acquires.push(acquire)
    writes.push(write)
    costs?.push(acquire / write)
    rates?.push(rate / ((MS_PER_SECOND * ROUNDS) / alone.tookMs))
    fairness?.push(Math.max(...waits) / (waits.reduce((sum, each) => sum + each, 0) / waits.length))
  }
  await Promise.all(nodes.map((node) => node.end()))
  const n = TAKERS * NODES
  return [
    rowOf('lock, taken by one, p50', 'ms', {
      values: acquires,
      floor: { name: 'a write until a majority has it', values: writes },
    }),
    rowOf('lock, taken by one, of such a write', 'times', { values: costs ?? [], target: COST_TARGET }),
    rowOf('lock, rate with many, of that with one', 'times', { n, values: rates ?? [], target: RATE_TARGET }),
    rowOf('lock, longest wait of many, of the mean', 'times', { n, values: fairness ?? [], target: FAIR_TARGET }),
  ]
}

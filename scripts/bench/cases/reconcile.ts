/** What sync costs in copies, bytes and round trips. These are counted, so a single run is exact. */
import type { Bench } from '../bench.ts'
import { costOfRanges, setsOf } from '../range-costs.ts'
import type { ComparisonCost, Place, Sets } from '../range-costs.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'
import { figure } from '../table.ts'

const BUILT = new URL('../../../dist/src/simulate/sync-costs.js', import.meta.url)
const SIZES = [100_000]
const NEW_PER_SIDE = 100
const MESH_NODES = 6
const BYTES_PER_KB = 1000
const NEGENTROPY = 'negentropy'

/** The sets that are compared beside negentropy. */
const DIFFERENCES: readonly { different: number; place: Place }[] = [
  { different: 1, place: 'newest' },
  { different: 100, place: 'newest' },
  { different: 1, place: 'scattered' },
  { different: 10, place: 'scattered' },
  { different: 100, place: 'scattered' },
  { different: 10_000, place: 'scattered' },
]

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = await measureSmall(bench)
  for (const n of bench.sizes(SIZES)) rows.push(...(await measureMeeting(bench, n)), ...(await measureRanges(bench, n)))
  return rows
}

async function measureSmall({ progress }: Bench): Promise<Row[]> {
  const costs = await builtCosts()
  progress(`sync: one message among ${MESH_NODES}`)
  const message = costs.costOfMessage(MESH_NODES)
  progress('sync: a day of silence')
  const silence = costs.costOfSilence()
  return [
    rowAtMost(`a message among ${MESH_NODES}`, 'copies', message.copies, 25),
    rowAtMost('kept of it once all have it', 'rows', message.rows, 0),
    rowAtMost('a day of silence between two that agree', 'kB', silence / BYTES_PER_KB, 100),
  ]
}

/** Two whole nodes in the simulator, with frontiers and acknowledgements. */
async function measureMeeting({ progress }: Bench, n: number): Promise<Row[]> {
  const costs = await builtCosts()
  const each = `${NEW_PER_SIDE} on each side`
  progress(`sync: ${n} documents in common, ${each} new, recent`)
  const recent = costs.costOfMeeting(n, NEW_PER_SIDE, 'recent')
  progress('sync: the same, spread over the history')
  const spread = costs.costOfMeeting(n, NEW_PER_SIDE, 'spread')
  return [
    rowAtMost(`${each} recent, beside them`, 'kB', recent.overheadBytes / BYTES_PER_KB, 20, n),
    rowAtMost(`${each} recent`, 'round trips', recent.roundTrips, 2, n),
    rowAtMost(`${each} spread, beside them`, 'kB', spread.overheadBytes / BYTES_PER_KB, 150, n),
    rowAtMost(`${each} spread`, 'round trips', spread.roundTrips, 2.5, n),
    rowAtMost('kept of a peer that is up to date', 'rows', recent.rows, 1, n),
  ]
}

/** Only the comparison of what either side holds, with `--peers` beside negentropy on the same sets. */
async function measureRanges({ progress, systems }: Bench, n: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const { different, place } of DIFFERENCES) {
    if (different > n) continue
    progress(`ranges: ${n} documents in common, ${different} ${place} differ`)
    const title = `ranges, ${figure(different)} ${place} differ`
    const sets = setsOf(n, different, place)
    const own = await costOfRanges(sets)
    const other = systems.length > 1 ? await costOfNegentropy(sets) : undefined
    const row = (name: string, unit: string, valueOf: (cost: ComparisonCost) => number): Row =>
      rowOf(name, unit, {
        n,
        values: [valueOf(own)],
        ...(other === undefined ? {} : { peers: new Map([[NEGENTROPY, [valueOf(other)]]]) }),
      })
    rows.push(
      row(title, 'kB', ({ bytes }) => bytes / BYTES_PER_KB),
      row(title, 'messages', ({ turns }) => turns),
    )
  }
  return rows
}

async function costOfNegentropy(sets: Sets): Promise<ComparisonCost> {
  const peer = await import('../peers/negentropy.ts')
  return peer.costOfNegentropy(sets)
}

async function builtCosts(): Promise<typeof import('../../../src/simulate/sync-costs.ts')> {
  return (await import(BUILT.href)) as typeof import('../../../src/simulate/sync-costs.ts')
}

function rowAtMost(name: string, unit: string, value: number, atMost: number, n?: number): Row {
  return rowOf(name, unit, { values: [value], target: { atMost }, ...(n === undefined ? {} : { n }) })
}

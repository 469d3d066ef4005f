/** The bench's rows as JSON, for charts and for comparing runs. */
import { keepsTarget, timesCost, timesFloor } from './row.ts'
import type { MeasuredRow, Row } from './row.ts'

export interface Result {
  case: string
  figure: string
  /** The size at which it was measured; null where a case has none. */
  n: number | null
  unit: string
  /** How many values the median is of. */
  runs: number
  median: number
  min: number
  max: number
  /** Medians, as the figure's. */
  floor: number | null
  peers: Record<string, number>
  /** How many times the cost of the floor, and of each peer, the figure is: less than 1 is cheaper. */
  ratio: Record<string, number>
  keepsTarget: boolean | null
}

/** The measured rows of a case. */
export function resultsOf(name: string, rows: readonly Row[]): Result[] {
  return rows.filter((row) => 'samples' in row).map((row) => resultOf(name, row))
}

function resultOf(name: string, row: MeasuredRow): Result {
  const { unit, samples, floor, n } = row
  const peers = [...(row.peers ?? [])]
  const times = timesFloor(row)
  return {
    case: name,
    figure: row.name,
    n: n ?? null,
    unit,
    runs: samples.count,
    median: samples.median,
    min: samples.min,
    max: samples.max,
    floor: floor?.samples.median ?? null,
    peers: Object.fromEntries(peers.map(([peer, { median }]) => [peer, median])),
    ratio: {
      ...(times === undefined ? {} : { floor: times }),
      ...Object.fromEntries(peers.map(([peer, other]) => [peer, timesCost(unit, samples, other)])),
    },
    keepsTarget: keepsTarget(row) ?? null,
  }
}

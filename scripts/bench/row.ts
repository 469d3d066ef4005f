/** A row of the bench's table: what was measured, and what it is compared with. */
import { summaryOf } from './statistics.ts'
import type { Summary } from './statistics.ts'

/** The limit for a figure. */
export type Target = { atMost: number } | { atLeast: number }

/** The same job done with as little as possible, in the same run on the same machine. */
export interface Floor {
  name: string
  samples: Summary
}

export interface MeasuredRow {
  name: string
  unit: string
  samples: Summary
  target?: Target
  floor?: Floor
  /** The size at which it was measured. */
  n?: number
  /** The same work done by other systems in the same run, by their names. */
  peers?: ReadonlyMap<string, Summary>
}

/** A figure that cannot be measured on this machine, and why. */
export interface SkippedRow {
  name: string
  skipped: string
}

export type Row = MeasuredRow | SkippedRow

/** The values of several runs, one each. */
export interface Measurement {
  values: readonly number[]
  target?: Target
  floor?: { name: string; values: readonly number[] }
  n?: number
  peers?: ReadonlyMap<string, readonly number[]>
}

/** The row for several runs. */
export function rowOf(name: string, unit: string, { values, target, floor, n, peers }: Measurement): MeasuredRow {
  return {
    name,
    unit,
    samples: summaryOf(values),
    ...(target === undefined ? {} : { target }),
    ...(floor === undefined ? {} : { floor: { name: floor.name, samples: summaryOf(floor.values) } }),
    ...(n === undefined ? {} : { n }),
    ...(peers === undefined ? {} : { peers: new Map([...peers].map(([peer, all]) => [peer, summaryOf(all)])) }),
  }
}

/** Whether the median meets the target; undefined without a target. */
export function keepsTarget({ samples, target }: MeasuredRow): boolean | undefined {
  if (target === undefined) return undefined
  return 'atMost' in target ? samples.median <= target.atMost : samples.median >= target.atLeast
}

/** The figure's cost relative to the floor's; undefined without a floor. */
export function timesFloor({ unit, samples, floor }: MeasuredRow): number | undefined {
  return floor === undefined ? undefined : timesCost(unit, samples, floor.samples)
}

/** How many times the cost of the other figure this one is. A rate's cost is its inverse. */
export function timesCost(unit: string, samples: Summary, other: Summary): number {
  const isRate = unit.endsWith('/s')
  return isRate ? other.median / samples.median : samples.median / other.median
}

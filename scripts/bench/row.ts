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
}

/** The row for several runs. */
export function rowOf(name: string, unit: string, { values, target, floor }: Measurement): MeasuredRow {
  return {
    name,
    unit,
    samples: summaryOf(values),
    ...(target === undefined ? {} : { target }),
    ...(floor === undefined ? {} : { floor: { name: floor.name, samples: summaryOf(floor.values) } }),
  }
}

/** Whether the median meets the target; undefined without a target. */
export function keepsTarget({ samples, target }: MeasuredRow): boolean | undefined {
  if (target === undefined) return undefined
  return 'atMost' in target ? samples.median <= target.atMost : samples.median >= target.atLeast
}

/** The figure's cost relative to the floor's; undefined without a floor. A rate's cost is its inverse. */
export function timesFloor({ unit, samples, floor }: MeasuredRow): number | undefined {
  if (floor === undefined) return undefined
  const isRate = unit.endsWith('/s')
  return isRate ? floor.samples.median / samples.median : samples.median / floor.samples.median
}

/** Where the points of a plot are, and which values its axis names. */

/** A number at a time. */
export interface Sample {
  timeMs: number
  value: number
}

/** Of an axis. */
export interface Scale {
  min: number
  max: number
  /** Round numbers in between. */
  ticks: readonly number[]
}

/** As many or a few more. */
const TICKS = 4

/** An axis on which all values are, with round numbers at its ends. */
export function scaleFor(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low
  // A value that never changes is in the middle. Halves, as the difference of two numbers may be none.
  const step =
    Number.isFinite(span) && span > 0 ? roundStep(span / TICKS) : roundStep(Math.max(Math.abs(high) / 2, 1) / TICKS)
  const min = Math.floor(low / step) * step
  const max = Math.ceil(high / step) * step
  const [from, to] = min === max ? [min - step, max + step] : [min, max]
  const count = Math.round((to - from) / step)
  if (!Number.isFinite(count) || count > 4 * TICKS) return { min: low, max: high, ticks: [low, high] }
  return { min: from, max: to, ticks: Array.from({ length: count + 1 }, (_, index) => from + index * step) }
}

/** How far along an axis a value is, from 0 to 1. */
export function placeOn({ min, max }: Pick<Scale, 'min' | 'max'>, value: number): number {
  // Divided first, as the difference of two numbers may be none.
  const span = max / 2 - min / 2
  return span === 0 ? 0.5 : (value / 2 - min / 2) / span
}

/** 1, 2 or 5 times a power of ten, and no less than a step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const factor = [1, 2, 5, 10].find((each) => each * power >= step) ?? 10
  return factor * power
}

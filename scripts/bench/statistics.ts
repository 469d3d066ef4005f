/** Medians and percentiles of measured values. */

export interface Summary {
  median: number
  min: number
  max: number
  /** The number of values. */
  count: number
}

/** Throws a RangeError if there are no values. */
export function summaryOf(values: readonly number[]): Summary {
  return {
    median: percentile(values, 50),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  }
}

/** The value that `percent` of the values do not exceed, by linear interpolation. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('no values to take a percentile of')
  return below + (above - below) * (place - Math.floor(place))
}

/** A number that is not known, and how sure one is of it. */

/** How many of something there are, about. */
export interface Estimate {
  count: number
  /**
   * The standard error: the truth is within it in about two of three cases, and within twice as much in 19 of 20. 0: the
   * number is exact.
   */
  standardError: number
}

/**
 * What several estimates of one number say together, if their errors are independent. Each counts by the square of how
 * precise it is in proportion to itself: by its absolute error, those that are too low by chance would count more, as their
 * errors are smaller. Where they differ more than their errors explain, the common one grows accordingly. Undefined without
 * any.
 */
export function combined(estimates: readonly Estimate[]): Estimate | undefined {
  const exact = estimates.find(({ standardError }) => standardError === 0)
  if (exact !== undefined || estimates.length === 0) return exact
  const weights = estimates.map(({ count, standardError }) => (count / standardError) ** 2)
  const weightOf = (index: number): number => weights[index] ?? 0
  const weight = weights.reduce((sum, each) => sum + each, 0)
  const count = estimates.reduce((sum, each, index) => sum + weightOf(index) * each.count, 0) / weight
  const squares = estimates.reduce((sum, each, index) => sum + weightOf(index) * (each.count / count - 1) ** 2, 0)
  const excess = estimates.length === 1 ? 1 : Math.max(1, squares / (estimates.length - 1))
  return { count, standardError: count * Math.sqrt(excess / weight) }
}

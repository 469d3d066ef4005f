/** How many electors decide. */

/** Any two sets of so many electors have one in common. */
export function majorityOf(electors: readonly unknown[]): number {
  return Math.floor(electors.length / 2) + 1
}

/** Any set of so many other electors has one in common with each majority that an elector was part of, itself aside. */
export function witnessesOf(electors: readonly unknown[]): number {
  return electors.length - majorityOf(electors) + 1
}

/**
 * For how long a holder may rely on a lease from when it sent the request: less than for how long the elector keeps to it
 * from when it got that, however the two clocks drift, and less the time that it takes to stop.
 */
export function usableMs(leaseMs: number, drift: number, stopShare: number): number {
  return Math.floor((leaseMs * (1 - drift) * (1 - stopShare)) / (1 + drift))
}

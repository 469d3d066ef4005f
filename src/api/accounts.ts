/** What others have left of what they may cost: by who they are, and by the address that they come from. */

/** So much at once, and so much more each second. */
interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** What is limited, by what is counted. */
export type Rates<Counted extends string> = Readonly<Partial<Record<Counted, Rate>>>

/** Addresses that are kept apart; the one that was here longest ago is forgotten, as if it had never been here. */
export const MAX_COUNTED_ADDRESSES = 1_024

/** What is left of each rate: `burst` at first, and `perSecond` more. A debt is paid off before anything else. */
export class Account<Counted extends string> {
  readonly #rates: Rates<Counted>
  readonly #left = new Map<Counted, { amount: number; atMs: number }>()

  constructor(rates: Rates<Counted>) {
    this.#rates = rates
  }

  /** Infinite for what is not limited here. */
  left(what: Counted, nowMs: number): number {
    const rate = this.#rates[what]
    if (rate === undefined) return Infinity
    const { amount, atMs } = this.#left.get(what) ?? { amount: rate.burst, atMs: nowMs }
    const left = Math.min(rate.burst, amount + (Math.max(0, nowMs - atMs) / 1000) * rate.perSecond)
    this.#left.set(what, { amount: left, atMs: nowMs })
    return left
  }

  spend(what: Counted, count: number, nowMs: number): void {
    const left = this.left(what, nowMs)
    if (left < Infinity) this.#left.set(what, { amount: left - count, atMs: nowMs })
  }
}

/** An account for each address. */
export class AddressAccounts<Counted extends string> {
  readonly #rates: Rates<Counted>
  /** The one that was here last is the last one. */
  readonly #accounts = new Map<string, Account<Counted>>()

  constructor(rates: Rates<Counted>) {
    this.#rates = rates
  }

  of(address: string): Account<Counted> {
    const network = networkOf(address)
    const account = this.#accounts.get(network) ?? new Account(this.#rates)
    this.#accounts.delete(network)
    this.#accounts.set(network, account)
    const [oldest] = this.#accounts.keys()
    if (this.#accounts.size > MAX_COUNTED_ADDRESSES && oldest !== undefined) this.#accounts.delete(oldest)
    return account
  }
}

/**
 * What an address counts as: a machine has as many IPv6 addresses as it likes, but of one network, whose first four groups
 * are the same.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [start = '', end = ''] = address.split('::', 2)
  const groups = start.split(':').filter((group) => group !== '')
  const missing = address.includes('::') ? 8 - groups.length - end.split(':').filter((group) => group !== '').length : 0
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':')
}

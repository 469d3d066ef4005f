/** How findings are made and worded. */
import type { Finding, FindingSeverity } from '../../kith.ts'
import { shortNameOf } from '../short-name.ts'

type About = Pick<Finding, 'peer' | 'room' | 'address'>

type FindingOf = (code: string, what: string, todo: string, about?: About) => Finding

const findingOf =
  (severity: FindingSeverity): FindingOf =>
  (code, what, todo, about = {}) => ({ code, severity, what, todo, ...about })

export const problem = findingOf('problem')
export const warning = findingOf('warning')
export const unknown = findingOf('unknown')

/** Nothing is to be done. */
export function fine(code: string, what: string, about: About = {}): Finding {
  return { code, severity: 'fine', what, todo: null, ...about }
}

/** A peer by its name, if it has one, and the end of its id. */
export function nameOf({ peer, name }: { peer: string; name: string | null }): string {
  return name === null || name.includes('…') ? (name ?? shortNameOf(peer)) : `${name} (${shortNameOf(peer)})`
}

/** More names in one sentence would hide what it says. */
const MAX_NAMED = 3

/** `Anna, Ben, Cleo and 4 others`. */
export function namesOf(peers: readonly { peer: string; name: string | null }[]): string {
  const named = peers.slice(0, MAX_NAMED).map(nameOf)
  const more = peers.length - named.length
  if (more > 0) return `${named.join(', ')} and ${more} other${more === 1 ? '' : 's'}`
  return named.join(', ').replace(/, ([^,]*)$/, ' and $1')
}

/** The TCP port in a multiaddr. */
export function portOf(address: string): string {
  return /\/tcp\/(\d+)/.exec(address)?.[1] ?? '?'
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The largest unit, such as `3 minutes`. */
export function spanOf(ms: number): string {
  const [size, unit] =
    ms >= 2 * DAY_MS
      ? [DAY_MS, 'day']
      : ms >= 2 * HOUR_MS
        ? [HOUR_MS, 'hour']
        : ms >= 2 * MINUTE_MS
          ? [MINUTE_MS, 'minute']
          : [1_000, 'second']
  const count = Math.round(ms / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

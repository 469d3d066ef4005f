/**
 * Addresses that somebody else named. Whoever names an address makes this node open a connection to it, so
 * hearsay is taken only where it makes sense, dialled at a bounded rate per source and in total, and each
 * endpoint less and less often, whatever peer is said to be there.
 */
import { isIPv6 } from 'node:net'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { ipOf, readDialAddress } from './addresses.ts'
import {
  ENDPOINT_PAUSE_MS,
  HEARSAY_RATES,
  MAX_ENDPOINT_PAUSE_MS,
  MAX_ENDPOINT_RECORDS,
  MAX_HEARSAY_SOURCES,
  RECENT_RETRY_MS,
  SOURCE_RATE,
} from './constants.ts'
import { holds, LINK_LOCAL, LOOPBACK, NOWHERE, rangesOf } from './ip-ranges.ts'

/**
 * Who named an address: `book` is this node before its restart. Addresses that the user named, or where the
 * peer was reached since the start, have no source.
 */
export interface Source {
  kind: 'mdns' | 'identify' | 'suggestion' | 'dht' | 'book'
  /** Who said it, if anybody in particular. */
  peer?: PeerId | undefined
  /** The IP address it came from; undefined if unknown. */
  ip?: string | undefined
}

export const BOOK: Source = { kind: 'book' }

/** IPv6 forms of IPv4 addresses, by which the other lists could be passed. */
const DISGUISED = rangesOf('::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '2002::/16')

export interface HearsayInit {
  /** This node's addresses, without the peer id. */
  ownAddresses(): string[]
  /** IP addresses of this machine's interfaces. */
  machineIps(): ReadonlySet<string>
  /** IP addresses of the connected peers. */
  remoteIps(): string[]
  clock?: Clock
}

interface Endpoint {
  attempts: number
  nextDialMs: number
}

export class Hearsay {
  readonly #init: HearsayInit
  readonly #clock: Clock
  readonly #totals: Readonly<Record<Source['kind'], TokenBucket>>
  /** By kind and peer; the one that was used last is last. */
  readonly #sources = new Map<string, TokenBucket>()
  /** By IP address and port; the one that was dialled last is last. */
  readonly #endpoints = new Map<string, Endpoint>()

  constructor(init: HearsayInit) {
    this.#init = init
    this.#clock = init.clock ?? systemClock
    const nowMs = this.#clock.monotonicMs()
    const entries = Object.entries(HEARSAY_RATES).map(([kind, { burst, perSecond }]) => [
      kind,
      new TokenBucket(burst, perSecond, nowMs),
    ])
    this.#totals = Object.fromEntries(entries) as Record<Source['kind'], TokenBucket>
  }

  /**
   * The addresses that this source may name, without peer ids: IP addresses and TCP, not this node's own. Only
   * a source on this machine may name loopback or another address of this machine, as it can dial those
   * itself; only one that is reached by link-local addresses may name such.
   */
  usable(addresses: readonly string[], source: Source): string[] {
    const own = this.#init.ownAddresses()
    // Asked once: the system takes a tenth of a millisecond to answer.
    const machineIps = this.#init.machineIps()
    const isHere = this.#isHere(source, machineIps)
    return addresses.flatMap((text) => {
      const address = readDialAddress(text)?.address
      const ip = address === undefined ? undefined : ipOf(address)
      if (address === undefined || ip === undefined || own.includes(address)) return []
      if (holds(NOWHERE, ip) || (isIPv6(ip) && holds(DISGUISED, ip) && !holds(LOOPBACK, ip))) return []
      const isThisMachine = holds(LOOPBACK, ip) || machineIps.has(ip)
      if (isThisMachine && !isHere) return []
      const isAway = holds(LINK_LOCAL, ip) && !isHere && !(source.ip !== undefined && holds(LINK_LOCAL, source.ip))
      return isAway ? [] : [address]
    })
  }

  /** Whether an address may not be dialled yet, whoever names it. */
  isPaused(address: string): boolean {
    return (this.#endpoints.get(endpointOf(address))?.nextDialMs ?? -Infinity) > this.#clock.monotonicMs()
  }

  /** Counts a dial of an address to its source; false if it must not be dialled now. */
  take(address: string, source: Source): boolean {
    const nowMs = this.#clock.monotonicMs()
    const total = this.#totals[source.kind]
    if (this.isPaused(address) || !total.has(nowMs) || this.#bucketOf(source, nowMs)?.take(nowMs) === false)
      return false
    total.take(nowMs)
    const endpoint = endpointOf(address)
    const attempts = (this.#endpoints.get(endpoint)?.attempts ?? 0) + 1
    // Those of the book are few peers that were met before, most likely back soon.
    const pauseMs =
      source.kind === 'book'
        ? RECENT_RETRY_MS
        : Math.min(ENDPOINT_PAUSE_MS * 2 ** (attempts - 1), MAX_ENDPOINT_PAUSE_MS)
    remember(this.#endpoints, endpoint, { attempts, nextDialMs: nowMs + pauseMs }, MAX_ENDPOINT_RECORDS)
    return true
  }

  /** A peer was reached there. */
  reached(address: string): void {
    this.#endpoints.delete(endpointOf(address))
  }

  /** Whether a source is on this machine. One that is unknown is, if nobody else is connected. */
  #isHere({ ip }: Source, machineIps: ReadonlySet<string>): boolean {
    const ips = ip === undefined ? this.#init.remoteIps() : [ip]
    return ips.length > 0 && ips.every((each) => holds(LOOPBACK, each) || machineIps.has(each))
  }

  #bucketOf({ kind, peer }: Source, nowMs: number): TokenBucket | undefined {
    if (peer === undefined) return undefined
    const key = `${kind} ${peer}`
    const bucket = this.#sources.get(key) ?? new TokenBucket(SOURCE_RATE.burst, SOURCE_RATE.perSecond, nowMs)
    remember(this.#sources, key, bucket, MAX_HEARSAY_SOURCES)
    return bucket
  }
}

/** Puts an entry last; beyond the limit the first is dropped. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > limit && oldest !== undefined) map.delete(oldest)
}

/** IP address and port: the same for TCP and WebSockets. */
function endpointOf(address: string): string {
  return address.split('/').slice(1, 5).join('/')
}

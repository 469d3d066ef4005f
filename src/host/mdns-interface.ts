/** mDNS on one network interface: sends queries, answers those of others, and passes on the responses. */
import type { RemoteInfo } from 'node:dgram'
import multicastDns from 'multicast-dns'
import type { MulticastDns, Packet } from 'multicast-dns'
import type { Logger } from '../kith.ts'
import { monotonicMs, wallMs } from '../runtime/clock.ts'
import {
  MDNS_ANSWER_INTERVAL_MS,
  MDNS_FIRST_QUERIES_MS,
  MDNS_MAX_RESPONSES_PER_SECOND,
  MDNS_QUERY_INTERVAL_MS,
  MDNS_QUERY_JITTER_MS,
  MDNS_SERVICE,
} from './constants.ts'
import { isDiscoveryQuery } from './mdns-packets.ts'
import type { encodeResponse } from './mdns-packets.ts'

export interface MdnsInterfaceInit {
  /** The interface's own IPv4 address. */
  address: string
  port: number
  /** The current answer; undefined for none. */
  answer(): ReturnType<typeof encodeResponse> | undefined
  /** Whether a packet is for this interface: the sockets of all interfaces get every multicast packet. */
  isOurs(source: string): boolean
  onResponse(packet: Packet, source: string): void
  /** The socket failed; the interface must be reopened. */
  onFailure(error: Error): void
  log: Logger
}

/** What was sent and heard since the interface was opened, in ms since 1970. */
export interface MulticastTraffic {
  sent: number
  /** A packet of this machine came back, as multicast does; null if none did. */
  ownHeardMs: number | null
  /** A packet of another machine came, of any service; null if none did. */
  othersHeardMs: number | null
}

export class MdnsInterface {
  readonly traffic: MulticastTraffic = { sent: 0, ownHeardMs: null, othersHeardMs: null }
  readonly openedAtMs = wallMs()
  readonly #init: MdnsInterfaceInit
  readonly #mdns: MulticastDns
  readonly #firstQueriesMs = [...MDNS_FIRST_QUERIES_MS]
  #queryTimer: NodeJS.Timeout | undefined
  #answerTimer: NodeJS.Timeout | undefined
  #answeredAtMs = -Infinity
  #responses = { second: 0, count: 0 }

  constructor(init: MdnsInterfaceInit) {
    this.#init = init
    // Bound to the wildcard address, because a socket bound to the interface's own address receives no
    // multicast.
    this.#mdns = multicastDns({ interface: init.address, bind: '0.0.0.0', port: init.port })
    this.#mdns.on('ready', () => {
      this.announce()
      this.#query()
    })
    this.#mdns.on('error', (error) => init.onFailure(error))
    // A packet that does not decode, or a group that cannot be joined yet, which multicast-dns retries.
    this.#mdns.on('warning', (warning) => init.log.trace('on %s: %s', init.address, warning))
    this.#mdns.on('query', (packet, from) => this.#onQuery(packet, from))
    this.#mdns.on('response', (packet, from) => this.#onResponse(packet, from))
  }

  /** Announces that we are here or that our addresses changed; at most once in the answer interval. */
  announce(): void {
    if (this.#answerTimer !== undefined) return
    const waitMs = this.#answeredAtMs + MDNS_ANSWER_INTERVAL_MS - monotonicMs()
    if (waitMs <= 0) this.#answer()
    else this.#answerTimer = setTimeout(() => this.#answer(), waitMs)
  }

  async close(): Promise<void> {
    clearTimeout(this.#queryTimer)
    clearTimeout(this.#answerTimer)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#mdns.destroy(resolve)
    await promise
    this.#mdns.removeAllListeners()
  }

  #query(): void {
    this.#mdns.query({ questions: [{ name: MDNS_SERVICE, type: 'PTR' }] }, this.#onSent)
    this.#scheduleQuery()
  }

  #scheduleQuery(): void {
    clearTimeout(this.#queryTimer)
    const waitMs = this.#firstQueriesMs.shift() ?? MDNS_QUERY_INTERVAL_MS + Math.random() * MDNS_QUERY_JITTER_MS
    this.#queryTimer = setTimeout(() => this.#query(), waitMs)
  }

  #answer(): void {
    this.#answerTimer = undefined
    const answer = this.#init.answer()
    if (answer === undefined) return
    this.#answeredAtMs = monotonicMs()
    this.#mdns.respond(answer, undefined, this.#onSent)
  }

  #onQuery(packet: Packet, from: RemoteInfo): void {
    if (!this.#init.isOurs(from.address)) return
    this.#heard(from.address)
    if (!isDiscoveryQuery(packet)) return
    if (this.#firstQueriesMs.length === 0) this.#scheduleQuery()
    this.announce()
  }

  #onResponse(packet: Packet, from: RemoteInfo): void {
    if (!this.#init.isOurs(from.address)) return
    this.#heard(from.address)
    const second = Math.floor(monotonicMs() / 1_000)
    const count = second === this.#responses.second ? this.#responses.count + 1 : 1
    this.#responses = { second, count }
    if (count <= MDNS_MAX_RESPONSES_PER_SECOND) this.#init.onResponse(packet, from.address)
  }

  #heard(from: string): void {
    if (from === this.#init.address) this.traffic.ownHeardMs = wallMs()
    else this.traffic.othersHeardMs = wallMs()
  }

  readonly #onSent = (error?: Error | null): void => {
    if (error) this.#init.onFailure(error)
    else this.traffic.sent++
  }
}

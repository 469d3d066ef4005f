/**
 * Notices dead links: pings a connection that has been quiet, and aborts it if neither the ping nor
 * anything else comes back. libp2p's own monitor also pings busy links, and its pings time out behind large
 * transfers (libp2p/js-libp2p#3463).
 */
import type { Connection } from '@libp2p/interface'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { LATE_TICK_MS, LIVENESS_TICK_MS, PING_TIMEOUT_MS, QUIET_MS } from './constants.ts'
import { isBug, reportFailure } from './failures.ts'
import type { LabelPeer } from './host.ts'
import { PingStream } from './ping-stream.ts'

export interface LivenessInit {
  log: Logger
  label: LabelPeer
  connections(): Connection[]
  /** When bytes of a Kith protocol last arrived from a peer, by the monotonic clock; -Infinity if never. */
  lastReceivedMs(peer: PeerId): number
}

interface Link {
  /** Monotonic time of the last proof of life. */
  aliveAtMs: number
  pinging: boolean
  /** That of the last ping; undefined if it was the end of it. */
  stream: PingStream | undefined
}

export class Liveness {
  readonly #init: LivenessInit
  readonly #stopped = new AbortController()
  readonly #roundTrips = new Map<PeerId, number>()
  #links = new Map<Connection, Link>()
  #lastTickMs = monotonicMs()
  #timer: NodeJS.Timeout | undefined

  constructor(init: LivenessInit) {
    this.#init = init
  }

  start(): void {
    this.#lastTickMs = monotonicMs()
    this.#timer = setInterval(() => this.#tick(), LIVENESS_TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopped.abort()
  }

  /** The last measured round trip; null if none. */
  roundTripMs(peer: PeerId): number | null {
    return this.#roundTrips.get(peer) ?? null
  }

  /** Drops the measurements of a peer that is gone. */
  forget(peer: PeerId): void {
    this.#roundTrips.delete(peer)
  }

  #tick(): void {
    const nowMs = monotonicMs()
    this.#lastTickMs = nowMs
    const open = this.#init.connections().filter(({ status }) => status === 'open')
    // A new link counts as quiet: its first ping measures the round trip.
    this.#links = new Map(open.map((connection) => [connection, this.#links.get(connection) ?? newLink()]))
    for (const [connection, link] of this.#links) {
      const quiet = nowMs - link.aliveAtMs >= QUIET_MS && !this.#receivedLately(connection)
      if (quiet && !link.pinging) void this.#check(connection, link)
    }
  }

  #receivedLately(connection: Connection): boolean {
    const peer = keyOf(connection)
    return this.#roundTrips.has(peer) && monotonicMs() - this.#init.lastReceivedMs(peer) < QUIET_MS
  }

  async #check(connection: Connection, link: Link): Promise<void> {
    const { log, label } = this.#init
    const peer = keyOf(connection)
    const startedMs = monotonicMs()
    const receivedBefore = this.#init.lastReceivedMs(peer)
    link.pinging = true
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(PING_TIMEOUT_MS)])
      this.#roundTrips.set(peer, await ping(connection, link, signal))
      link.aliveAtMs = monotonicMs()
    } catch (error) {
      const proven = this.#init.lastReceivedMs(peer) !== receivedBefore || this.#wasLate(startedMs)
      if (this.#stopped.signal.aborted || connection.status !== 'open') return
      if (isBug(error)) reportFailure(log, 'a ping failed unexpectedly', error)
      else log('a ping to %p failed, %s: %s', label(peer), proven ? 'which proves nothing' : 'the link is dead', error)
      if (!proven) connection.abort(new Error('nothing came back from the peer', { cause: error }))
    } finally {
      link.pinging = false
    }
  }

  /** Whether our own process was suspended for a while since `startedMs`, so that answers may wait unread. */
  #wasLate(startedMs: number): boolean {
    const nowMs = monotonicMs()
    const pingLate = nowMs - startedMs > PING_TIMEOUT_MS + LATE_TICK_MS
    return pingLate || nowMs - this.#lastTickMs > LIVENESS_TICK_MS + LATE_TICK_MS
  }
}

function newLink(): Link {
  return { aliveAtMs: -Infinity, pinging: false, stream: undefined }
}

/** One ping, on the link's stream or a new one; resolves with the round trip in milliseconds. */
async function ping(connection: Connection, link: Link, signal: AbortSignal): Promise<number> {
  const { stream } = link
  link.stream = undefined
  if (stream?.isUsable === true) {
    try {
      const roundTripMs = await stream.roundTripMs(signal)
      link.stream = stream
      return roundTripMs
    } catch (error) {
      // Where the peer has ended the stream, that says nothing: it may be older there than it is here.
      if (signal.aborted) throw error
    }
  }
  stream?.close(signal).catch(() => undefined) // it was of no more use
  return pingOnNew(connection, link, signal)
}

async function pingOnNew(connection: Connection, link: Link, signal: AbortSignal): Promise<number> {
  const startedMs = monotonicMs()
  try {
    const stream = await PingStream.open(connection, signal)
    const roundTripMs = await stream.roundTripMs(signal)
    link.stream = stream
    return roundTripMs
  } catch (error) {
    // The peer rejected the protocol, so it is alive.
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') return monotonicMs() - startedMs
    throw error
  }
}

function keyOf(connection: Connection): PeerId {
  return connection.remotePeer.toString() as PeerId
}

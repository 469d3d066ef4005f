/**
 * Notices dead links: pings a connection that has been quiet, and aborts it if neither the ping nor
 * anything else comes back. libp2p's own monitor also pings busy links, and its pings time out behind large
 * transfers (libp2p/js-libp2p#3463).
 */
import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { LATE_TICK_MS, LIVENESS_TICK_MS, PING_TIMEOUT_MS, QUIET_MS } from './constants.ts'
import { isBug, reportFailure } from './failures.ts'
import type { LabelPeer } from './host.ts'

const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

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
    this.#links = new Map(
      open.map((connection) => [connection, this.#links.get(connection) ?? { aliveAtMs: -Infinity, pinging: false }]),
    )
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
      this.#roundTrips.set(peer, await ping(connection, signal))
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

/** One ping on a stream of its own; resolves with the round trip in milliseconds. */
async function ping(connection: Connection, signal: AbortSignal): Promise<number> {
  const startedMs = monotonicMs()
  try {
    const stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
    try {
      const bytes = byteStream(stream)
      const sentMs = monotonicMs()
      await bytes.write(randomBytes(PING_BYTES), { signal })
      await bytes.read({ bytes: PING_BYTES, signal })
      const roundTripMs = monotonicMs() - sentMs
      await stream.close({ signal })
      return roundTripMs
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  } catch (error) {
    // The peer rejected the protocol, so it is alive.
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') return monotonicMs() - startedMs
    throw error
  }
}

function keyOf(connection: Connection): PeerId {
  return connection.remotePeer.toString() as PeerId
}

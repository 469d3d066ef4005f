/** Checkups: asks peers to dial this node back and to tell their time, and does the same for them. */
import { isIPv6 } from 'node:net'
import type { Connection, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { Registrar } from '@libp2p/interface-internal'
import {
  CHECKUP_PROTOCOL,
  DIAL_BACK_TIMEOUT_MS,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  MAX_CHECKED_PORTS,
  MAX_CHECKUP_BYTES,
  type CheckupAnswer,
  type DialBack,
} from '../../protocols/checkup/index.ts'
import type { CheckupFacts, Logger } from '../kith.ts'
import { monotonicMs, wallMs } from '../runtime/clock.ts'
import { ipOf } from './addresses.ts'
import { CheckupLimits } from './checkup-limits.ts'
import { CHECKUP_TIMEOUT_MS } from './constants.ts'
import { dialFailureOf } from './dial-errors.ts'
import { dialTcp, type TcpOutcome } from './tcp-dial.ts'

const OUTCOMES: Readonly<Record<TcpOutcome, DialBack>> = {
  ...{ open: 'reached', refused: 'refused', 'no-route': 'no-route', 'no-answer': 'no-answer' },
  ...{ forbidden: 'not-tried', other: 'no-answer' },
}

const LENGTHS = { maxDataLength: MAX_CHECKUP_BYTES }

/**
 * What a peer says of this node, at one of its connections; `addresses` are this node's, without the peer id. Never rejects
 * but for the signal.
 */
export async function checkUp(
  checkups: Checkups,
  connections: readonly Connection[],
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<CheckupFacts> {
  const connection = connections.find(({ status }) => status === 'open')
  if (connection === undefined) return { ...NOT_ASKED, error: 'it is not connected' }
  const ports = portsOf(addresses, ipOf(connection.remoteAddr.toString()))
  try {
    const { wallMs: theirsMs, dialBacks, tookMs } = await checkups.ask(connection, ports, signal)
    const tried = dialBacks.filter((dialBack) => dialBack !== 'not-tried')
    return {
      // It told its time after it had dialled, so shortly before the answer came.
      clockAheadMs: theirsMs - wallMs() + Math.min(tookMs, 1_000) / 2,
      dialBack: tried.find((dialBack) => dialBack === 'reached') ?? tried[0] ?? null,
      error: tried.length === 0 ? 'it did not try to dial back' : null,
    }
  } catch (error) {
    signal.throwIfAborted()
    const isOlder = error instanceof Error && error.name === 'UnsupportedProtocolError'
    return { ...NOT_ASKED, error: isOlder ? 'its version of Kith cannot' : dialFailureOf(error, CHECKUP_TIMEOUT_MS) }
  }
}

const NOT_ASKED = { clockAheadMs: null, dialBack: null }

/** The ports at which this node listens for the family of an IP address. */
function portsOf(addresses: readonly string[], ip = ''): number[] {
  const family = isIPv6(ip) ? '/ip6/' : '/ip4/'
  const ports = addresses
    .filter((address) => address.startsWith(family))
    .map((address) => Number(/\/tcp\/(\d+)/.exec(address)?.[1]))
  return [...new Set(ports)].filter((port) => port > 0)
}

export class Checkups {
  readonly #log: Logger
  readonly #limits = new CheckupLimits(monotonicMs())

  constructor(log: Logger) {
    this.#log = log
  }

  /** Answers peers from now on. */
  async serve(registrar: Pick<Registrar, 'handle'>): Promise<void> {
    await registrar.handle(CHECKUP_PROTOCOL, (stream, connection) => this.#answer(stream, connection))
  }

  /**
   * What a peer says of the ports at which this node listens. Rejects if it does not speak the protocol, does not answer
   * in time, or answers nonsense.
   */
  async ask(
    connection: Connection,
    ports: readonly number[],
    signal: AbortSignal,
  ): Promise<CheckupAnswer & { tookMs: number }> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CHECKUP_TIMEOUT_MS)])
    const stream = await connection.newStream(CHECKUP_PROTOCOL, { signal: limit })
    try {
      const frames = lpStream(stream, LENGTHS)
      const sentMs = monotonicMs()
      await frames.write(encodeRequest(ports.slice(0, MAX_CHECKED_PORTS)), { signal: limit })
      const answer = decodeAnswer((await frames.read({ signal: limit })).subarray())
      const tookMs = monotonicMs() - sentMs
      await stream.close({ signal: limit })
      return { ...answer, tookMs }
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  async #answer(stream: Stream, { remoteAddr, remotePeer }: Connection): Promise<void> {
    const signal = AbortSignal.timeout(CHECKUP_TIMEOUT_MS)
    try {
      const frames = lpStream(stream, LENGTHS)
      const ports = decodeRequest((await frames.read({ signal })).subarray())
      const ip = ipOf(remoteAddr.toString())
      const isTaken = ip !== undefined && this.#limits.take(remotePeer.toString(), monotonicMs())
      const dial = async (port: number): Promise<DialBack> =>
        OUTCOMES[(await dialTcp(ip ?? '', port, DIAL_BACK_TIMEOUT_MS)).outcome]
      const dialBacks = isTaken ? await Promise.all(ports.map(dial)) : ports.map((): DialBack => 'not-tried')
      await frames.write(encodeAnswer({ wallMs: wallMs(), dialBacks }), { signal })
      await stream.close({ signal })
    } catch (error) {
      this.#log.trace('a checkup for %p ended: %s', remotePeer, error)
      stream.abort(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

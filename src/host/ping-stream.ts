/**
 * Pings over one stream. A stream takes many pings, and opening one takes longer than some of them: each side negotiates
 * the protocol, and notes it of the other. https://github.com/libp2p/specs/blob/master/ping/ping.md
 */
import { randomBytes } from 'node:crypto'
import type { Connection, Stream } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import { monotonicMs } from '../runtime/clock.ts'
import { PING_STREAM_MS } from './constants.ts'

const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

export class PingStream {
  readonly #stream: Stream
  readonly #bytes: ReturnType<typeof byteStream<Stream>>
  readonly #openedAtMs = monotonicMs()

  private constructor(stream: Stream) {
    this.#stream = stream
    this.#bytes = byteStream(stream)
  }

  static async open(connection: Connection, signal: AbortSignal): Promise<PingStream> {
    return new PingStream(await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true }))
  }

  /** Whether it takes another ping, as far as is known: the peer may close it meanwhile. */
  get isUsable(): boolean {
    return this.#stream.status === 'open' && monotonicMs() - this.#openedAtMs < PING_STREAM_MS
  }

  /** Resolves with the round trip in milliseconds. Where it rejects, the stream is of no more use. */
  async roundTripMs(signal: AbortSignal): Promise<number> {
    try {
      const sentMs = monotonicMs()
      await this.#bytes.write(randomBytes(PING_BYTES), { signal })
      await this.#bytes.read({ bytes: PING_BYTES, signal })
      return monotonicMs() - sentMs
    } catch (error) {
      this.#stream.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }

  /** Rejects if the peer has aborted it. */
  async close(signal: AbortSignal): Promise<void> {
    await this.#stream.close({ signal })
  }
}

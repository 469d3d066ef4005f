import type { Connection, Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { expect, onTestFinished, test } from 'vitest'
import { LATE_TICK_MS, LIVENESS_TICK_MS, PING_TIMEOUT_MS } from '../../../src/host/constants.ts'
import { Liveness } from '../../../src/host/liveness.ts'
import { NO_LOG } from './logs.ts'

const POLL = { timeout: 20_000, interval: 20 }

/** A connection on which every new stream hangs, as on a dead link. */
class DeadConnection {
  readonly status = 'open'
  readonly remotePeer = 'peer'
  pings = 0
  aborted = false

  newStream(_protocol: string, { signal }: { signal: AbortSignal }): Promise<never> {
    this.pings++
    const { promise, reject } = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => reject(new Error('timed out')), { once: true })
    return promise
  }

  abort(): void {
    this.aborted = true
  }
}

function watch(connection: DeadConnection | LiveConnection, lastReceivedMs: () => number): void {
  const connections = (): Connection[] => (connection.aborted ? [] : [connection as unknown as Connection])
  const liveness = new Liveness({ connections, lastReceivedMs, log: NO_LOG, label: (peer) => peer })
  liveness.start()
  onTestFinished(() => liveness.stop())
}

test('a link that answers nothing is aborted after one ping', async () => {
  const connection = new DeadConnection()
  watch(connection, () => 0)
  await expect.poll(() => connection.aborted, POLL).toBe(true)
  expect(connection.pings).toBe(1)
})

test('bytes that arrive while a ping waits prove that the link is alive', async () => {
  const connection = new DeadConnection()
  let received = 0
  watch(connection, () => received)
  await expect.poll(() => connection.pings, POLL).toBe(1)
  received = 1
  await expect.poll(() => connection.pings, POLL).toBe(2)
  expect(connection.aborted).toBe(false)
  await expect.poll(() => connection.aborted, POLL).toBe(true)
})

test('if our own process stood still, the link gets another round', async () => {
  const connection = new DeadConnection()
  watch(connection, () => 0)
  await expect.poll(() => connection.pings, POLL).toBe(1)
  const standstillMs = PING_TIMEOUT_MS + LATE_TICK_MS + LIVENESS_TICK_MS
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, standstillMs)
  await expect.poll(() => connection.pings, POLL).toBe(2)
  expect(connection.aborted).toBe(false)
  await expect.poll(() => connection.aborted, POLL).toBe(true)
})

/** A connection with a peer that answers pings, on streams that it may end. */
class LiveConnection {
  readonly status = 'open'
  readonly remotePeer = 'peer'
  aborted = false
  pings = 0
  readonly #streams: (readonly [ours: Stream, theirs: Stream])[] = []

  get streams(): number {
    return this.#streams.length
  }

  async newStream(): Promise<Stream> {
    const pair = await streamPair()
    const [ours, theirs] = pair
    this.#streams.push(pair)
    theirs.addEventListener('message', ({ data }) => {
      this.pings++
      theirs.send(data)
    })
    return ours
  }

  /** As a peer does that takes a stream for old enough. */
  abortStreams(): void {
    for (const [, theirs] of this.#streams) theirs.abort(new Error('old'))
  }

  abort(): void {
    this.aborted = true
  }
}

test('pings share a stream, and the end of one by the peer is not the end of the link', async () => {
  const connection = new LiveConnection()
  watch(connection, () => -Infinity)
  await expect.poll(() => connection.pings, POLL).toBe(2)
  expect(connection.streams).toBe(1)
  connection.abortStreams()
  await expect.poll(() => connection.pings, POLL).toBe(3)
  expect(connection.streams).toBe(2)
  expect(connection.aborted).toBe(false)
})

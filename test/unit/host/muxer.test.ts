/** Streams of connections that end, and their windows. */
import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { muxer } from '../../../src/host/muxer.ts'

describe('a connection that closes as a stream opens on it', () => {
  it('ends the stream, and nothing else', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown): void => void uncaught.push(error)
    const before = process.rawListeners('uncaughtException') as ((error: Error) => void)[]
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', note)
    onTestFinished(() => {
      process.off('uncaughtException', note)
      for (const listener of before) process.on('uncaughtException', listener)
    })
    const [connection] = multiaddrConnectionPair()
    const opening = muxer()().createStreamMuxer(connection).createStream()
    const closing = connection.close()
    const stream = await opening
    // Uncaught errors are told before the next round of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    await closing
    expect(uncaught).toEqual([])
    expect(stream.status).not.toBe('open')
  })
})

describe('a stream with much to read', () => {
  const MESSAGE_BYTES = 16 * 1024

  it('widens its window once half of it is used, and never runs out of it', async () => {
    const [outbound, inbound] = multiaddrConnectionPair()
    const [sender, reader] = [outbound, inbound].map((connection) => muxer()().createStreamMuxer(connection))
    let receivedBytes = 0
    const enough = Promise.withResolvers<void>()
    reader?.addEventListener('stream', ({ detail: stream }) => {
      stream.addEventListener('message', ({ data }) => {
        receivedBytes += data.byteLength
        if (receivedBytes === 64 * MESSAGE_BYTES) enough.resolve()
      })
    })
    const stream = await sender?.createStream()
    const updates = vi.spyOn(inbound, 'send')
    for (let sent = 0; sent < 64; sent++) {
      if (stream?.send(new Uint8Array(MESSAGE_BYTES)) === false) await stream.onDrain()
    }
    await enough.promise
    expect(receivedBytes).toBe(64 * MESSAGE_BYTES)
    // A window of 256 KiB: one update for each 128 KiB at most, and what opens the stream.
    expect(updates.mock.calls.length).toBeGreaterThan(0)
    expect(updates.mock.calls.length).toBeLessThanOrEqual(10)
    await Promise.all([outbound.close(), inbound.close()])
  })
})

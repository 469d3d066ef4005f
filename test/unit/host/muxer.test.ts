/** Streams of connections that end. */
import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it, onTestFinished } from 'vitest'
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

/** One stream as a flow of frames: hellos, sizes, and what ends it. */
import assert from 'node:assert/strict'
import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { describe, expect, it, vi } from 'vitest'
import { Backlog } from '../../../../protocols/wire/backlog.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { FrameStream, FrameStreamError, readable } from '../../../../protocols/wire/frame-stream.ts'
import {
  FRAME_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  MAX_UNSENT_BYTES,
  PART_COST_BYTES,
} from '../../../../protocols/wire/limits.ts'
import { Hello } from '../../../../protocols/wire/messages.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

const { prefixed, refusedPrefixes, lenientHellos, refusedHellos } = readVectors<{
  prefixed: { length: number; prefix: string }[]
  refusedPrefixes: { name: string; prefix: string }[]
  lenientHellos: { name: string; frame: string; versions: number[]; creditBytes: number }[]
  refusedHellos: { name: string; frame: string; fault: string }[]
}>('wire/vectors/frames.json')

const HELLO: Hello = { versions: [1], creditBytes: 7 }
const frameBytes = (content: Uint8Array): Uint8Array => lengthPrefixed.single(content).subarray()

interface Opened {
  frames: FrameStream
  /** The other end, as raw bytes. */
  far: Stream
  hellos: Hello[]
  received: Uint8Array[]
  /** What was reported of unfinished frames. */
  unfinished: number[]
  closed: Promise<Error | undefined>
}

/** A frame stream that has sent its hello, and the raw other end. */
async function open(onFrame: (frame: Uint8Array) => Promise<void> = async () => {}): Promise<Opened> {
  const [near, far] = await streamPair()
  const { promise: closed, resolve } = Promise.withResolvers<Error | undefined>()
  const hellos: Hello[] = []
  const received: Uint8Array[] = []
  const unfinished: number[] = []
  const frames = new FrameStream(near, {
    hello: HELLO,
    backlog: new Backlog(() => false).of('peer' as PeerId),
    sizeBytesOf: ({ length }) => length,
    onOpen: (hello) => hellos.push(hello),
    onFrame: (frame) => {
      received.push(frame)
      return onFrame(frame)
    },
    onUnfinished: (costBytes) => unfinished.push(costBytes),
    onClose: resolve,
  })
  frames.start()
  return { frames, far, hellos, received, unfinished, closed }
}

/** The code with which the stream was closed. */
async function faultOf({ closed }: Opened): Promise<string | undefined> {
  const error = await closed
  return error instanceof FrameStreamError ? error.code : undefined
}

describe('an unfinished frame', () => {
  it('is accounted for with its parts, until its end comes', async () => {
    const { far, unfinished, received } = await open()
    far.send(frameBytes(Hello.encode(HELLO)))
    await vi.waitFor(() => expect(unfinished.at(-1)).toBe(0))
    const frame = frameBytes(Buffer.alloc(1_000))
    far.send(frame.subarray(0, 100))
    await vi.waitFor(() => expect(unfinished.at(-1)).toBe(100 + PART_COST_BYTES))
    far.send(frame.subarray(100, 101))
    await vi.waitFor(() => expect(unfinished.at(-1)).toBe(101 + 2 * PART_COST_BYTES))
    far.send(Buffer.concat([frame.subarray(101), Uint8Array.of(0), frame.subarray(0, 50)]))
    await vi.waitFor(() => expect(unfinished.at(-1)).toBe(50 + PART_COST_BYTES))
    expect(received).toHaveLength(1)
    far.send(frame.subarray(50))
    await vi.waitFor(() => expect(unfinished.at(-1)).toBe(0))
  })

  it('ends the stream when its end does not come, however slowly bytes do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const stream = await open()
      stream.far.send(frameBytes(Hello.encode(HELLO)))
      stream.far.send(Uint8Array.of(100))
      for (let i = 0; i < 9; i++) {
        await vi.advanceTimersByTimeAsync(FRAME_TIMEOUT_MS / 10)
        stream.far.send(Uint8Array.of(1))
      }
      await vi.advanceTimersByTimeAsync(FRAME_TIMEOUT_MS)
      expect(await faultOf(stream)).toBe('unfinished')
      expect(stream.unfinished.at(-1)).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the first frame', () => {
  it('is a hello, sent without waiting for the other side', async () => {
    const { far } = await open()
    const sent: Uint8Array[] = []
    far.addEventListener('message', ({ data }) => sent.push(data.subarray()))
    await vi.waitFor(() => expect(toHex(Buffer.concat(sent))).toBe(toHex(frameBytes(Hello.encode(HELLO)))))
  })

  it.each(lenientHellos)('may hold more: $name', async ({ frame, versions, creditBytes }) => {
    const stream = await open()
    stream.far.send(frameBytes(fromHex(frame)))
    await vi.waitFor(() => expect(stream.hellos).toEqual([{ versions, creditBytes }]))
  })

  it.each(refusedHellos)('ends the stream as $fault: $name', async ({ frame, fault }) => {
    const stream = await open()
    // A frame of no bytes is skipped: what follows it is the hello.
    stream.far.send(frame === '' ? Uint8Array.of(0) : frameBytes(fromHex(frame)))
    expect(await faultOf(stream)).toBe(fault)
    expect(stream.hellos).toEqual([])
  })
})

describe('frames', () => {
  const hello = frameBytes(Hello.encode(HELLO))

  it.each(prefixed)('of $length bytes have the prefix $prefix', async ({ length, prefix }) => {
    const content = new Uint8Array(length).fill(1)
    expect(toHex(frameBytes(content))).toBe(prefix + toHex(content))
    const stream = await open()
    stream.far.send(Buffer.concat([hello, fromHex(prefix), content]))
    await vi.waitFor(() => expect(stream.received.map(({ length: size }) => size)).toEqual([length]))
  })

  it('arrive whole, however they are cut', async () => {
    const stream = await open()
    const contents = [Uint8Array.of(1), new Uint8Array(300).fill(2), Uint8Array.of(3)]
    const all = Buffer.concat([hello, ...contents.map(frameBytes)])
    for (let start = 0; start < all.length; start += 7) stream.far.send(all.subarray(start, start + 7))
    await vi.waitFor(() => expect(stream.received.map(toHex)).toEqual(contents.map(toHex)))
  })

  it('of no bytes are skipped', async () => {
    const stream = await open()
    stream.far.send(Buffer.concat([Uint8Array.of(0), hello, Uint8Array.of(0), frameBytes(Uint8Array.of(9))]))
    await vi.waitFor(() => expect(stream.received.map(toHex)).toEqual(['09']))
  })

  it('of the largest size pass', async () => {
    const stream = await open()
    stream.far.send(Buffer.concat([hello, frameBytes(new Uint8Array(MAX_FRAME_BYTES))]))
    await vi.waitFor(() => expect(stream.received.map(({ length }) => length)).toEqual([MAX_FRAME_BYTES]))
  })

  it.each(refusedPrefixes)('end the stream before their bytes arrive: $name', async ({ prefix }) => {
    const stream = await open()
    stream.far.send(Buffer.concat([hello, fromHex(prefix)]))
    expect(await faultOf(stream)).toBe('bad-frame')
    expect(stream.received).toEqual([])
  })

  it('that the protocol refuses end the stream', async () => {
    const stream = await open(async () =>
      readable(() => {
        throw new RangeError('no such frame')
      }),
    )
    stream.far.send(Buffer.concat([hello, frameBytes(Uint8Array.of(1))]))
    expect(await faultOf(stream)).toBe('bad-frame')
  })

  const bug = new TypeError('x is no function')

  it.each([
    ['at once', () => assert.fail(bug)],
    ['later', () => Promise.reject(bug)],
  ])('that this node fails to process %s end the stream, with nobody to blame', async (_when, onFrame) => {
    const stream = await open(onFrame)
    stream.far.send(Buffer.concat([hello, frameBytes(Uint8Array.of(1))]))
    expect(await stream.closed).toMatchObject({ code: 'internal', cause: bug })
  })

  it('before one that makes no sense are processed', async () => {
    const stream = await open()
    const [tooLong] = refusedPrefixes
    stream.far.send(Buffer.concat([hello, frameBytes(Uint8Array.of(1)), fromHex(tooLong!.prefix)]))
    expect(await faultOf(stream)).toBe('bad-frame')
    expect(stream.received.map(toHex)).toEqual(['01'])
  })

  it('larger than allowed are not sent', async () => {
    const { frames } = await open()
    expect(() => frames.send(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(RangeError)
    expect(frames.isClosed).toBe(false)
  })

  it('wait unread while earlier ones are not processed', async () => {
    const { promise: processed, resolve } = Promise.withResolvers<void>()
    const stream = await open(() => processed)
    const frame = frameBytes(new Uint8Array(MAX_FRAME_BYTES / 2 + 1))
    stream.far.send(Buffer.concat([hello, frame, frame]))
    await vi.waitFor(() => expect(stream.frames.stream.readStatus).toBe('paused'))
    stream.far.send(frame)
    await vi.waitFor(() => expect(stream.frames.stream.readBufferLength).toBe(frame.length))
    expect(stream.received).toHaveLength(2)
    resolve()
    await vi.waitFor(() => expect(stream.received).toHaveLength(3))
  })

  it('that nobody reads end the stream at MAX_UNSENT_BYTES', async () => {
    const stream = await open()
    stream.far.pause()
    const content = new Uint8Array(MAX_FRAME_BYTES)
    // What the transport itself buffers comes on top.
    for (let sent = 0; sent < 4 * MAX_UNSENT_BYTES && !stream.frames.isClosed; sent += content.length) {
      stream.frames.send(content)
    }
    expect(await faultOf(stream)).toBe('stalled')
  })
})

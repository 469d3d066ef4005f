/**
 * A libp2p stream as a sequence of frames: a hello in each direction, then length-prefixed frames of at
 * most MAX_FRAME_BYTES. There is one writer, and both directions are bounded: reading pauses while too much
 * waits to be processed, and a peer that reads nothing is given up.
 */
import type { Stream } from '@libp2p/interface'
import { LengthPrefixedDecoder } from '@libp2p/utils'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { PeerBacklog } from './backlog.ts'
import { decodeFrameLength } from './frame-length.ts'
import { decodeHello } from './hello.ts'
import {
  FRAME_TIMEOUT_MS,
  HELLO_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  MAX_UNSENT_BYTES,
  MAX_VERSIONS,
  PART_COST_BYTES,
  SEND_STALL_MS,
} from './limits.ts'
import { Hello } from './messages.ts'

/**
 * A stream that was given up, and why. `internal`: this node could not process what came, which is a
 * bug here. `closed`: nobody did anything wrong. With any other code the peer did, and `status` counts it.
 */
export class FrameStreamError extends Error {
  override readonly name = 'FrameStreamError'
  readonly code:
    'bad-hello' | 'no-common-version' | 'bad-frame' | 'flooded' | 'unfinished' | 'stalled' | 'closed' | 'internal'
  constructor(code: FrameStreamError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface FrameStreamInit {
  hello: Hello
  /** What waits to be processed of this peer, from all its streams. */
  backlog: PeerBacklog
  /** What a frame counts as there. */
  sizeBytesOf(frame: Uint8Array): number
  /** The peer's hello arrived; frames follow, in the highest version that both sides speak. */
  onOpen(peerHello: Hello, version: number): void
  /**
   * Handles one frame. The promise resolves once it has been processed; reading pauses while too much has not. It
   * rejects with an error of `readable` if the frame is malformed.
   */
  onFrame(frame: Uint8Array): Promise<void>
  /** What the stream holds of a frame that has not arrived whole: bytes, and what their parts cost. */
  onUnfinished(costBytes: number): void
  /** The stream is over; `error` is the reason if it was given up. */
  onClose(error?: Error): void
}

/**
 * Bytes read at once: what libp2p buffers of a paused stream comes as one chunk, and beyond this size
 * libp2p resets the stream itself (its `maxReadBufferLength`).
 */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024

/** Frames over one stream, including the hello. The callbacks of `FrameStreamInit` receive the frames and the end. */
export class FrameStream {
  readonly stream: Stream
  readonly #init: FrameStreamInit
  readonly #decoder = new LengthPrefixedDecoder({
    maxDataLength: MAX_FRAME_BYTES,
    lengthDecoder: decodeFrameLength,
    // One incomplete frame and the chunk after it.
    maxBufferSize: MAX_FRAME_BYTES + MAX_CHUNK_BYTES,
  })
  readonly #unsent: Uint8ArrayList[] = []
  #unsentBytes = 0
  #isOpen = false
  #isClosed = false
  #isPaused = false
  #lastReceivedMs = -Infinity
  #deadline: NodeJS.Timeout | undefined
  /** Parts of the frame that has not arrived whole. */
  #parts = 0
  #frameBeganMs = 0
  #frameDeadline: NodeJS.Timeout | undefined

  constructor(stream: Stream, init: FrameStreamInit) {
    this.stream = stream
    this.#init = init
  }

  /** Starts reading and sends a hello; `onOpen` or `onClose` follows. */
  start(): void {
    const { stream } = this
    stream.addEventListener('message', (event) => this.#receive(event.data))
    stream.addEventListener('drain', () => this.#drained())
    stream.addEventListener('remoteCloseWrite', () => this.close())
    stream.addEventListener('close', (event) => this.#finish(floodedOr(event.error)))
    this.#armDeadline(HELLO_TIMEOUT_MS, () => new FrameStreamError('bad-hello', 'no hello arrived'))
    this.#enqueue(Hello.encode(this.#init.hello))
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** When bytes last arrived, by `performance.now`; -Infinity before the first. */
  get lastReceivedMs(): number {
    return this.#lastReceivedMs
  }

  send(frame: Uint8Array): void {
    if (frame.length > MAX_FRAME_BYTES) throw new RangeError(`a frame must have at most ${MAX_FRAME_BYTES} bytes`)
    if (!this.#isClosed) this.#enqueue(frame)
  }

  abort(error: Error): void {
    this.stream.abort(error)
    this.#finish(error)
  }

  /** Ends both directions; what was sent still arrives. */
  close(): void {
    this.stream.close({ signal: AbortSignal.timeout(SEND_STALL_MS) }).catch((error: unknown) => {
      this.stream.abort(new FrameStreamError('closed', 'the stream did not close in time', { cause: error }))
    })
    this.#finish()
  }

  #receive(chunk: Uint8Array | Uint8ArrayList): void {
    if (this.#isClosed) return
    this.#lastReceivedMs = performance.now()
    try {
      if (chunk.byteLength > MAX_CHUNK_BYTES) throw flooded()
      this.#parts++
      for (const frame of this.#framesOf(chunk)) {
        this.#parts = 0
        if (this.#isOpen) this.#process(frame.subarray())
        else this.#open(readable(() => decodeHello(frame.subarray())))
      }
      if (!this.#isClosed) this.#holdRest()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  /** Accounts for the beginning of a frame whose end has not come, and limits its time. */
  #holdRest(): void {
    const bytes = this.#decoder['buffer'].byteLength
    if (bytes === 0) {
      this.#parts = 0
      clearTimeout(this.#frameDeadline)
      this.#frameDeadline = undefined
      this.#init.onUnfinished(0)
      return
    }
    if (this.#parts <= 1) {
      this.#parts = 1
      this.#frameBeganMs = performance.now()
    }
    this.#frameDeadline ??= this.#watchFrame(FRAME_TIMEOUT_MS)
    this.#init.onUnfinished(bytes + this.#parts * PART_COST_BYTES)
  }

  #watchFrame(afterMs: number): NodeJS.Timeout {
    const check = (): void => {
      // While this side does not read, the rest cannot come.
      if (this.#isPaused) this.#frameBeganMs = performance.now()
      const leftMs = this.#frameBeganMs + FRAME_TIMEOUT_MS - performance.now()
      if (leftMs <= 0) this.abort(new FrameStreamError('unfinished', `a frame took over ${FRAME_TIMEOUT_MS} ms`))
      else this.#frameDeadline = this.#watchFrame(leftMs)
    }
    return setTimeout(check, afterMs).unref()
  }

  /** Throws a FrameStreamError where the bytes are no frames; errors of whoever takes the frames are not caught here. */
  *#framesOf(chunk: Uint8Array | Uint8ArrayList): Generator<Uint8ArrayList> {
    try {
      yield* this.#decoder.decode(chunk)
    } catch (cause) {
      throw unreadable(cause)
    }
  }

  /** The peer is to blame for a FrameStreamError, and for nothing else. */
  #giveUp(error: unknown): void {
    this.abort(
      error instanceof FrameStreamError
        ? error
        : new FrameStreamError('internal', 'a frame could not be processed', { cause: error }),
    )
  }

  #open(peerHello: Hello): void {
    const versions = peerHello.versions.slice(0, MAX_VERSIONS)
    const common = versions.filter((version) => this.#init.hello.versions.includes(version))
    if (common.length === 0) {
      throw new FrameStreamError('no-common-version', `the peer speaks versions ${versions.join(', ')} only`)
    }
    this.#isOpen = true
    this.#disarmDeadline()
    // What came over an earlier stream may not have been processed yet.
    this.#pauseIfFull()
    this.#init.onOpen(peerHello, Math.max(...common))
  }

  #process(frame: Uint8Array): void {
    const processed = this.#init.backlog.add(this.#init.sizeBytesOf(frame))
    this.#pauseIfFull()
    this.#init.onFrame(frame).then(processed, (error: unknown) => {
      processed()
      this.#giveUp(error)
    })
  }

  #pauseIfFull(): void {
    if (this.#isPaused || this.#isClosed || !this.#init.backlog.isFull) return
    this.#isPaused = true
    this.stream.pause()
    this.#init.backlog.onceFree(() => {
      this.#isPaused = false
      if (!this.#isClosed) this.stream.resume()
    })
  }

  #enqueue(frame: Uint8Array): void {
    const bytes = lengthPrefixed.single(frame)
    this.#unsent.push(bytes)
    this.#unsentBytes += bytes.byteLength
    if (this.#unsentBytes > MAX_UNSENT_BYTES) this.abort(new FrameStreamError('stalled', 'the peer reads too slowly'))
    else this.#write()
  }

  /** The peer read something, so the deadline starts anew. */
  #drained(): void {
    if (this.#isOpen) this.#disarmDeadline()
    this.#write()
  }

  #write(): void {
    try {
      while (this.#unsent.length > 0 && !this.#isClosed && !this.stream.writableNeedsDrain) {
        const bytes = this.#unsent.shift()
        if (bytes === undefined) break
        this.#unsentBytes -= bytes.byteLength
        this.stream.send(bytes)
      }
    } catch (error) {
      this.abort(new FrameStreamError('closed', 'the stream cannot be written', { cause: error }))
      return
    }
    if (!this.#isOpen || this.#isClosed) return
    if (!this.stream.writableNeedsDrain) {
      this.#disarmDeadline()
    } else if (this.#deadline === undefined) {
      this.#armDeadline(
        SEND_STALL_MS,
        () => new FrameStreamError('stalled', `the peer read nothing for ${SEND_STALL_MS} ms`),
      )
    }
  }

  #armDeadline(afterMs: number, error: () => Error): void {
    this.#disarmDeadline()
    this.#deadline = setTimeout(() => this.abort(error()), afterMs)
    this.#deadline.unref()
  }

  #disarmDeadline(): void {
    clearTimeout(this.#deadline)
    this.#deadline = undefined
  }

  #finish(error?: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#disarmDeadline()
    clearTimeout(this.#frameDeadline)
    this.#init.onUnfinished(0)
    this.#unsent.length = 0
    this.#unsentBytes = 0
    this.#init.onClose(error)
  }
}

/** Reads what a peer sent; whatever that throws is the peer's fault. */
export function readable<Content>(read: () => Content): Content {
  try {
    return read()
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause: unknown): FrameStreamError {
  return new FrameStreamError('bad-frame', 'an unreadable frame', { cause })
}

function flooded(cause?: Error): FrameStreamError {
  return new FrameStreamError('flooded', 'the peer sends faster than this node reads', { cause })
}

/**
 * Converts libp2p's error for a stream that received too much while it was paused; returns any other error
 * unchanged.
 */
function floodedOr(error: Error | undefined): Error | undefined {
  return error?.name === 'StreamBufferError' ? flooded(error) : error
}

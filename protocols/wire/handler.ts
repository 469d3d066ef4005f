/**
 * The libp2p shell of a Kith protocol: one long-lived stream per peer for all rooms. The peer with the smaller
 * id opens it; the other peer does so only if that takes too long. If both opened one, that of the smaller id
 * stays. The shell moves records in and out; the machine does everything else.
 */
import type { Connection, PeerId as Libp2pPeerId, Startable, Stream } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Backlog } from './backlog.ts'
import { FrameStream, FrameStreamError, readable } from './frame-stream.ts'
import type { PeerId } from './ids.ts'
import { HELLO_TIMEOUT_MS, MAX_REOPEN_DELAY_MS, OPEN_DELAY_MS, REOPEN_DELAY_MS } from './limits.ts'
import type { Hello } from './messages.ts'
import type { RecordCosts } from './pieces.ts'
import type { Unfinished } from './unfinished-frames.ts'

/** What a protocol needs of libp2p. */
export interface ProtocolComponents {
  peerId: Libp2pPeerId
  registrar: Registrar
  connectionManager: Pick<ConnectionManager, 'getConnections'>
}

export interface ProtocolInit<Record> {
  /** What waits to be processed, of all protocols of this node. */
  backlog: Backlog
  /** Whether streams with a peer are opened and accepted now. */
  isWelcome(peer: PeerId): boolean
  /** A peer's stream is open: both sides have sent a hello. */
  onPeerUp(peer: PeerId, hello: Hello): void
  /** `error`: why its stream ended, unless it was simply closed. */
  onPeerDown(peer: PeerId, error?: Error): void
  /** No stream to a peer could be opened, or it ended before both sides had sent a hello. It is tried again. */
  onOpenFailed(peer: PeerId, error: Error): void
  /**
   * Handles one frame. The promise resolves once its records have been processed, and rejects with the error of `read`
   * if it cannot be read. To read it costs time and many times its memory: a receiver does so when it handles it.
   */
  onFrame(from: PeerId, read: () => Record[]): Promise<void>
  /** A peer broke the framing; its stream was closed. `code` is for counting, `error` for a log. */
  onFault(peer: PeerId, code: string, error: Error): void
  /** This node could not handle a peer's stream or its records: a bug here, not the peer's fault. */
  onError(peer: PeerId, error: unknown): void
}

/** How the records of one protocol become frames, and what they cost. */
export interface ProtocolCodec<Record> extends RecordCosts<Record> {
  protocol: string
  hello: Hello
  /** Packs records into as few frames as fit, in a version that the peer speaks; without one, in the newest. */
  encodeFrames(records: readonly Record[], version?: number): Uint8Array[]
  /** Throws on anything that is not a frame of the protocol, or passes its limits. */
  decodeFrame(frame: Uint8Array): Record[]
  /** How many bytes of memory a frame takes once it is read, if it may be more than it has. */
  unpackedBytes?(frame: Uint8Array): number
}

interface Link {
  frames: FrameStream
  connection: Connection
  isOutbound: boolean
  isUp: boolean
  /** The highest in common, once it is up. */
  version?: number
}

interface PeerEntry {
  peerId: Libp2pPeerId
  link?: Link
  opening: boolean
  timer?: NodeJS.Timeout
  reopenDelayMs: number
}

/** A peer has more than one inbound stream only while one replaces another. */
const MAX_STREAMS_PER_CONNECTION = 4

/** Keeps one stream of a protocol open to every connected peer that speaks it, and moves records over it. */
export class ProtocolHandler<Record> implements Startable {
  readonly #components: ProtocolComponents
  readonly #codec: ProtocolCodec<Record>
  readonly #init: ProtocolInit<Record>
  readonly #peers = new Map<PeerId, PeerEntry>()
  #topologyId: string | undefined

  constructor(components: ProtocolComponents, codec: ProtocolCodec<Record>, init: ProtocolInit<Record>) {
    this.#components = components
    this.#codec = codec
    this.#init = init
  }

  async start(): Promise<void> {
    const { registrar } = this.#components
    const { protocol } = this.#codec
    await registrar.handle(protocol, (stream, connection) => this.#accept(stream, connection), {
      maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
      maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    })
    this.#topologyId = await registrar.register(protocol, {
      onConnect: (peer) => this.#connected(peer),
      onDisconnect: (peer) => this.#disconnected(peerIdOf(peer)),
    })
  }

  async stop(): Promise<void> {
    if (this.#topologyId !== undefined) this.#components.registrar.unregister(this.#topologyId)
    await this.#components.registrar.unhandle(this.#codec.protocol)
    for (const peer of [...this.#peers.keys()]) this.#disconnected(peer)
  }

  /** Sends records to a peer. If its stream is not open they are dropped, because its next `onPeerUp` starts anew. */
  send(peer: PeerId, records: readonly Record[]): void {
    const link = this.#peers.get(peer)?.link
    if (link?.isUp !== true) return
    try {
      for (const frame of this.#codec.encodeFrames(records, link.version)) link.frames.send(frame)
    } catch (cause) {
      // A bug of this node, which a peer may have brought about by what it said: its stream is lost, not the node.
      link.frames.abort(new FrameStreamError('internal', 'a record could not be sent', { cause }))
    }
  }

  /** Resets the stream of a peer that broke the protocol. */
  reset(peer: PeerId, reason: string): void {
    this.#peers.get(peer)?.link?.frames.abort(new FrameStreamError('bad-frame', reason))
  }

  /** Ends all streams; those with peers that are welcome are opened again soon. */
  closeStreams(reason: string): void {
    for (const { link } of this.#peers.values()) link?.frames.abort(new FrameStreamError('closed', reason))
  }

  /** When bytes last came from the peer, by `performance.now`; -Infinity if never. */
  lastReceivedMs(peer: PeerId): number {
    return this.#peers.get(peer)?.link?.frames.lastReceivedMs ?? -Infinity
  }

  #connected(peerId: Libp2pPeerId): void {
    const peer = peerIdOf(peerId)
    this.#openSoon(peer, this.#entry(peerId))
  }

  #disconnected(peer: PeerId): void {
    const entry = this.#peers.get(peer)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    this.#peers.delete(peer)
    if (entry.link !== undefined) this.#drop(peer, entry.link)
  }

  #entry(peerId: Libp2pPeerId): PeerEntry {
    const peer = peerIdOf(peerId)
    const entry = this.#peers.get(peer) ?? { peerId, opening: false, reopenDelayMs: REOPEN_DELAY_MS }
    this.#peers.set(peer, entry)
    return entry
  }

  /** Two peers may briefly have several connections, and libp2p does not tell which of them stays. */
  #connectionTo({ peerId }: PeerEntry): Connection | undefined {
    return this.#components.connectionManager.getConnections(peerId).find(({ status }) => status === 'open')
  }

  #openSoon(peer: PeerId, entry: PeerEntry): void {
    this.#scheduleOpen(peer, entry, this.#opensFirst(peer) ? 0 : OPEN_DELAY_MS)
  }

  #scheduleOpen(peer: PeerId, entry: PeerEntry, afterMs: number): void {
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      this.#open(peer, entry).catch((error: unknown) => this.#init.onError(peer, error))
    }, afterMs)
    entry.timer.unref()
  }

  async #open(peer: PeerId, entry: PeerEntry): Promise<void> {
    const connection = this.#connectionTo(entry)
    if (entry.link !== undefined || entry.opening || connection === undefined) return
    if (!this.#init.isWelcome(peer)) {
      this.#reopenLater(peer, entry)
      return
    }
    entry.opening = true
    let stream: Stream
    try {
      stream = await connection.newStream(this.#codec.protocol, { signal: AbortSignal.timeout(HELLO_TIMEOUT_MS) })
    } catch (error) {
      this.#openFailed(peer, entry, error instanceof Error ? error : new Error(String(error)))
      return
    } finally {
      entry.opening = false
    }
    if (this.#peers.get(peer) === entry) this.#adopt(peer, entry, stream, connection, true)
    else stream.abort(new FrameStreamError('closed', 'the peer is gone'))
  }

  #openFailed(peer: PeerId, entry: PeerEntry, error: Error): void {
    if (this.#peers.get(peer) !== entry) return
    // Not a failure if the last connection ended, or the peer has opened a stream meanwhile.
    const isFailure = entry.link === undefined && this.#connectionTo(entry) !== undefined
    if (isFailure) this.#init.onOpenFailed(peer, error)
    this.#reopenLater(peer, entry)
  }

  #accept(stream: Stream, connection: Connection): void {
    const { remotePeer } = connection
    const peer = peerIdOf(remotePeer)
    if (this.#init.isWelcome(peer)) this.#adopt(peer, this.#entry(remotePeer), stream, connection, false)
    else stream.abort(new FrameStreamError('closed', 'the peer was put aside'))
  }

  /** Uses a new stream for the peer, unless its current one should stay. */
  #adopt(peer: PeerId, entry: PeerEntry, stream: Stream, connection: Connection, isOutbound: boolean): void {
    const old = entry.link
    const isSameConnection = old?.connection === connection && old.connection.status === 'open'
    if (
      old !== undefined &&
      isSameConnection &&
      old.isOutbound !== isOutbound &&
      old.isOutbound === this.#opensFirst(peer)
    ) {
      stream.abort(new FrameStreamError('closed', 'there is a stream already'))
      return
    }
    const frames = new FrameStream(stream, {
      hello: this.#codec.hello,
      sizeBytesOf: (frame) => this.#codec.unpackedBytes?.(frame) ?? frame.length,
      backlog: this.#init.backlog.of(peer),
      onOpen: (hello, version) => {
        link.isUp = true
        link.version = version
        entry.reopenDelayMs = REOPEN_DELAY_MS
        this.#init.onPeerUp(peer, hello)
      },
      onFrame: (frame) => this.#init.onFrame(peer, () => readable(() => this.#codec.decodeFrame(frame))),
      onUnfinished: (bytes, wholeBytes) => this.#init.backlog.unfinished.set(peer, unfinished, bytes, wholeBytes),
      onClose: (error) => this.#closed(peer, link, error),
    })
    const unfinished: Unfinished = {
      giveUp: (reason) => frames.abort(new FrameStreamError('unfinished', reason)),
    }
    const link: Link = { frames, connection, isOutbound, isUp: false }
    entry.link = link
    if (old !== undefined) this.#drop(peer, old)
    frames.start()
  }

  #closed(peer: PeerId, link: Link, error: Error | undefined): void {
    if (error instanceof FrameStreamError) this.#tellWhy(peer, error)
    const wasUp = link.isUp
    if (wasUp) {
      link.isUp = false
      this.#init.onPeerDown(peer, error)
    }
    const entry = this.#peers.get(peer)
    if (entry?.link !== link) return
    delete entry.link
    if (link.connection.status === 'open') {
      if (wasUp) this.#reopenLater(peer, entry)
      else this.#openFailed(peer, entry, error ?? new Error('the peer closed the stream before it said hello'))
    } else if (this.#connectionTo(entry) !== undefined) this.#openSoon(peer, entry)
    else this.#disconnected(peer)
  }

  #tellWhy(peer: PeerId, error: FrameStreamError): void {
    if (error.code === 'internal') this.#init.onError(peer, error.cause)
    else if (error.code !== 'closed') this.#init.onFault(peer, error.code, error)
  }

  #reopenLater(peer: PeerId, entry: PeerEntry): void {
    this.#scheduleOpen(peer, entry, entry.reopenDelayMs)
    entry.reopenDelayMs = Math.min(2 * entry.reopenDelayMs, MAX_REOPEN_DELAY_MS)
  }

  /** Ends a stream that has been replaced, or whose peer is gone. */
  #drop(peer: PeerId, link: Link): void {
    if (link.isUp) {
      link.isUp = false
      this.#init.onPeerDown(peer)
    }
    link.frames.abort(new FrameStreamError('closed', 'the stream was replaced'))
  }

  #opensFirst(peer: PeerId): boolean {
    return peerIdOf(this.#components.peerId) < peer
  }
}

function peerIdOf(peer: Libp2pPeerId): PeerId {
  return peer.toString() as PeerId
}

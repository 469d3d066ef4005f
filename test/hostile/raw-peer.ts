/** A libp2p peer that speaks the Kith protocols by hand, as another implementation or an attacker may. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, PrivateKey, Stream } from '@libp2p/interface'
import { generateKeyPair, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { LengthPrefixedDecoder } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import * as batchSyncCodec from '../../protocols/batch-sync/codec.ts'
import { BATCH_SYNC_PROTOCOL } from '../../protocols/batch-sync/constants.ts'
import type { BatchSyncRecord } from '../../protocols/batch-sync/records.ts'
import * as ensureMapCodec from '../../protocols/ensure-map/codec.ts'
import { ENSURE_MAP_PROTOCOL } from '../../protocols/ensure-map/constants.ts'
import type { EnsureMapRecord } from '../../protocols/ensure-map/records.ts'
import * as roomStateCodec from '../../protocols/room-state/codec.ts'
import { ROOM_STATE_PROTOCOL } from '../../protocols/room-state/constants.ts'
import type { RoomStateRecord } from '../../protocols/room-state/records.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { Hello } from '../../protocols/wire/messages.ts'
import { proveRoom, topicKeyOf } from '../../protocols/wire/room-keys.ts'

/** Larger than any frame a node may send. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

const IDENTIFY_PROTOCOL = '/ipfs/id/1.0.0'

/** What a node's hello would be. */
export const HELLO = Hello.encode({ versions: [1], creditBytes: 1024 * 1024 })

/** One stream of bytes to a node, and the frames that came back. */
export class RawStream {
  readonly stream: Stream
  /** Frames received, the node's hello first. */
  readonly frames: Uint8Array[] = []
  isClosed = false

  constructor(stream: Stream) {
    this.stream = stream
    const decoder = new LengthPrefixedDecoder({ maxDataLength: MAX_ANSWER_BYTES, maxBufferSize: MAX_ANSWER_BYTES })
    stream.addEventListener('message', ({ data }) => {
      for (const frame of decoder.decode(data)) this.frames.push(frame.slice())
    })
    stream.addEventListener('close', () => {
      this.isClosed = true
    })
  }

  /** Sends bytes as they are, as fast as the node takes them; what a closed stream does not take is dropped. */
  async bytes(bytes: Uint8Array): Promise<void> {
    if (this.isClosed) return
    this.stream.send(bytes)
    // Once there was a `drain`, `onDrain` of libp2p 3.3 resolves at once for ever.
    while (this.stream.writableNeedsDrain && !this.isClosed) await delay(1)
  }

  frame(content: Uint8Array): Promise<void> {
    return this.bytes(lengthPrefixed.single(content).subarray())
  }

  async roomState(...records: RoomStateRecord[]): Promise<void> {
    for (const frame of roomStateCodec.encodeFrames(records)) await this.frame(frame)
  }

  async batchSync(...records: BatchSyncRecord[]): Promise<void> {
    for (const frame of batchSyncCodec.encodeFrames(records)) await this.frame(frame)
  }

  async ensureMap(...records: EnsureMapRecord[]): Promise<void> {
    for (const frame of ensureMapCodec.encodeFrames(records)) await this.frame(frame)
  }

  /** Records of all frames after the hello. */
  get roomStateRecords(): RoomStateRecord[] {
    return this.frames.slice(1).flatMap(roomStateCodec.decodeFrame)
  }

  get batchSyncRecords(): BatchSyncRecord[] {
    return this.frames.slice(1).flatMap(batchSyncCodec.decodeFrame)
  }

  get ensureMapRecords(): EnsureMapRecord[] {
    return this.frames.slice(1).flatMap(ensureMapCodec.decodeFrame)
  }
}

/** A peer connected to one node. */
export class RawPeer {
  readonly peer: PeerId
  readonly signer: Signer
  readonly connection: Connection
  readonly #libp2p: Libp2p
  readonly #node: PeerId
  /** Resolves once the node has asked this peer who it is, or has closed the connection. */
  readonly identified: Promise<void>

  constructor(libp2p: Libp2p, privateKey: PrivateKey, connection: Connection, identified: Promise<void>) {
    this.identified = identified
    this.#libp2p = libp2p
    this.connection = connection
    this.peer = libp2p.peerId.toString() as PeerId
    this.#node = connection.remotePeer.toString() as PeerId
    this.signer = signerOfSeed(privateKey.raw.subarray(0, 32))
  }

  /** Opens a stream without a word. */
  async open(protocol: string): Promise<RawStream> {
    return new RawStream(await this.connection.newStream(protocol))
  }

  /** Opens a room-state stream and says hello. */
  async roomState(): Promise<RawStream> {
    const stream = await this.open(ROOM_STATE_PROTOCOL)
    await stream.frame(HELLO)
    return stream
  }

  /** Opens a batch-sync stream and says hello. */
  async batchSync(hello = HELLO): Promise<RawStream> {
    const stream = await this.open(BATCH_SYNC_PROTOCOL)
    await stream.frame(hello)
    return stream
  }

  /** Opens an ensure-map stream and says hello. */
  async ensureMap(): Promise<RawStream> {
    const stream = await this.open(ENSURE_MAP_PROTOCOL)
    await stream.frame(HELLO)
    return stream
  }

  /** What shows the node that this peer knows a room. */
  metadata(room: RoomId, serial: number, frontier: DocumentId[] = []): RoomStateRecord {
    const proof = proveRoom(room, this.peer, this.#node)
    return {
      type: 'metadata',
      topic: topicKeyOf(room),
      serial,
      proof,
      frontier,
      clock: frontier.length,
      refusesDocuments: false,
      isNewestFirst: false,
    }
  }

  async stop(): Promise<void> {
    await this.#libp2p.stop()
  }
}

export interface RawPeerOptions {
  /** Multiaddrs that it names by identify as its own. Default: it does not speak identify. */
  announce?: readonly string[]
}

/**
 * Starts a raw peer and connects it to the node at an address. Without identify it has no list of
 * protocols, so the node opens no streams of its own, and takes all that the peer opens.
 */
export async function connectRawPeer(address: string, { announce }: RawPeerOptions = {}): Promise<RawPeer> {
  const privateKey = await generateKeyPair('Ed25519')
  const libp2p = await createLibp2p({
    privateKey,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  })
  const identified = Promise.withResolvers<void>()
  if (announce !== undefined) {
    const message = identifyMessage(publicKeyToProtobuf(privateKey.publicKey), announce)
    await libp2p.handle(IDENTIFY_PROTOCOL, async (stream) => {
      stream.send(lengthPrefixed.single(message))
      await stream.close()
      identified.resolve()
    })
  }
  try {
    const connection = await libp2p.dial(multiaddr(address))
    connection.addEventListener('close', () => identified.resolve())
    return new RawPeer(libp2p, privateKey, connection, identified.promise)
  } catch (error) {
    await libp2p.stop()
    throw error
  }
}

/** What identify says: https://github.com/libp2p/specs/blob/master/identify/README.md */
function identifyMessage(publicKey: Uint8Array, addresses: readonly string[]): Uint8Array {
  const field = (number: number, bytes: Uint8Array): Uint8Array =>
    Buffer.concat([Uint8Array.of((number << 3) | 2), lengthPrefixed.single(bytes).subarray()])
  const listen = addresses.map((address) => field(2, multiaddr(address).bytes))
  return Buffer.concat([field(1, publicKey), ...listen])
}

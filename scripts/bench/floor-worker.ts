/** A process that does the bare minimum of a node's work, as a floor for the figures. */
import { noise } from '@libp2p/noise'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { BlockTable } from './block-table.ts'
import { longestBlockMs, watchBlocking } from './blocking.ts'
import { sharedNowMs } from './clock.ts'
import { paced } from './paced.ts'
import { serve } from './rpc.ts'
import { bareSigner } from './bare-signer.ts'

const ECHO_PROTOCOL = '/kith-bench/echo/1.0.0'
const KEEP_PROTOCOL = '/kith-bench/keep/1.0.0'
const COUNT_PROTOCOL = '/kith-bench/count/1.0.0'

/** The size of one write to a stream: larger ones are no faster. */
const FRAME_BYTES = 64 * 1024

let libp2p: Libp2p | undefined

const methods = {
  /** Listens on loopback and returns the address. Echoes streams, and stores the blocks that arrive on others. */
  async listen(databasePath: string, blockBytes: number): Promise<string> {
    const node = await startLibp2p(['/ip4/127.0.0.1/tcp/0'])
    const table = new BlockTable(databasePath)
    await node.handle(ECHO_PROTOCOL, (stream) => {
      stream.addEventListener('message', ({ data }) => void stream.send(data))
    })
    await node.handle(KEEP_PROTOCOL, (stream) => keepBlocks(stream, table, blockBytes))
    watchBlocking()
    return node.getMultiaddrs()[0]?.toString() ?? ''
  },

  longestBlockMs,

  /** Listens on loopback and returns the address. Counts the bytes of each stream, and says when the announced number has arrived. */
  async listenAndCount(expectedBytes: number): Promise<string> {
    const node = await startLibp2p(['/ip4/127.0.0.1/tcp/0'])
    await node.handle(COUNT_PROTOCOL, (stream) => {
      let receivedBytes = 0
      stream.addEventListener('message', ({ data }) => {
        receivedBytes += data.byteLength
        if (receivedBytes === expectedBytes) stream.send(Uint8Array.of(1))
      })
    })
    return node.getMultiaddrs()[0]?.toString() ?? ''
  },

  /** Sends bytes; returns the milliseconds until the other side has all of them. */
  async stream(address: string, sizeBytes: number): Promise<number> {
    const connection = await dial(address)
    const startedMs = sharedNowMs()
    const stream = await connection.newStream(COUNT_PROTOCOL)
    const counted = Promise.withResolvers<void>()
    stream.addEventListener('message', () => counted.resolve())
    const frame = Buffer.alloc(FRAME_BYTES, 7)
    for (let sent = 0; sent < sizeBytes; sent += FRAME_BYTES) if (!stream.send(frame)) await stream.onDrain()
    await counted.promise
    return sharedNowMs() - startedMs
  },

  /** Sends small messages at a steady pace; returns each one's round trip in milliseconds. */
  async roundTrips(address: string, count: number, perSecond: number, sizeBytes: number): Promise<number[]> {
    const stream = await (await dial(address)).newStream(ECHO_PROTOCOL)
    const roundTripsMs: number[] = []
    const sentAtMs: number[] = []
    const done = Promise.withResolvers<void>()
    let receivedBytes = 0
    stream.addEventListener('message', ({ data }) => {
      receivedBytes += data.byteLength
      while (receivedBytes >= sizeBytes * (roundTripsMs.length + 1)) {
        roundTripsMs.push(sharedNowMs() - (sentAtMs[roundTripsMs.length] ?? 0))
      }
      if (roundTripsMs.length === count) done.resolve()
    })
    await paced(count, perSecond, () => {
      sentAtMs.push(sharedNowMs())
      stream.send(new Uint8Array(sizeBytes))
    })
    await done.promise
    return roundTripsMs
  },

  /** Sends blocks; returns the milliseconds until the other side has hashed and stored all of them. */
  async transfer(address: string, count: number, blockBytes: number): Promise<number> {
    const startedMs = sharedNowMs()
    const stream = await (await dial(address)).newStream(KEEP_PROTOCOL)
    const kept = Promise.withResolvers<void>()
    stream.addEventListener('message', () => kept.resolve())
    const perFrame = Math.floor(FRAME_BYTES / blockBytes)
    for (let sent = 0; sent < count; sent += perFrame) {
      const blocks = Array.from({ length: Math.min(perFrame, count - sent) }, (_, i) => blockOf(sent + i, blockBytes))
      if (!stream.send(Buffer.concat(blocks))) await stream.onDrain()
    }
    stream.send(blockOf(-1, blockBytes)) // the end
    await kept.promise
    return sharedNowMs() - startedMs
  },

  /** Signs and stores blocks, several per commit; returns the milliseconds. */
  signAndStore(databasePath: string, count: number, blockBytes: number, perCommit: number): number {
    const table = new BlockTable(databasePath)
    const sign = bareSigner()
    const startedMs = sharedNowMs()
    for (let done = 0; done < count; done += perCommit) {
      const blocks = Array.from({ length: Math.min(perCommit, count - done) }, (_, i) => blockOf(done + i, blockBytes))
      for (const block of blocks) sign(block)
      table.insert(blocks)
    }
    table.close()
    return sharedNowMs() - startedMs
  },
}

/** The methods of a floor's process. */
export type FloorWorker = typeof methods

async function startLibp2p(listen: string[]): Promise<Libp2p> {
  libp2p = await createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  })
  return libp2p
}

async function dial(address: string): Promise<Connection> {
  const node = libp2p ?? (await startLibp2p([]))
  return node.dial(multiaddr(address))
}

/** Distinct blocks of a fixed size. The number -1 stands for the end. */
function blockOf(number: number, blockBytes: number): Uint8Array {
  const block = Buffer.alloc(blockBytes)
  block.writeInt32BE(number)
  return block
}

function keepBlocks(stream: Stream, table: BlockTable, blockBytes: number): void {
  let rest: Uint8Array = new Uint8Array(0)
  stream.addEventListener('message', ({ data }) => {
    const bytes = Buffer.concat([rest, data.subarray()])
    const whole = Math.floor(bytes.length / blockBytes)
    const blocks = Array.from({ length: whole }, (_, i) => bytes.subarray(i * blockBytes, (i + 1) * blockBytes))
    rest = bytes.subarray(whole * blockBytes)
    const hasEnded = blocks.at(-1)?.readInt32BE() === -1
    table.insert(hasEnded ? blocks.slice(0, -1) : blocks)
    if (hasEnded) stream.send(Uint8Array.of(1))
  })
}

serve(methods)

/** One stream per peer, whatever happens to the connections below it. */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { peerIdFromString } from '@libp2p/peer-id'
import { streamPair } from '@libp2p/utils'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { beforeEach, expect, it, vi } from 'vitest'
import { Backlog } from '../../../../protocols/wire/backlog.ts'
import { ProtocolHandler, type ProtocolComponents } from '../../../../protocols/wire/handler.ts'
import type { PeerId as KithPeerId } from '../../../../protocols/wire/ids.ts'
import { MAX_UNPROCESSED_BYTES } from '../../../../protocols/wire/limits.ts'
import { Hello } from '../../../../protocols/wire/messages.ts'

const [self, peer] = [
  '12D3KooWBXu3uGPMkjjxViK6autSnFH5QaKJgTwW8CaSxYSD6yYL',
  '12D3KooWQ4R48RzVkbYXmvGVYdYmBiHs7hFTQHUh3FAuiF7FZmgC',
]
  .toSorted()
  .map((text) => peerIdFromString(text)) as [PeerId, PeerId] // the smaller one opens streams
const hello: Hello = { versions: [1], creditBytes: 0 }

interface FakeConnection {
  connection: Connection
  /** Far ends of the streams that were opened on it. */
  opened: Stream[]
  /** A stream that the peer opens on it. */
  accept(): Promise<Stream>
  close(): void
}

let connections: Connection[]
let log: string[]
/** Called with each frame that comes, and then with what it says. */
let decodeFrame: (frame: Uint8Array) => string[]
let isWelcome: boolean
let backlog: Backlog
/** In which version something was sent. */
let versions: (number | undefined)[]
/** What a frame takes once it is read. */
let unpackedBytes: number
let handler: ProtocolHandler<string>
/** Called with what a frame says, once its turn comes. */
let onRecords: (records: string[]) => Promise<void>
/** What opening a stream fails with. */
let refusal: Error | undefined
let onConnect: (connection: Connection) => void
let onStream: (stream: Stream, connection: Connection) => void

function connect(): FakeConnection {
  const opened: Stream[] = []
  const streams: Stream[] = []
  const connection = {
    ...{ remotePeer: peer, status: 'open' },
    async newStream() {
      if (refusal !== undefined) throw refusal
      const [near, far] = await streamPair()
      streams.push(near)
      opened.push(far)
      return near
    },
  } as unknown as Connection & { status: string }
  connections.push(connection)
  onConnect(connection)
  return {
    connection,
    opened,
    async accept() {
      const [near, far] = await streamPair()
      streams.push(near)
      onStream(near, connection)
      return far
    },
    close() {
      connection.status = 'closed'
      for (const stream of streams) stream.abort(new Error('the connection closed'))
    },
  }
}

const sendFrame = (far: Stream): void => void far.send(lengthPrefixed.single(Uint8Array.of(1)))
const greet = (far: Stream, speaks = [1]): void =>
  void far.send(lengthPrefixed.single(Hello.encode({ ...hello, versions: speaks })))

beforeEach(async () => {
  connections = []
  log = []
  decodeFrame = () => []
  onRecords = async () => undefined
  isWelcome = true
  backlog = new Backlog(() => false)
  versions = []
  unpackedBytes = 1
  refusal = undefined
  const registrar: Partial<Registrar> = {
    handle: async (_protocol, handler) => {
      onStream = (stream, connection) => (handler as typeof onStream)(stream, connection)
    },
    register: async (_protocol, topology) => {
      onConnect = (connection) => void topology.onConnect?.(peer, connection)
      return 'topology'
    },
    unregister: () => undefined,
    unhandle: async () => undefined,
  }
  const components = { peerId: self, registrar, connectionManager: { getConnections: () => connections } }
  const codec = {
    protocol: '/test/1',
    hello: { ...hello, versions: [1, 2] },
    ...{ stepsOf: () => 1, split: (record: string) => [record] },
    encodeFrames: ([record]: readonly string[], version?: number) => {
      versions.push(version)
      if (record === 'too large') throw new RangeError('no form for that')
      return []
    },
    unpackedBytes: () => unpackedBytes,
    decodeFrame: (frame: Uint8Array) => decodeFrame(frame),
  }
  handler = new ProtocolHandler(components as unknown as ProtocolComponents, codec, {
    onPeerUp: () => log.push('up'),
    onPeerDown: () => log.push('down'),
    onOpenFailed: (_peer, error) => log.push(`not open: ${error.message}`),
    backlog,
    isWelcome: () => isWelcome,
    onFrame: async (_from, read) => onRecords(read()),
    onFault: (_peer, code, error) => log.push(`${code}: ${String(error.cause)}`),
    onError: (_peer, error) => log.push(`failed: ${String(error)}`),
  })
  await handler.start()
  return () => handler.stop()
})

it.each([
  [[1], 1],
  [[2, 1, 3], 2],
])('a peer that speaks versions %j is sent version %i', async (speaks, version) => {
  const { opened } = connect()
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  greet(opened[0]!, speaks)
  await vi.waitFor(() => expect(log).toEqual(['up']))
  handler.send(peer.toString() as KithPeerId, ['a record'])
  expect(versions).toEqual([version])
})

it('a frame counts from its arrival on as what it takes once it is read', async () => {
  const { opened } = connect()
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  const share = backlog.of(peer.toString() as KithPeerId)
  const handled = Promise.withResolvers<void>()
  onRecords = () => handled.promise
  unpackedBytes = MAX_UNPROCESSED_BYTES + 1
  greet(opened[0]!)
  sendFrame(opened[0]!)
  await vi.waitFor(() => expect(share.isFull).toBe(true))
  handled.resolve()
  await vi.waitFor(() => expect(share.isFull).toBe(false))
})

it('a stream that ends with its connection is reopened on another existing one', async () => {
  const staying = connect()
  await vi.waitFor(() => expect(staying.opened).toHaveLength(1))
  greet(staying.opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up']))
  const surplus = connect()
  greet(await surplus.accept())
  await vi.waitFor(() => expect(log).toEqual(['up', 'down', 'up']))
  surplus.close()
  await vi.waitFor(() => expect(staying.opened).toHaveLength(2))
  greet(staying.opened[1]!)
  await vi.waitFor(() => expect(log).toEqual(['up', 'down', 'up', 'down', 'up']))
})

it('a lost stream is reopened even if the last connection was another one', async () => {
  const staying = connect()
  await vi.waitFor(() => expect(staying.opened).toHaveLength(1))
  greet(staying.opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up']))
  connect().close()
  staying.opened[0]!.abort(new Error('lost'))
  await vi.waitFor(() => expect(staying.opened).toHaveLength(2), { timeout: 5_000 })
  greet(staying.opened[1]!)
  await vi.waitFor(() => expect(log).toEqual(['up', 'down', 'up']))
})

it('nothing is opened to a peer whose last connection is gone', async () => {
  const only = connect()
  await vi.waitFor(() => expect(only.opened).toHaveLength(1))
  greet(only.opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up']))
  only.close()
  await vi.waitFor(() => expect(log).toEqual(['up', 'down']))
  const next = connect()
  await vi.waitFor(() => expect(next.opened).toHaveLength(1))
  expect(only.opened).toHaveLength(1)
})

it('a stream that cannot be opened is told, and tried again', async () => {
  refusal = new Error('no such protocol')
  const only = connect()
  await vi.waitFor(() => expect(log).toEqual(['not open: no such protocol']))
  refusal = undefined
  await vi.waitFor(() => expect(only.opened).toHaveLength(1), { timeout: 5_000 })
  greet(only.opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['not open: no such protocol', 'up']))
})

it('a stream that cannot be opened is no failure where the peer opened one meanwhile', async () => {
  const { promise: opening, reject } = Promise.withResolvers<never>()
  const only = connect()
  const newStream = vi.spyOn(only.connection, 'newStream').mockReturnValue(opening)
  await vi.waitFor(() => expect(newStream).toHaveBeenCalled())
  greet(await only.accept())
  await vi.waitFor(() => expect(log).toEqual(['up']))
  reject(new Error('too many streams'))
  await expect(opening).rejects.toThrow('too many streams')
  await new Promise(setImmediate)
  expect(log).toEqual(['up'])
})

it('a stream that ends before the hello was not opened', async () => {
  const only = connect()
  await vi.waitFor(() => expect(only.opened).toHaveLength(1))
  only.opened[0]!.abort(new Error('reset'))
  await vi.waitFor(() => expect(log).toEqual([expect.stringMatching(/^not open: /)]))
})

it('a stream that ends with the last connection before the hello is no failure', async () => {
  const only = connect()
  await vi.waitFor(() => expect(only.opened).toHaveLength(1))
  only.close()
  const next = connect()
  await vi.waitFor(() => expect(next.opened).toHaveLength(1))
  greet(next.opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up']))
})

it('a frame that cannot be read is the fault of its sender, whatever error the decoder throws', async () => {
  decodeFrame = () => {
    throw new TypeError('not a number')
  }
  const { opened } = connect()
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  greet(opened[0]!)
  sendFrame(opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up', 'bad-frame: TypeError: not a number', 'down']))
})

it('records that cannot be processed are a fault of this node', async () => {
  onRecords = () => {
    throw new TypeError('x is no function')
  }
  const { opened } = connect()
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  greet(opened[0]!)
  sendFrame(opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up', 'failed: TypeError: x is no function', 'down']))
})

it('records that cannot be encoded cost the stream, not the node', async () => {
  const { opened } = connect()
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  greet(opened[0]!)
  await vi.waitFor(() => expect(log).toEqual(['up']))
  handler.send(peer.toString() as KithPeerId, ['too large'])
  await vi.waitFor(() => expect(log).toEqual(['up', 'failed: RangeError: no form for that', 'down']))
})

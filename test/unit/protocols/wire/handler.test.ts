/** One stream per peer, whatever happens to the connections below it. */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { peerIdFromString } from '@libp2p/peer-id'
import { streamPair } from '@libp2p/utils'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { beforeEach, expect, it, vi } from 'vitest'
import { ProtocolHandler, type ProtocolComponents } from '../../../../protocols/wire/handler.ts'
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
let onConnect: (connection: Connection) => void
let onStream: (stream: Stream, connection: Connection) => void

function connect(): FakeConnection {
  const opened: Stream[] = []
  const streams: Stream[] = []
  const connection = {
    ...{ remotePeer: peer, status: 'open' },
    async newStream() {
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

const greet = (far: Stream): void => void far.send(lengthPrefixed.single(Hello.encode(hello)))

beforeEach(async () => {
  connections = []
  log = []
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
  const codec = { protocol: '/test/1', hello, encodeFrames: () => [], decodeFrame: () => [] }
  const handler = new ProtocolHandler(components as unknown as ProtocolComponents, codec, {
    onPeerUp: () => log.push('up'),
    onPeerDown: () => log.push('down'),
    onRecords: async () => undefined,
    onFault: (_peer, code) => log.push(code),
  })
  await handler.start()
  return () => handler.stop()
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

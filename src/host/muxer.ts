/**
 * Yamux, without an error that ends the process, and without most of its window updates. It sends the first frame of a
 * stream in a microtask, and if the connection is closed before that, as when one failure ends several connections,
 * nobody can catch what this throws. And it answers each frame of data with one that widens the window again, which
 * costs both sides as much as a short message does: others do that once half of the window is used.
 *
 * Source: https://github.com/hashicorp/yamux/blob/v0.1.2/stream.go (sendWindowUpdate)
 */
import type { Stream } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'

/** What all connections of libp2p have, although their interface does not say so. */
interface Written {
  writeStatus: 'writable' | 'paused' | 'closing' | 'closed'
}

/** What a stream of Yamux has, although its type is not public. */
interface Windowed extends Stream {
  /** The first window update of a stream opens it, or says that it is open. */
  state: number
  recvWindow: number
  recvWindowCapacity: number
  sendWindowUpdate(): void
}

/** The same of a muxer: it creates the streams of both sides. */
interface Streaming {
  _newStream(id: number, state: number, direction: 'inbound' | 'outbound'): Windowed
}

type Muxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>

/** Yamux's names for streams that have not sent their first frame. */
const INIT = 0
const SYN_RECEIVED = 2

export function muxer(): ReturnType<typeof yamux> {
  const create = yamux()
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => {
      const created = createStreamMuxer(connection)
      dropFramesOfClosed(created, connection as unknown as Written)
      updateWindowsSeldom(created as unknown as Streaming)
      return created
    }
    return factory
  }
}

function dropFramesOfClosed(created: Muxer, connection: Written): void {
  const send = created.send.bind(created)
  // The streams learn of the end by the connection's event; until then, their frames go nowhere.
  created.send = (frame) => isWritable(connection) && send(frame)
}

function isWritable({ writeStatus }: Written): boolean {
  return writeStatus !== 'closed' && writeStatus !== 'closing'
}

function updateWindowsSeldom(created: Streaming): void {
  const newStream = created._newStream.bind(created)
  created._newStream = (...init) => {
    const stream = newStream(...init)
    const update = stream.sendWindowUpdate.bind(stream)
    stream.sendWindowUpdate = () => {
      const isOpening = stream.state === INIT || stream.state === SYN_RECEIVED
      if (isOpening || stream.recvWindowCapacity <= stream.recvWindow / 2) update()
    }
    return stream
  }
}

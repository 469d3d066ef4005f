/**
 * Yamux, without an error that ends the process: it sends the first frame of a stream in a microtask, and if the
 * connection is closed before that, as when one failure ends several connections, nobody can catch what this throws.
 */
import { yamux } from '@libp2p/yamux'

/** What all connections of libp2p have, although their interface does not say so. */
interface Written {
  writeStatus: 'writable' | 'paused' | 'closing' | 'closed'
}

export function muxer(): ReturnType<typeof yamux> {
  const create = yamux()
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => {
      const created = createStreamMuxer(connection)
      const send = created.send.bind(created)
      // The streams learn of the end by the connection's event; until then, their frames go nowhere.
      created.send = (frame) => isWritable(connection as unknown as Written) && send(frame)
      return created
    }
    return factory
  }
}

function isWritable({ writeStatus }: Written): boolean {
  return writeStatus !== 'closed' && writeStatus !== 'closing'
}

/**
 * Noise, with each message in one write. The library passes on a message and its two bytes of length as two pieces, and
 * TCP sends each piece at once: that is a second call of the system for whoever sends, and a second wake-up for whoever
 * receives, which take longer than a short message itself.
 */
import type { MessageStream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { noiseCrypto } from './noise-crypto.ts'

export function encrypter(): ReturnType<typeof noise> {
  const create = noise({ crypto: noiseCrypto })
  return (components) => {
    const created = create(components)
    const secureInbound = created.secureInbound.bind(created)
    const secureOutbound = created.secureOutbound.bind(created)
    created.secureInbound = (connection, options) => secureInbound(inOneWrite(connection), options)
    created.secureOutbound = (connection, options) => secureOutbound(inOneWrite(connection), options)
    return created
  }
}

/** A copy takes a fraction of what a write does. */
function inOneWrite(connection: MessageStream): MessageStream {
  const send = connection.send.bind(connection)
  connection.send = (pieces) => send(pieces.subarray())
  return connection
}

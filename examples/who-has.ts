/**
 * A protocol of your own next to Kith's: it asks all connected peers which of them have something. It is
 * a plain libp2p service and does not depend on Kith, which mounts it on its host:
 *
 *     const node = await createNode({ services: { whoHas: whoHas((name) => shelf.has(name)) } })
 *     await node.services.whoHas.ask('flour') // peer ids
 *
 * On the wire, each query is a stream: a name one way, one byte back.
 */
import type { Connection, Startable, Stream } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import { lpStream } from '@libp2p/utils'

const PROTOCOL = '/example/who-has/1.0.0'
/** The most that a peer can make us read and keep: a long name. */
const MAX_NAME_BYTES = 256
/** A peer that has not answered by then is ignored. */
const TIMEOUT_MS = 5_000
const YES = 1

/** What the service needs of libp2p. */
interface Components {
  registrar: Registrar
  connectionManager: ConnectionManager
}

export class WhoHas implements Startable {
  readonly #components: Components
  readonly #has: (name: string) => boolean

  constructor(components: Components, has: (name: string) => boolean) {
    this.#components = components
    this.#has = has
  }

  async start(): Promise<void> {
    await this.#components.registrar.handle(PROTOCOL, (stream) => this.#answer(stream))
  }

  async stop(): Promise<void> {
    await this.#components.registrar.unhandle(PROTOCOL)
  }

  /** Peer ids of those connected now that have it. */
  async ask(name: string): Promise<string[]> {
    const connections = this.#components.connectionManager.getConnections()
    // A peer that does not speak the protocol, or does not answer, has nothing for us.
    const answers = await Promise.allSettled(connections.map((connection) => this.#askOne(connection, name)))
    return connections.flatMap(({ remotePeer }, index) => {
      const answer = answers[index]
      return answer?.status === 'fulfilled' && answer.value ? [remotePeer.toString()] : []
    })
  }

  async #askOne(connection: Connection, name: string): Promise<boolean> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const stream = await connection.newStream(PROTOCOL, { signal })
    const frames = lpStream(stream, { maxDataLength: MAX_NAME_BYTES })
    await frames.write(new TextEncoder().encode(name), { signal })
    const answer = await frames.read({ signal })
    await stream.close({ signal })
    return answer.get(0) === YES
  }

  async #answer(stream: Stream): Promise<void> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const frames = lpStream(stream, { maxDataLength: MAX_NAME_BYTES })
    const name = new TextDecoder().decode((await frames.read({ signal })).subarray())
    await frames.write(Uint8Array.of(this.#has(name) ? YES : 0), { signal })
    await stream.close({ signal })
  }
}

/** Creates the service; `has` answers the queries of others. */
export function whoHas(has: (name: string) => boolean): (components: Components) => WhoHas {
  return (components) => new WhoHas(components, has)
}

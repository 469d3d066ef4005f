/** Relays a TCP connection and counts its bytes. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** The port of a multiaddr, and what surrounds it. */
const PORT = /\/tcp\/(\d+)/

export class CountingProxy {
  /** The address behind the proxy, with the proxy's port. */
  readonly address: string
  readonly #server: Server
  #bytes = 0

  private constructor(server: Server, target: string) {
    this.#server = server
    const { port } = server.address() as AddressInfo
    this.address = target.replace(PORT, `/tcp/${port}`)
    server.on('connection', (socket) => {
      const onward = connect(Number(PORT.exec(target)?.[1]), '127.0.0.1')
      this.#pipe(socket, onward)
      this.#pipe(onward, socket)
    })
  }

  /** A proxy on loopback in front of a loopback multiaddr. */
  static async to(target: string): Promise<CountingProxy> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new CountingProxy(server, target)
  }

  /** Bytes relayed so far, in both directions, without TCP and IP headers. */
  get bytes(): number {
    return this.#bytes
  }

  close(): void {
    this.#server.close()
  }

  #pipe(from: Socket, to: Socket): void {
    from.setNoDelay(true)
    from.on('data', (chunk) => {
      this.#bytes += chunk.length
      to.write(chunk)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}

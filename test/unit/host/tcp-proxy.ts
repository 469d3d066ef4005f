import { createServer, connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

export interface TcpProxy {
  /** Multiaddr of the proxy. */
  readonly address: string
  /** Cuts the link like an unplugged cable: nothing passes, nothing is closed. */
  cut(): void
  /** Lets connections made from now on through. */
  heal(): void
}

/** A TCP proxy on loopback in front of a port; it ends with the test. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let whole = true
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    keep(near)
    if (!whole) {
      near.pause()
      return
    }
    const far = connect(port, '127.0.0.1')
    keep(far)
    near.on('data', (bytes) => whole && far.write(bytes))
    far.on('data', (bytes) => whole && near.write(bytes))
    near.on('close', () => whole && far.destroy())
    far.on('close', () => whole && near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    address: `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`,
    cut: () => void (whole = false),
    heal: () => {
      for (const socket of sockets) socket.destroy()
      whole = true
    },
  }
}

/** A TCP proxy whose answers can be slow, or wait. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

const TICK_MS = 20

export interface SlowLink {
  /** Multiaddr of the proxy. */
  readonly address: string
  /** Bytes from the port that pass in a second from now on; 0: they wait. */
  setRate(bytesPerSecond: number): void
}

/** A proxy on loopback in front of a port, which ends with the test. */
export async function startSlowLink(port: number, bytesPerSecond: number): Promise<SlowLink> {
  let rate = bytesPerSecond
  const ends: (() => void)[] = []
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    let waiting = Buffer.alloc(0)
    near.pipe(far)
    far.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes])
      far.pause()
    })
    const timer = setInterval(() => {
      const bytes = Math.floor(Math.min(waiting.length, (rate * TICK_MS) / 1000))
      if (bytes > 0) near.write(waiting.subarray(0, bytes))
      waiting = waiting.subarray(bytes)
      if (waiting.length === 0) far.resume()
    }, TICK_MS)
    const end = (): void => {
      clearInterval(timer)
      near.destroy()
      far.destroy()
    }
    ends.push(end)
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const end of ends) end()
    server.close()
  })
  return {
    address: `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`,
    setRate: (next) => void (rate = next),
  }
}

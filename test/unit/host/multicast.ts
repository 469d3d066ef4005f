import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const GROUP = '224.0.0.251'
const PROBE_PORT = 15_350
const PROBE_TIMEOUT_MS = 2_000

/** Why multicast over loopback does not work on this machine; undefined if it does. */
export async function multicastReason(): Promise<string | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(PROBE_PORT)
    await once(socket, 'listening')
    socket.addMembership(GROUP, '127.0.0.1')
    const received = once(socket, 'message', { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
    await Promise.all([received, sendMulticast(PROBE_PORT, Buffer.from('probe'))])
    return undefined
  } catch (error) {
    return `multicast over loopback does not work here: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    socket.close()
  }
}

/** Sends a datagram to the mDNS group over loopback. */
export async function sendMulticast(port: number, payload: Uint8Array): Promise<void> {
  const socket = createSocket('udp4')
  try {
    socket.bind(0)
    await once(socket, 'listening')
    socket.setMulticastInterface('127.0.0.1')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.send(payload, port, GROUP, (error) => (error === null ? resolve() : reject(error)))
    await promise
  } finally {
    socket.close()
  }
}

/** Opens a TCP connection and closes it at once: whether a port can be reached, and if not, why. */
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { monotonicMs } from '../runtime/clock.ts'

/** `forbidden`: this machine's own firewall rejects it. */
export type TcpOutcome = 'open' | 'refused' | 'no-route' | 'no-answer' | 'forbidden' | 'other'

export interface TcpResult {
  outcome: TcpOutcome
  /** The system's code, such as `ECONNREFUSED`; empty if there is none. */
  code: string
  tookMs: number
}

const CODES: Readonly<Record<string, TcpOutcome>> = {
  ...{ ECONNREFUSED: 'refused', ECONNRESET: 'refused', ETIMEDOUT: 'no-answer' },
  ...{ EHOSTUNREACH: 'no-route', ENETUNREACH: 'no-route', EHOSTDOWN: 'no-route', EADDRNOTAVAIL: 'no-route' },
  ...{ EACCES: 'forbidden', EPERM: 'forbidden' },
}

/** `host` is an IP address or a name. Never rejects. */
export function dialTcp(host: string, port: number, timeoutMs: number): Promise<TcpResult> {
  const startMs = monotonicMs()
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (outcome: TcpOutcome, code = ''): void => {
      socket.destroy()
      resolve({ outcome, code, tookMs: monotonicMs() - startMs })
    }
    socket.setTimeout(timeoutMs, () => end('no-answer'))
    socket.once('connect', () => end('open'))
    socket.once('error', (error: NodeJS.ErrnoException) => end(CODES[error.code ?? ''] ?? 'other', error.code))
  })
}

/**
 * The address of this machine from which packets to an IP address go, by the system's routes; undefined if there is no
 * route. Sends nothing: a datagram socket is connected by looking up the route only.
 */
export function routeTo(ip: string): Promise<string | undefined> {
  const socket = createSocket(isIPv6(ip) ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    const end = (from: string | undefined): void => {
      socket.close()
      resolve(from)
    }
    socket.once('error', () => end(undefined))
    // The port means nothing here.
    socket.connect(9, ip, () => end(socket.address().address))
  })
}

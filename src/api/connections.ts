/**
 * The API's connections. Any program of this machine can open one without the token, so those that have
 * not shown it are few and short-lived, and the oldest of them gives way to a new one: they can neither keep
 * the user's own programs out nor take the descriptors that the node needs.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from './accounts.ts'
import { ApiError } from './errors.ts'

/**
 * Connections that have not shown the token. A program that has it shows it in its first bytes, so these are
 * far more than start at once, and a quarter of the 256 descriptors that some systems give a process.
 */
export const MAX_UNPROVEN_CONNECTIONS = 64
/** More than all programs of one user need: each runs one call or stream at a time on a connection. */
const MAX_PROVEN_CONNECTIONS = 256
/** Time for the first headers with the token; a local program that was suspended may come again. */
const PROOF_TIMEOUT_MS = 5_000

export class ApiConnections {
  /** Oldest first, each with the deadline for its token. */
  readonly #unproven = new Map<Socket, NodeJS.Timeout>()
  readonly #proven = new Set<Socket>()
  readonly #proofTimeoutMs: number
  readonly #perAddress: number
  readonly #byNetwork = new Map<string, number>()
  /** Those that are open, by where they come from: with TLS, requests have another socket than their connection. */
  readonly #byOrigin = new Map<string, Socket>()

  /** `perAddress`: connections of one address, or of one network of IPv6, of which more are closed at once. */
  constructor(server: Server, { proofTimeoutMs = PROOF_TIMEOUT_MS, perAddress = Infinity } = {}) {
    this.#proofTimeoutMs = proofTimeoutMs
    this.#perAddress = perAddress
    server.on('connection', (socket: Socket) => this.#opened(socket))
  }

  /** A request on this connection carried the token. Throws an ApiError `busy` if too many do. */
  prove(asking: Socket): void {
    const socket = this.#byOrigin.get(originOf(asking))
    // It is closed already.
    if (socket === undefined) return
    if (this.#proven.has(socket)) return
    if (this.#proven.size >= MAX_PROVEN_CONNECTIONS) {
      throw new ApiError('busy', `${MAX_PROVEN_CONNECTIONS} connections to this API are open; close one first.`)
    }
    this.#forget(socket)
    this.#proven.add(socket)
  }

  #opened(socket: Socket): void {
    const network = networkOf(socket.remoteAddress ?? '')
    const ofNetwork = 1 + (this.#byNetwork.get(network) ?? 0)
    if (ofNetwork > this.#perAddress) return void socket.destroy()
    this.#byNetwork.set(network, ofNetwork)
    socket.once('close', () => {
      const left = (this.#byNetwork.get(network) ?? 1) - 1
      if (left > 0) this.#byNetwork.set(network, left)
      else this.#byNetwork.delete(network)
    })
    const origin = originOf(socket)
    this.#byOrigin.set(origin, socket)
    const deadline = setTimeout(() => socket.destroy(), this.#proofTimeoutMs)
    this.#unproven.set(socket, deadline.unref())
    socket.once('close', () => {
      this.#forget(socket)
      this.#proven.delete(socket)
      if (this.#byOrigin.get(origin) === socket) this.#byOrigin.delete(origin)
    })
    const [oldest] = this.#unproven.keys()
    if (this.#unproven.size <= MAX_UNPROVEN_CONNECTIONS || oldest === undefined) return
    this.#forget(oldest)
    // Frees its descriptor now, before the next connection is taken.
    oldest.destroy()
  }

  #forget(socket: Socket): void {
    clearTimeout(this.#unproven.get(socket))
    this.#unproven.delete(socket)
  }
}

/** No two connections to one address and port of this machine have the same. */
function originOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

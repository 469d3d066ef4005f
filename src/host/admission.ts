/**
 * Who may hold a connection. Peers of a room and those that the user named have places of their own.
 * Everybody else is a stranger: strangers are few in total and per address, and the one that is idle for
 * longest gives way to a newcomer, so that a newcomer always gets in and can prove that it knows a room.
 */
import { isIPv6 } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'
import { ipOf } from './addresses.ts'
import {
  IDLE_STRANGER_MS,
  MAX_KEPT_CONNECTIONS,
  MAX_PENDING_INBOUND,
  MAX_STRANGERS,
  MAX_STRANGERS_PER_ADDRESS,
} from './constants.ts'

/** One connection, as it is judged. */
export interface Standing {
  /** The multiaddr at the other end. */
  remoteAddress: string
  /** A peer of a room, or one that the user named. */
  isKept: boolean
  openedAtMs: number
  /** The ring needs it: such places go last. */
  isNeeded: boolean
  /** When something last came over a Kith protocol; -Infinity if nothing ever did. */
  heardAtMs: number
  /** Whether it has streams, other than those by which libp2p looks after it. */
  isInUse: boolean
}

/** The connections of strangers; those of kept peers beyond their places count as such, the newest first. */
export function strangersOf<T extends Standing>(connections: readonly T[]): T[] {
  const kept = connections.filter(({ isKept }) => isKept).sort((a, b) => a.openedAtMs - b.openedAtMs)
  const places = new Set(kept.slice(0, MAX_KEPT_CONNECTIONS))
  return connections.filter((connection) => !places.has(connection))
}

/** The connections to close, so that strangers have no more than their places. The newest of all stays. */
export function surplusStrangers<T extends Standing>(connections: readonly T[]): T[] {
  const strangers = strangersOf(connections).sort(byIdleness)
  const newest = strangers.toSorted((a, b) => b.openedAtMs - a.openedAtMs)[0]
  const counts = new Map<string, number>()
  for (const { remoteAddress } of strangers) addTo(counts, originOf(remoteAddress), 1)
  const closed = new Set<T>()
  for (const stranger of strangers) {
    const origin = originOf(stranger.remoteAddress)
    if (stranger === newest || (counts.get(origin) ?? 0) <= MAX_STRANGERS_PER_ADDRESS) continue
    closed.add(stranger)
    addTo(counts, origin, -1)
  }
  for (const stranger of strangers) {
    if (strangers.length - closed.size <= MAX_STRANGERS) break
    if (stranger !== newest) closed.add(stranger)
  }
  return [...closed]
}

/** Connections of strangers that were open for a while and are in use for nothing. */
export function idleStrangers<T extends Standing>(connections: readonly T[], nowMs: number): T[] {
  return strangersOf(connections).filter(
    ({ openedAtMs, heardAtMs, isInUse }) => !isInUse && nowMs - Math.max(openedAtMs, heardAtMs) >= IDLE_STRANGER_MS,
  )
}

/** Those that the ring does not need come first; of these, those that never said anything, then those that did so longest ago. */
function byIdleness(a: Standing, b: Standing): number {
  if (a.isNeeded !== b.isNeeded) return a.isNeeded ? 1 : -1
  if (a.heardAtMs !== b.heardAtMs) return a.heardAtMs < b.heardAtMs ? -1 : 1
  return a.openedAtMs - b.openedAtMs
}

/**
 * Connections in the handshake. Before it nobody is known, so the oldest one from the address that has most
 * gives way to a new one.
 */
export class Handshakes {
  /** Oldest first. */
  readonly #pending = new Map<MultiaddrConnection, string>()

  get size(): number {
    return this.#pending.size
  }

  began(connection: MultiaddrConnection): void {
    this.#pending.set(connection, originOf(connection.remoteAddr.toString()))
    connection.addEventListener('close', () => this.ended(connection))
    if (this.#pending.size <= MAX_PENDING_INBOUND) return
    const counts = new Map<string, number>()
    for (const origin of this.#pending.values()) addTo(counts, origin, 1)
    const most = Math.max(...counts.values())
    const [oldest] = [...this.#pending].find(([, origin]) => counts.get(origin) === most) ?? []
    if (oldest === undefined) return
    this.#pending.delete(oldest)
    oldest.abort(new Error('too many connections have not finished their handshake'))
  }

  ended(connection: MultiaddrConnection): void {
    this.#pending.delete(connection)
  }
}

/** The IP address, or of IPv6 the network: one machine has all of a /64. */
function originOf(remoteAddress: string): string {
  const ip = ipOf(remoteAddress) ?? ''
  return isIPv6(ip) ? networkOf(ip) : ip
}

/** The first 64 bits of an IPv6 address. */
function networkOf(ip: string): string {
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')]
  return whole.slice(0, 4).join(':')
}

function addTo(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change)
}

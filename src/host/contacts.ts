/**
 * The peers that the node knows how to reach, and when to dial each next. Synchronous and without timers:
 * the connection keeper asks what is due and reports the result. Peers that were connected have a row in
 * the address book. A few peers that the node only heard of are kept in memory.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import type { AddressRow } from '../store/store.ts'
import type { AddressBook } from './host.ts'
import { mergeAddresses, readDialAddress } from './addresses.ts'
import {
  FORGET_AFTER_MS,
  LARGER_PEER_WAITS_MS,
  MAX_ADDRESSES_PER_PEER,
  MAX_BOOK_ROWS,
  MAX_PINNED_RETRY_MS,
  MAX_RETRY_MS,
  MAX_UNSEEN_CONTACTS,
  MAX_UNSEEN_FAILURES,
  MIN_RETRY_PAUSE_MS,
  RECENT_MS,
  RECENT_RETRY_MS,
} from './constants.ts'

export interface Contact {
  readonly peer: PeerId
  /** Without the peer id; the one that worked last comes first. */
  addresses: string[]
  /** When it was last connected, in ms since 1970; 0 if never. For its row and for display. */
  lastSeenMs: number
  /** The same by the monotonic clock, like the fields below; -Infinity if never. */
  seenAtMs: number
  pinned: boolean
  roommate: boolean
  /** Dials that failed since the last connection or the last news of the peer. */
  failures: number
  nextDialMs: number
  /** -Infinity if it was never dialled. */
  lastDialMs: number
}

export interface ContactsInit {
  self: PeerId
  book: AddressBook
  log: Logger
  clock?: Clock
}

export class Contacts {
  readonly #self: PeerId
  readonly #book: AddressBook
  readonly #log: Logger
  readonly #clock: Clock
  readonly #contacts = new Map<PeerId, Contact>()

  /** Loads the address book, and deletes rows not seen for long or beyond the limit, strangers first. */
  constructor({ self, book, log, clock = systemClock }: ContactsInit) {
    this.#self = self
    this.#book = book
    this.#log = log
    this.#clock = clock
    const contacts = book.list().map((row) => this.#contactOf(row))
    for (const [index, contact] of contacts.sort(byWorth).entries()) {
      const { peer, pinned, seenAtMs } = contact
      const forgotten = !pinned && (clock.monotonicMs() - seenAtMs > FORGET_AFTER_MS || index >= MAX_BOOK_ROWS)
      if (forgotten || peer === self) this.#forget(contact, 'not seen for a long time, or too many contacts')
      else this.#contacts.set(peer, contact)
    }
  }

  get(peer: PeerId): Contact | undefined {
    return this.#contacts.get(peer)
  }

  all(): Contact[] {
    return [...this.#contacts.values()]
  }

  /** Discovery or another peer reported addresses of a peer: it is dialled soon. Invalid addresses are ignored. */
  heard(peer: PeerId, addresses: readonly string[]): void {
    if (peer === this.#self) return
    const usable = addresses.flatMap((text) => readDialAddress(text)?.address ?? [])
    if (usable.length < addresses.length) this.#log.trace('some addresses of %p cannot be dialled: %s', peer, addresses)
    if (usable.length === 0) return
    const contact = this.#ensure(peer)
    const [preferred, ...others] = contact.addresses
    const first = preferred === undefined ? usable : [preferred, ...usable]
    contact.addresses = mergeAddresses(first, others, MAX_ADDRESSES_PER_PEER)
    contact.failures = 0
    contact.nextDialMs = Math.min(contact.nextDialMs, this.#clock.monotonicMs() + this.#patienceMs(peer))
  }

  /** The user named this peer: it is kept forever. `address`, if known, is tried first. */
  pin(peer: PeerId, address: string | undefined): void {
    const contact = this.#ensure(peer)
    contact.pinned = true
    if (address !== undefined) {
      contact.addresses = mergeAddresses([address], contact.addresses, MAX_ADDRESSES_PER_PEER)
      // The peer may not know of this node, so waiting for its dial would be in vain.
      contact.nextDialMs = Math.min(contact.nextDialMs, this.#clock.monotonicMs())
    }
    this.#save(contact)
  }

  /** The peer is in a room with this node, so any number of strangers must not displace it. */
  markRoommate(peer: PeerId): void {
    const contact = this.#ensure(peer)
    if (contact.roommate) return
    contact.roommate = true
    this.seen(peer)
  }

  /** A connection opened, with `address` if this side dialled it, or identify reported addresses to try later. */
  connected(peer: PeerId, address: string | undefined, listenAddresses: readonly string[]): void {
    const contact = this.#ensure(peer)
    const worked = address === undefined ? contact.addresses.slice(0, 1) : [address]
    const usable = listenAddresses.flatMap((text) => readDialAddress(text)?.address ?? [])
    const known = mergeAddresses([...worked, ...usable], contact.addresses, MAX_ADDRESSES_PER_PEER)
    contact.addresses = known
    contact.failures = 0
    this.seen(peer)
  }

  /** The peer is connected now; updates its row. */
  seen(peer: PeerId): void {
    const contact = this.#contacts.get(peer)
    if (contact === undefined) return
    contact.lastSeenMs = this.#clock.wallMs()
    contact.seenAtMs = this.#clock.monotonicMs()
    this.#save(contact)
    this.#trimBook()
  }

  /** The last connection to a peer closed: it is dialled again soon. */
  disconnected(peer: PeerId): void {
    this.seen(peer)
    const contact = this.#contacts.get(peer)
    if (contact !== undefined) Object.assign(contact, this.#soon(peer))
  }

  /**
   * Contacts to dial now: pinned ones first, then roommates, then strangers; within each group, the most
   * recently seen first.
   */
  due(): Contact[] {
    const nowMs = this.#clock.monotonicMs()
    return this.all()
      .filter((contact) => contact.addresses.length > 0 && isDue(contact, nowMs))
      .sort(byWorth)
  }

  dialStarted(contact: Contact): void {
    contact.lastDialMs = this.#clock.monotonicMs()
  }

  /** A dial failed: the next one is due after a pause. A peer that was never reached is dropped after several. */
  dialFailed(contact: Contact): void {
    const nowMs = this.#clock.monotonicMs()
    contact.failures++
    contact.nextDialMs = Math.max(contact.lastDialMs + retryMs(contact, nowMs), nowMs + MIN_RETRY_PAUSE_MS)
    const unknown = contact.lastSeenMs === 0 && !contact.pinned
    if (unknown && contact.failures >= MAX_UNSEEN_FAILURES) this.#forget(contact, 'never answered')
  }

  #ensure(peer: PeerId): Contact {
    const known = this.#contacts.get(peer)
    if (known !== undefined) return known
    this.#trimUnseen()
    const contact = this.#contactOf({ peer, addresses: [], lastSeenMs: 0, pinned: false, roommate: false })
    this.#contacts.set(peer, contact)
    return contact
  }

  /** A row from the future was written before the wall clock was set back. */
  #contactOf(row: AddressRow): Contact {
    const ageMs = row.lastSeenMs === 0 ? Infinity : Math.max(0, this.#clock.wallMs() - row.lastSeenMs)
    return { ...row, seenAtMs: this.#clock.monotonicMs() - ageMs, lastDialMs: -Infinity, ...this.#soon(row.peer) }
  }

  #soon(peer: PeerId): Pick<Contact, 'failures' | 'nextDialMs'> {
    return { failures: 0, nextDialMs: this.#clock.monotonicMs() + this.#patienceMs(peer) }
  }

  #patienceMs(peer: PeerId): number {
    return this.#self < peer ? 0 : LARGER_PEER_WAITS_MS
  }

  #save({ peer, addresses, lastSeenMs, pinned, roommate }: Contact): void {
    this.#book.put({ peer, addresses: [...addresses], lastSeenMs, pinned, roommate })
  }

  #trimUnseen(): void {
    const unseen = this.all().filter(({ lastSeenMs, pinned }) => lastSeenMs === 0 && !pinned)
    if (unseen.length >= MAX_UNSEEN_CONTACTS && unseen[0] !== undefined) this.#forget(unseen[0], 'too many contacts')
  }

  #trimBook(): void {
    if (this.#contacts.size <= MAX_BOOK_ROWS) return
    const rows = this.all().filter(({ lastSeenMs }) => lastSeenMs > 0)
    for (const contact of rows.sort(byWorth).slice(MAX_BOOK_ROWS)) {
      if (!contact.pinned) this.#forget(contact, 'too many contacts')
    }
  }

  #forget({ peer, lastSeenMs, pinned }: Contact, why: string): void {
    this.#log.trace('forgetting %p: %s', peer, why)
    this.#contacts.delete(peer)
    if (lastSeenMs > 0 || pinned) this.#book.delete(peer)
  }
}

/**
 * Orders those that the user named first, then roommates, then strangers; within each group, the most
 * recently seen first.
 */
function byWorth(a: Contact, b: Contact): number {
  const named = Number(b.pinned) - Number(a.pinned)
  return named || Number(b.roommate) - Number(a.roommate) || compareNumbers(b.seenAtMs, a.seenAtMs)
}

/** For sorting; also works for infinite numbers, whose difference is NaN. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function isDue({ nextDialMs, lastDialMs }: Contact, nowMs: number): boolean {
  return nextDialMs <= nowMs && lastDialMs + RECENT_RETRY_MS <= nowMs
}

function retryMs({ seenAtMs, pinned, failures }: Contact, nowMs: number): number {
  if (nowMs - seenAtMs < RECENT_MS) return RECENT_RETRY_MS
  return Math.min(RECENT_RETRY_MS * 2 ** failures, pinned ? MAX_PINNED_RETRY_MS : MAX_RETRY_MS)
}

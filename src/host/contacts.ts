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
import { mergeAddresses } from './addresses.ts'
import {
  FORGET_AFTER_MS,
  LARGER_PEER_WAITS_MS,
  LASTING_CONNECTION_MS,
  MAX_ADDRESSES_PER_PEER,
  MAX_BOOK_ROWS,
  MAX_CLAIMED_ADDRESSES,
  MAX_PINNED_RETRY_MS,
  MAX_PROVEN_ADDRESSES,
  MAX_RETRY_MS,
  MAX_UNSEEN_CONTACTS,
  MAX_UNSEEN_FAILURES,
  MIN_RETRY_PAUSE_MS,
  RECENT_MS,
  RECENT_RETRY_MS,
} from './constants.ts'
import { BOOK } from './hearsay.ts'
import type { Source } from './hearsay.ts'

export interface Contact {
  readonly peer: PeerId
  /** Without the peer id: proven ones first, beginning with the one that worked last, then hearsay. */
  addresses: string[]
  /** Who named those that are neither proven nor from the user. */
  sources: ReadonlyMap<string, Source>
  /** Of those, where the peer says that it listens, at the IP address that it came from. */
  claimed: string[]
  /** When it was last connected, in ms since 1970; 0 if never. For its row and for display. */
  lastSeenMs: number
  /** The same by the monotonic clock, like the fields below; -Infinity if never. */
  seenAtMs: number
  pinned: boolean
  roommate: boolean
  /** Dials that failed since the last connection or the last news of the peer. */
  failures: number
  /** Connections in a row that ended soon. */
  shortConnections: number
  /** Its connection was closed because nobody needed it: it is not dialled before there is news of it, or somebody needs it. */
  isSpare: boolean
  /** News of the peer does not bring its next dial before this: either side may have no place for the other. */
  notBeforeMs: number
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

  /**
   * Somebody reported addresses of a peer, those of `hearsay.usable`: it is dialled soon. Only discovery, which
   * means that the peer is there now, ends the pause after failed dials of addresses that are known.
   */
  heard(peer: PeerId, addresses: readonly string[], source: Source): void {
    if (peer === this.#self || addresses.length === 0) return
    const contact = this.#ensure(peer)
    const isNews = addresses.some((address) => !contact.addresses.includes(address))
    this.#addHearsay(contact, addresses, source)
    if (!isNews && source.kind !== 'mdns') return
    contact.isSpare = false
    contact.failures = 0
    contact.nextDialMs = Math.min(contact.nextDialMs, this.#soonMs(contact))
  }

  /** The user named this peer: it is kept forever. `address`, if known, is tried first. */
  pin(peer: PeerId, address: string | undefined): void {
    const contact = this.#ensure(peer)
    contact.pinned = true
    contact.isSpare = false
    contact.notBeforeMs = -Infinity
    if (address !== undefined) {
      // A dial of other addresses a moment ago is no reason to wait.
      if (!contact.addresses.includes(address)) contact.lastDialMs = -Infinity
      this.#prove(contact, address)
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
    contact.isSpare = false
    contact.notBeforeMs = -Infinity
    this.seen(peer)
  }

  /** Somebody needs a peer that is known: whatever kept it from being dialled ends. */
  want(peer: PeerId): void {
    const contact = this.#contacts.get(peer)
    if (contact === undefined) return
    Object.assign(contact, { isSpare: false, failures: 0, notBeforeMs: -Infinity })
    contact.nextDialMs = Math.min(contact.nextDialMs, this.#soonMs(contact))
  }

  /** Its connection is closed because nobody needs it. */
  letGo(peer: PeerId): void {
    const contact = this.#contacts.get(peer)
    if (contact !== undefined) contact.isSpare = true
  }

  /** A connection opened, with `address` if this side dialled it, which proves the address. */
  connected(peer: PeerId, address: string | undefined): void {
    const contact = this.#ensure(peer)
    if (address !== undefined) this.#prove(contact, address)
    contact.failures = 0
    this.seen(peer)
  }

  /** A connected peer says where it listens, of which `here` are at the IP address that it came from. */
  identified(peer: PeerId, addresses: readonly string[], here: readonly string[]): void {
    const contact = this.#ensure(peer)
    this.#addHearsay(contact, addresses, { kind: 'identify', peer })
    contact.claimed = here.slice(0, MAX_CLAIMED_ADDRESSES)
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

  /**
   * The last connection to a peer closed, after `lastedMs`: it is dialled again soon, or later if it is a
   * stranger who may have no place for this node.
   */
  disconnected(peer: PeerId, lastedMs = Infinity): void {
    this.seen(peer)
    const contact = this.#contacts.get(peer)
    if (contact === undefined) return
    const isShort = lastedMs < LASTING_CONNECTION_MS && !contact.roommate && !contact.pinned
    contact.shortConnections = isShort ? contact.shortConnections + 1 : 0
    if (contact.shortConnections > 1) {
      const pauseMs = Math.min(RECENT_RETRY_MS * 2 ** contact.shortConnections, MAX_RETRY_MS)
      contact.notBeforeMs = Math.max(contact.notBeforeMs, this.#clock.monotonicMs() + pauseMs)
    }
    Object.assign(contact, { failures: 0, nextDialMs: this.#soonMs(contact) })
  }

  /** This node has no place for a stranger, so it leaves the next connection to it. */
  putOff(peer: PeerId): void {
    const contact = this.#contacts.get(peer)
    if (contact === undefined) return
    contact.notBeforeMs = this.#clock.monotonicMs() + MAX_RETRY_MS
    contact.nextDialMs = contact.notBeforeMs
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

  /** None of its addresses may be dialled now. */
  postpone(contact: Contact): void {
    contact.nextDialMs = this.#clock.monotonicMs() + RECENT_RETRY_MS
  }

  dialStarted(contact: Contact): void {
    contact.lastDialMs = this.#clock.monotonicMs()
  }

  /** A dial failed: the next one is due after a pause. A peer that was never reached is dropped after several. */
  dialFailed(contact: Contact): void {
    const nowMs = this.#clock.monotonicMs()
    contact.failures++
    contact.nextDialMs = Math.max(contact.lastDialMs + retryMs(contact, nowMs), nowMs + MIN_RETRY_PAUSE_MS)
    const isUnknown = !contact.pinned && (contact.lastSeenMs === 0 || (!contact.roommate && !isKept(contact)))
    if (isUnknown && contact.failures >= MAX_UNSEEN_FAILURES) this.#forget(contact, 'never answered')
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
    const sources = new Map(row.pinned ? [] : row.addresses.map((address) => [address, BOOK]))
    const nowMs = this.#clock.monotonicMs()
    return {
      ...{ ...row, sources, claimed: [], failures: 0, shortConnections: 0, isSpare: false, notBeforeMs: -Infinity },
      ...{ seenAtMs: nowMs - ageMs, lastDialMs: -Infinity, nextDialMs: nowMs + this.#patienceMs(row.peer) },
    }
  }

  #soonMs({ peer, notBeforeMs }: Contact): number {
    return Math.max(this.#clock.monotonicMs() + this.#patienceMs(peer), notBeforeMs)
  }

  #patienceMs(peer: PeerId): number {
    return this.#self < peer ? 0 : LARGER_PEER_WAITS_MS
  }

  /** Only what was proven or claimed is written, so hearsay is gone with a restart. */
  #save(contact: Contact): void {
    const { peer, lastSeenMs, pinned, roommate, claimed } = contact
    const proven = contact.addresses.filter((address) => isFirm(contact, address))
    // Strangers who came by themselves leave nothing behind.
    if (proven.length === 0 && !pinned && !roommate) return
    const addresses = proven.length > 0 ? proven : [...claimed]
    this.#book.put({ peer, addresses, lastSeenMs, pinned, roommate })
  }

  #prove(contact: Contact, address: string): void {
    const sources = new Map(contact.sources)
    sources.delete(address)
    const [firm, hearsay] = partition(contact.addresses, (each) => !sources.has(each))
    const proven = mergeAddresses([address], firm, MAX_PROVEN_ADDRESSES)
    Object.assign(contact, { sources, addresses: mergeAddresses(proven, hearsay, MAX_ADDRESSES_PER_PEER) })
  }

  /** The newest hearsay stays, after what is proven. */
  #addHearsay(contact: Contact, addresses: readonly string[], source: Source): void {
    const [firm, hearsay] = partition(contact.addresses, (address) => isFirm(contact, address))
    const news = addresses.filter((address) => !firm.includes(address))
    const merged = mergeAddresses([...firm, ...news], hearsay, MAX_ADDRESSES_PER_PEER)
    const sources = new Map([...contact.sources, ...news.map((address): [string, Source] => [address, source])])
    contact.sources = new Map([...sources].filter(([address]) => merged.includes(address)))
    contact.addresses = merged
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

function isDue({ isSpare, nextDialMs, lastDialMs }: Contact, nowMs: number): boolean {
  return !isSpare && nextDialMs <= nowMs && lastDialMs + RECENT_RETRY_MS <= nowMs
}

/** Whether an address was named by the user, or the peer was reached there, now or before a restart. */
function isFirm({ sources }: Contact, address: string): boolean {
  const source = sources.get(address)
  return source === undefined || source.kind === 'book'
}

/** Whether the peer has a row with an address. */
function isKept(contact: Contact): boolean {
  return contact.addresses.some((address) => isFirm(contact, address))
}

function partition(addresses: readonly string[], isFirst: (address: string) => boolean): [string[], string[]] {
  return [addresses.filter(isFirst), addresses.filter((address) => !isFirst(address))]
}

function retryMs(contact: Contact, nowMs: number): number {
  const { seenAtMs, pinned, failures } = contact
  if (nowMs - seenAtMs < RECENT_MS && isKept(contact)) return RECENT_RETRY_MS
  return Math.min(RECENT_RETRY_MS * 2 ** failures, pinned ? MAX_PINNED_RETRY_MS : MAX_RETRY_MS)
}

/**
 * What a guest, an address and all of them together may cost. Each request is counted before it is looked at, and each
 * byte as it passes.
 */
import { Account, AddressAccounts, type Rates } from '../accounts.ts'
import { ApiError } from '../errors.ts'

/** A page that opens asks for some twenty things at once, and a film for a few a second. */
const REQUESTS = { burst: 200, perSecond: 20 } as const
/** One address may be that of a whole household behind one router. */
const ADDRESS_REQUESTS = { burst: 800, perSecond: 80 } as const
/** Of all who have not shown that they are guests: they cannot keep guests from what they ask for. */
const STRANGERS_REQUESTS = { burst: 2_000, perSecond: 200 } as const
/** Attempts to come in that failed. Nobody guesses 256 bits; those who mistype a name have tries enough. */
const LOGINS = { burst: 10, perSecond: 0.2 } as const
/** Each is a document that every node of the room keeps. Faster than anybody types. */
const WRITES = { burst: 20, perSecond: 0.5 } as const
/** Bytes to and from a guest: a film, or the pictures of an evening. */
const BYTES = { burst: 2 * 2 ** 30, perSecond: 4 * 2 ** 20 } as const
const ADDRESS_BYTES = { burst: 8 * 2 ** 30, perSecond: 16 * 2 ** 20 } as const
/** Bytes that a guest has this node and its rooms keep. */
const KEPT_BYTES = { burst: 2 ** 30, perSecond: 2 ** 30 / 86_400 } as const

/** Pages that are open, of one guest and of all: each may hold some bytes that wait for it. */
export const MAX_GUEST_STREAMS = 4
export const MAX_ALL_GUEST_STREAMS = 64
/** What may wait for the stream of a guest; whoever is slower is cut off, and begins again. */
export const GUEST_STREAM_BUFFER_BYTES = 256 * 1024

/** What is counted. */
type Counted = 'requests' | 'bytes' | 'logins' | 'writes' | 'kept'

const OF_GUEST: Rates<Counted> = { requests: REQUESTS, bytes: BYTES, writes: WRITES, kept: KEPT_BYTES }
const OF_ADDRESS: Rates<Counted> = { requests: ADDRESS_REQUESTS, bytes: ADDRESS_BYTES, logins: LOGINS }
const OF_STRANGERS: Rates<Counted> = { requests: STRANGERS_REQUESTS }

/** Who causes a cost: an address, and the guest behind it, if it has shown that it is one. */
export interface Causer {
  address: string
  guest?: string
}

export class GuestLimits {
  readonly #nowMs: () => number
  readonly #strangers = new Account(OF_STRANGERS)
  readonly #guests = new Map<string, Account<Counted>>()
  readonly #addresses = new AddressAccounts(OF_ADDRESS)

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Counts something that is about to happen. Throws an ApiError `busy` if it is too much, and counts nothing. */
  take(what: Counted, causer: Causer, count = 1): void {
    const nowMs = this.#nowMs()
    const accounts = this.#accountsOf(causer)
    if (!accounts.every((account) => account.left(what, nowMs) >= count)) {
      throw new ApiError('busy', 'This is more than a guest may ask for in that time: try again later.')
    }
    for (const account of accounts) account.spend(what, count, nowMs)
  }

  /** Counts what happened, of which nobody knew before how much it would be. Throws an ApiError `busy` if it was too much before. */
  pass(what: Counted, causer: Causer, count: number): void {
    this.take(what, causer, 0)
    const nowMs = this.#nowMs()
    for (const account of this.#accountsOf(causer)) account.spend(what, count, nowMs)
  }

  /** Whoever is no guest any more costs nothing. */
  forget(guest: string): void {
    this.#guests.delete(guest)
  }

  #accountsOf({ address, guest }: Causer): Account<Counted>[] {
    const ofAddress = this.#addresses.of(address)
    if (guest === undefined) return [ofAddress, this.#strangers]
    const ofGuest = this.#guests.get(guest) ?? new Account(OF_GUEST)
    this.#guests.set(guest, ofGuest)
    return [ofGuest, ofAddress]
  }
}

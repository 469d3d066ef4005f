/**
 * Who uses this node in a browser on the local network, by whose leave, and what they may do. Kept in the data folder, so
 * that guests stay guests when the node starts again.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { newGuestName } from '../../guest-name.ts'
import { KithError } from '../../kith.ts'
import { isSameName } from '../../names.ts'
import { hashOf, hashOfSession, newSecret, type SessionSecrets } from '../secrets.ts'
import {
  readGuestFile,
  writeGuestFile,
  type GuestFile,
  type StoredGuest,
  type StoredLink,
  type StoredRights,
} from './guest-file.ts'
import type { GuestRight } from './guest-calls.ts'

/** A household or a class; each may have streams and requests under way. */
export const MAX_GUESTS = 64
/** Links that were not used up; the oldest gives way. */
export const MAX_GUEST_LINKS = 32
/** Browsers that come in by one link. */
export const MAX_LINK_USES = 100
export const MAX_LINK_MS = 30 * 24 * 3_600_000
/** Long enough to hand a phone around. */
export const DEFAULT_LINK_MS = 3_600_000
/** Rooms of one guest: as many as anybody would choose by hand. */
export const MAX_GUEST_ROOMS = 256
/** Since it was here last: who is forgotten by then comes in again by a new link. */
export const GUEST_LIFETIME_MS = 90 * 24 * 3_600_000
/** How exactly it is known when a guest was here: the file is not written for every call. */
const SEEN_WITHIN_MS = 3_600_000
const ID_BYTES = 6
/** 96 bits: nobody finds a room by trying names. */
const ROOM_NAME_BYTES = 12

/** How a link is made. */
export interface LinkOptions extends StoredRights {
  uses?: number
  expiresInMs?: number
}

export class GuestBook {
  readonly #dataDir: string
  readonly #nowMs: () => number
  readonly #file: GuestFile
  readonly #listeners = new Set<(id: string) => void>()

  constructor(dataDir: string, nowMs: () => number = Date.now) {
    this.#dataDir = dataDir
    this.#nowMs = nowMs
    this.#file = readGuestFile(dataDir) ?? { secret: newSecret(), guests: [], links: [] }
  }

  /** Calls back when something changes for a guest, also that it is none any more. */
  onChanged(listener: (id: string) => void): void {
    this.#listeners.add(listener)
  }

  guests(): readonly StoredGuest[] {
    const nowMs = this.#nowMs()
    return this.#file.guests.filter(({ usedMs }) => nowMs - usedMs < GUEST_LIFETIME_MS)
  }

  links(): readonly StoredLink[] {
    return this.#file.links.filter(({ expiresMs, usesLeft }) => usesLeft > 0 && expiresMs > this.#nowMs())
  }

  /** Makes a link. Throws a KithError `bad-value`, `too-many` or `disk-full`. */
  invite({
    rooms,
    maxFileBytes,
    uses = 1,
    expiresInMs = DEFAULT_LINK_MS,
  }: LinkOptions): StoredLink & { secret: string } {
    requireWhole(uses, MAX_LINK_USES, 'a link for guests holds for 1 to 100 browsers')
    requireWhole(expiresInMs, MAX_LINK_MS, 'a link for guests holds for at most 30 days')
    requireFewRooms(rooms)
    const secret = newSecret()
    const link = { id: newId(), hash: hashOf(secret), usesLeft: uses, expiresMs: this.#nowMs() + expiresInMs }
    this.#save({ links: [...this.links(), { ...link, rooms, maxFileBytes }].slice(-MAX_GUEST_LINKS) })
    return { ...link, rooms, maxFileBytes, secret }
  }

  /** Ends a link. Throws a KithError `no-such-invite`. */
  withdraw(id: string): void {
    if (!this.links().some((link) => link.id === id)) {
      throw new KithError('no-such-invite', `there is no link '${id}' for guests that still holds`)
    }
    this.#save({ links: this.links().filter((link) => link.id !== id) })
  }

  /**
   * Lets a browser in by the secret of a link, which is used up once by that; undefined if it holds no more. Throws a
   * KithError `bad-name`, also for the name of another guest, `too-many` or `disk-full`: then the link holds as before.
   */
  enter(secret: string, name: string, address: string): SessionSecrets | undefined {
    const hash = hashOf(secret)
    const link = this.links().find((each) => each.hash === hash)
    if (link === undefined) return undefined
    const guestName = newGuestName(name)
    const guests = this.guests()
    if (guests.some((guest) => isSameName(guest.name, guestName))) {
      throw new KithError('bad-name', `somebody is here as '${guestName}' already: choose another name`)
    }
    if (guests.length >= MAX_GUESTS)
      throw new KithError('too-many', `this node has ${MAX_GUESTS} guests, and takes no more`)
    const session = { cookie: newSecret(), key: newSecret() }
    const nowMs = this.#nowMs()
    const { rooms, maxFileBytes } = link
    const guest = {
      id: newId(),
      name: guestName,
      hash: hashOfSession(session),
      address,
      enteredMs: nowMs,
      usedMs: nowMs,
    }
    const links = this.links().map((each) => (each === link ? { ...link, usesLeft: link.usesLeft - 1 } : each))
    this.#save({ guests: [...guests, { ...guest, rooms: { ...rooms }, maxFileBytes }], links })
    return session
  }

  /** The guest whose browser has these secrets; undefined if there is none (any more). */
  guestOf(secrets: SessionSecrets): StoredGuest | undefined {
    const guest = this.#find(secrets)
    const nowMs = this.#nowMs()
    if (guest === undefined || nowMs - guest.usedMs < SEEN_WITHIN_MS) return guest
    guest.usedMs = nowMs
    try {
      this.#save({})
    } catch (error) {
      // It is still known until the next start.
      if (!(error instanceof KithError)) throw error
    }
    return guest
  }

  /** Whether a browser is that of a guest. */
  has(secrets: SessionSecrets): boolean {
    return this.guestOf(secrets) !== undefined
  }

  /** The same, without noting that it is here. */
  isKnown(secrets: SessionSecrets): boolean {
    return this.#find(secrets) !== undefined
  }

  #find(secrets: SessionSecrets): StoredGuest | undefined {
    const hash = hashOfSession(secrets)
    return this.guests().find((guest) => guest.hash === hash)
  }

  /** A guest by its id or name. Throws a KithError `no-such-peer`. */
  find(reference: string): StoredGuest {
    const found = this.guests().find(({ id, name }) => id === reference || isSameName(name, reference))
    if (found === undefined) throw new KithError('no-such-peer', `this node has no guest '${reference}' (kith guests)`)
    return found
  }

  /** Changes what a guest may do. Throws a KithError `too-many` or `disk-full`. */
  allow(
    { id }: StoredGuest,
    changed: { room?: string; right?: GuestRight | 'none'; maxFileBytes?: number },
  ): StoredGuest {
    const { room, right, maxFileBytes } = changed
    const before = this.find(id)
    const rooms = { ...before.rooms }
    if (room !== undefined && right !== undefined) {
      if (right === 'none') delete rooms[room]
      else rooms[room] = right
    }
    requireFewRooms(rooms)
    const guest = { ...before, rooms, ...(maxFileBytes !== undefined && { maxFileBytes }) }
    this.#save({ guests: this.guests().map((each) => (each.id === id ? guest : each)) })
    this.#tell(id)
    return guest
  }

  /** Ends what a guest may do, and its session. Throws a KithError `disk-full`, and ends it all the same until the next start. */
  remove({ id }: { id: string }): void {
    this.#file.guests = this.guests().filter((guest) => guest.id !== id)
    this.#tell(id)
    this.#save({})
  }

  /** Keeps what rooms are called, so that links to them go on leading there. Throws a KithError `disk-full`. */
  keepNames(): void {
    this.#save({})
  }

  /** The name by which guests know a room: whoever has the id of an open room can write in it, so they do not learn that. */
  roomName(room: string): string {
    const name = createHmac('sha256', this.#file.secret).update(room).digest()
    return name.subarray(0, ROOM_NAME_BYTES).toString('hex')
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id)
  }

  /** Nothing changes if it cannot be kept. */
  #save(changed: Partial<GuestFile>): void {
    writeGuestFile(this.#dataDir, { ...this.#file, ...changed })
    Object.assign(this.#file, changed)
  }
}

function requireFewRooms(rooms: Readonly<Record<string, GuestRight>>): void {
  if (Object.keys(rooms).length <= MAX_GUEST_ROOMS) return
  throw new KithError('too-many', `a guest is let into at most ${MAX_GUEST_ROOMS} rooms`)
}

function requireWhole(value: number, max: number, rule: string): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max) throw new KithError('bad-value', rule)
}

function newId(): string {
  return randomBytes(ID_BYTES).toString('hex')
}

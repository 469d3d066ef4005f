/**
 * What a guest may do, in one place: a call that is not listed here is refused, and so is one for a room, or for a command
 * in it, that the owner of the node did not allow. Rooms that are not open to a guest are the same to it as rooms that do
 * not exist.
 */
import type { KithNode, Room } from '../../kith.ts'
import { ApiError } from '../errors.ts'
import { roomHere } from '../room-here.ts'
import type { GuestBook } from './guest-book.ts'
import type { GuestRight } from './guest-calls.ts'
import type { StoredGuest, StoredRights } from './guest-file.ts'

/** What a guest needs for each call that it may use at all. Every one of them names a room. */
export const GUEST_CALLS = {
  'files.check': 'write',
  'files.link': 'read',
  'files.list': 'read',
  'files.show': 'read',
  'messages.page': 'read',
  // And what the command needs.
  'rooms.do': 'read',
  'rooms.show': 'read',
} as const satisfies Record<string, GuestRight>

export type GuestCallName = keyof typeof GUEST_CALLS

/** What a command needs, and as how many requests it counts. */
export interface GuestCommand {
  right: GuestRight
  requests: number
}

/**
 * The commands that a guest may use, by app; what is written by them says which guest wrote it (`src/guest-writing.ts`).
 * The changes of a key are looked for among thousands of documents.
 */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, GuestCommand>>>> = {
  chat: { send: { right: 'write', requests: 1 } },
  map: {
    changes: { right: 'read', requests: 40 },
    delete: { right: 'write', requests: 1 },
    entries: { right: 'read', requests: 1 },
    get: { right: 'read', requests: 1 },
    keys: { right: 'read', requests: 1 },
    put: { right: 'write', requests: 1 },
  },
}

export class GuestAccess {
  readonly #node: KithNode
  readonly #book: GuestBook

  constructor(node: KithNode, book: GuestBook) {
    this.#node = node
    this.#book = book
  }

  /** The rooms that are open to a guest, and are here. */
  rooms(guest: StoredRights): Room[] {
    return Object.keys(guest.rooms).flatMap((id) => roomHere(this.#node, id) ?? [])
  }

  /** What a guest may do in a room; undefined for nothing. */
  rightIn({ rooms }: StoredRights, room: string): GuestRight | undefined {
    return Object.hasOwn(rooms, room) ? rooms[room] : undefined
  }

  /** The room that a guest calls so. Throws an ApiError `forbidden`, also if there is no such room. */
  require(guest: StoredGuest, name: unknown, right: GuestRight): Room {
    const room = this.rooms(guest).find(({ id }) => this.#book.roomName(id) === name)
    if (room === undefined) throw new ApiError('forbidden', 'This room is not open to you.')
    if (right === 'write') this.#requireWrite(guest, room)
    return room
  }

  /** Throws an ApiError `forbidden` unless a room, by its id, is open to a guest. */
  requireId(guest: StoredGuest, room: string): void {
    if (this.rightIn(guest, room) === undefined) throw new ApiError('forbidden', 'This room is not open to you.')
  }

  /** What a command needs. Throws an ApiError `forbidden` unless the guest may use it there. */
  requireCommand(guest: StoredGuest, room: Room, command: string): GuestCommand {
    const commands = Object.hasOwn(COMMANDS, room.app) ? COMMANDS[room.app] : undefined
    const known = commands !== undefined && Object.hasOwn(commands, command) ? commands[command] : undefined
    if (known === undefined) throw new ApiError('forbidden', `A guest may not use ${command} in this room.`)
    if (known.right === 'write') this.#requireWrite(guest, room)
    return known
  }

  /** Throws an ApiError `forbidden` for a file that is larger than the guest may share. */
  requireFile({ maxFileBytes }: StoredGuest, sizeBytes: number): void {
    if (maxFileBytes === 0) throw new ApiError('forbidden', 'You may not share files here.')
    if (sizeBytes > maxFileBytes) {
      throw new ApiError(
        'forbidden',
        `You may share files of up to ${maxFileBytes} bytes here, and this one has ${sizeBytes}.`,
      )
    }
  }

  #requireWrite(guest: StoredGuest, room: Room): void {
    if (this.rightIn(guest, room.id) !== 'write')
      throw new ApiError('forbidden', 'You may read this room, but not write in it.')
  }
}

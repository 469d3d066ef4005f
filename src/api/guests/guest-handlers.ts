/** The calls by which the owner decides on guests. */
import type { KithNode } from '../../kith.ts'
import type { ApiInput } from '../contract.ts'
import { ApiError } from '../errors.ts'
import { given } from '../given.ts'
import { GuestAccess } from './guest-access.ts'
import type { GuestBook } from './guest-book.ts'
import type { GuestInfo, GuestOutputs, GuestRight, GuestRights } from './guest-calls.ts'
import type { StoredGuest, StoredRights } from './guest-file.ts'
import type { GuestServer } from './guest-server.ts'

type GuestHandlers = {
  [Name in keyof GuestOutputs]: (input: ApiInput<Name>) => GuestOutputs[Name]
}

/** The guests of a node, and their page, if it is served. */
export interface Guests {
  book: GuestBook
  server: GuestServer | undefined
}

export function guestHandlers(node: KithNode, guests: Guests): GuestHandlers {
  const { book } = guests
  const access = new GuestAccess(node, book)
  const rightsOf = (stored: StoredRights): GuestRights => {
    const names = new Map(access.rooms(stored).map(({ id, name }) => [id, name]))
    const rooms = Object.entries(stored.rooms).map(([room, right]) => ({ room, name: names.get(room) ?? '', right }))
    return { rooms, maxFileBytes: stored.maxFileBytes }
  }
  const infoOf = (guest: StoredGuest): GuestInfo => {
    const { id, name, enteredMs, usedMs, address } = guest
    const online = guests.server?.isOnline(id) === true
    return { id, name, enteredMs, seenMs: usedMs, address, online, ...rightsOf(guest) }
  }
  const roomsOf = (references: readonly string[], right: GuestRight): [string, GuestRight][] =>
    references.map((reference) => [node.rooms.get(reference).id, right])
  return {
    'guests.list': () => ({
      guests: book.guests().map(infoOf),
      links: book
        .links()
        .map(({ id, usesLeft, expiresMs, ...rights }) => ({ id, usesLeft, expiresMs, ...rightsOf(rights) })),
      addresses: guests.server?.addresses() ?? [],
      isEncrypted: guests.server?.isEncrypted === true,
    }),
    'guests.invite': ({ read = [], write = [], maxFileBytes = 0, uses, expiresInMs }) => {
      const { server } = guests
      if (server === undefined) {
        throw new ApiError('not-found', 'This node has no page for guests: kith start --web 0.0.0.0:4081 serves one.')
      }
      const rooms = Object.fromEntries([...roomsOf(read, 'read'), ...roomsOf(write, 'write')])
      const link = book.invite({ rooms, maxFileBytes, ...given({ uses, expiresInMs }) })
      const { id, usesLeft, expiresMs, secret } = link
      const { isEncrypted } = server
      return { id, usesLeft, expiresMs, ...rightsOf(link), urls: server.links(secret), isEncrypted }
    },
    'guests.allow': ({ guest, room: reference, right, maxFileBytes }) => {
      if ((reference === undefined) !== (right === undefined)) {
        throw new ApiError('bad-request', 'Give both "room" and "right", or neither.')
      }
      const found = book.find(guest)
      const room = reference === undefined ? undefined : roomOf(node, found, reference)
      return infoOf(book.allow(found, given({ room, right, maxFileBytes })))
    },
    'guests.remove': ({ guest }) => {
      const { id, name } = book.find(guest)
      book.remove({ id })
      return { id, name }
    },
    'guests.withdraw': ({ link }) => {
      book.withdraw(link)
      return { id: link }
    },
  }
}

/** Also a room that the node left since it was opened to a guest. */
function roomOf(node: KithNode, { rooms }: StoredGuest, reference: string): string {
  return Object.hasOwn(rooms, reference) ? reference : node.rooms.get(reference).id
}

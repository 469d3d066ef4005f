/**
 * An invite: one line that says which room to join, and where to look for it first.
 * `kith:<root id>?addr=<multiaddr>&addr=…`, without any domain name.
 */
import { parseDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { quoted } from './quoted.ts'

const SCHEME = 'kith:'

/** A few addresses are enough to find the first peer, which knows others. */
const MAX_INVITE_ADDRESSES = 4

export interface Invite {
  room: RoomId
  addresses: string[]
}

export function formatInvite(room: RoomId, addresses: readonly string[]): string {
  const url = new URL(`${SCHEME}${room}`)
  for (const address of addresses.slice(0, MAX_INVITE_ADDRESSES)) url.searchParams.append('addr', address)
  // Slashes and colons need no escaping in a query, and the line stays readable.
  return url.href.replaceAll('%2F', '/').replaceAll('%3A', ':')
}

/** Parses an invite line or a bare room id. Throws a KithError `bad-room-id`. */
export function parseInvite(text: string): Invite {
  const line = text.trim()
  const url = line.startsWith(SCHEME) && URL.canParse(line) ? new URL(line) : undefined
  const room = parseDocumentId(url?.pathname ?? line)
  if (room === undefined) {
    throw new KithError(
      'bad-room-id',
      `${quoted(line)} is not a room id: it must start with bafyrei and have 59 characters (kith room list shows it)`,
    )
  }
  return { room, addresses: url?.searchParams.getAll('addr').slice(0, MAX_INVITE_ADDRESSES) ?? [] }
}

/**
 * An invite: one line that says which room to join, and where to look for it first.
 * `kith:<root id>?addr=<multiaddr>&addr=…`, without any domain name. In a room with members, `invite=<secret>` makes
 * whoever has it a member, and `act=<digest>` names the invite's document, so that it can be fetched before the history;
 * `device=<secret>` in place of the first makes a node a device of whoever wrote the line.
 */
import { SEED_BYTES, sha256 } from '../../protocols/wire/crypto.ts'
import {
  digestOfDocumentId,
  documentIdOfDigest,
  parseDocumentId,
  type DocumentId,
  type RoomId,
} from '../../protocols/wire/ids.ts'
import { parseDialAddress } from '../host/addresses.ts'
import { KithError } from '../kith.ts'
import { pastedAddress, pastedInvite, pastedPeers, pastedRoomId } from '../pasted.ts'
import { quoted } from './quoted.ts'

const SCHEME = 'kith:'

const CHECKSUM_BYTES = 4

/** Of a SHA-256. */
const DIGEST_BYTES = 32

/** Of a secret in base64url. */
const SECRET_LETTERS = ((SEED_BYTES + CHECKSUM_BYTES) * 4) / 3

/**
 * Enough for every card and bridge of a usual machine, and for a line that people still paste. The first peer
 * knows others.
 */
const MAX_INVITE_ADDRESSES = 8

const ADVICE = "Copy the whole invite again, or join by the room's id with --peer."

/** The beginning of a multiaddr, where the name of its field was lost. */
const LIKE_ADDRESS = /\/(ip[46]|dns[46]?)\//

export interface InviteLine {
  room: RoomId
  addresses: string[]
  /** Of the key with which it is accepted, in a room with members. */
  seed: Buffer | undefined
  /** The invite's document, if the line names it. */
  act?: DocumentId
  /** The room is that of somebody's devices. */
  isForDevice?: true
}

/** `invite`: of a room with members, its seed and its document. */
export function formatInvite(
  room: RoomId,
  addresses: readonly string[],
  invite?: { seed: Uint8Array; act: DocumentId },
): string {
  const url = new URL(`${SCHEME}${room}`)
  if (invite !== undefined) {
    url.searchParams.append('invite', secretOf(room, invite.seed))
    url.searchParams.append('act', Buffer.from(digestOfDocumentId(invite.act)).toString('base64url'))
  }
  for (const address of addresses.slice(0, MAX_INVITE_ADDRESSES)) url.searchParams.append('addr', address)
  // Slashes and colons need no escaping in a query, and the line stays readable.
  return url.href.replaceAll('%2F', '/').replaceAll('%3A', ':')
}

/** The same invite as a line that makes a node a device: nobody takes it for an invite to a room. */
export function deviceLineOf(line: string): string {
  return line.replace('?invite=', '?device=').replace(/&act=[^&]*/, '')
}

/** Parses an invite line or a bare room id. Throws a KithError `bad-room-id`, or `bad-address` for an address in it. */
export function parseInvite(text: string): InviteLine {
  const room = parseDocumentId(pastedRoomId(text))
  if (room === undefined) {
    if (LIKE_ADDRESS.test(pastedAddress(text))) {
      throw new KithError(
        'bad-room-id',
        `${quoted(text.trim())} is an address, not a room: give it with --peer, behind the room's id`,
      )
    }
    throw new KithError(
      'bad-room-id',
      `${quoted(text.trim())} is not a room id: it must start with bafyrei and have 59 characters (kith room list shows it)`,
    )
  }
  const addresses = [...addressesIn(pastedInvite(text)), ...pastedPeers(text)].map(checkAddress)
  const line = pastedInvite(text)
  const isForDevice = valueIn(line, 'device') !== undefined
  const seed = seedIn(line, isForDevice ? 'device' : 'invite', room)
  const act = actIn(line)
  const members = { ...(act && { act }), ...(isForDevice && { isForDevice }) }
  return { room, addresses: addresses.slice(0, MAX_INVITE_ADDRESSES), seed, ...members }
}

/** One that is broken names a document that nobody has, and the invite comes with the history. */
function actIn(line: string): DocumentId | undefined {
  const digest = Buffer.from(valueIn(line, 'act') ?? '', 'base64url')
  return digest.length === DIGEST_BYTES ? documentIdOfDigest(digest) : undefined
}

/** A seed, and a checksum of it and of the room, so that nothing is waited for that was mistyped. */
function secretOf(room: RoomId, seed: Uint8Array): string {
  return Buffer.concat([seed, sha256(seed, Buffer.from(room)).subarray(0, CHECKSUM_BYTES)]).toString('base64url')
}

function valueIn(line: string, field: string): string | undefined {
  const [given] = fieldsOf(line).flatMap(([name, value]) => (name.toLowerCase() === field ? [value] : []))
  return given
}

function seedIn(line: string, field: string, room: RoomId): Buffer | undefined {
  const given = valueIn(line, field)
  if (given === undefined) return undefined
  // What pasted text has around it may be underscores, too, so those at the end of a secret were cut off with it.
  const secret = given.padEnd(SECRET_LETTERS, '_')
  const seed = Buffer.from(secret, 'base64url').subarray(0, -CHECKSUM_BYTES)
  if (seed.length === SEED_BYTES && secretOf(room, seed) === secret) return seed
  throw new KithError(
    'bad-invite',
    `the secret in the invite is not whole, or is another room's. Copy the whole invite again.`,
  )
}

function fieldsOf(line: string): [string, string][] {
  return [...new URLSearchParams(/\?([^#]*)/.exec(line)?.[1] ?? '')]
}

function addressesIn(line: string): string[] {
  const fields = fieldsOf(line)
  const stray = fields.find(([name, value]) => name.toLowerCase() !== 'addr' && LIKE_ADDRESS.test(`${name}=${value}`))
  if (stray !== undefined) {
    const [name, value] = stray
    throw new KithError('bad-address', `in the invite, ${quoted(value || name)} does not follow 'addr=': ${ADVICE}`)
  }
  // Fields of newer versions are ignored.
  return fields.filter(([name]) => name.toLowerCase() === 'addr').map(([, value]) => value)
}

/** What is broken on the way would otherwise be waited for in vain. */
function checkAddress(text: string): string {
  try {
    parseDialAddress(text)
    return pastedAddress(text)
  } catch (error) {
    if (!(error instanceof KithError)) throw error
    const message = `an address in the invite is broken: ${error.message} ${ADVICE}`
    throw new KithError(error.code, message, { cause: error })
  }
}

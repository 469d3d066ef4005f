/** Acts of rooms with members: their bodies, written and read a second time from the specification. */
import { createPublicKey, verify } from 'node:crypto'
import {
  bytes,
  concat,
  documentCid,
  fromHex,
  head,
  hex,
  link,
  peerIdOf,
  text,
  uint,
  utf8,
  type Bytes,
  type Key,
} from './bytes.ts'
import type { Written } from './history.ts'
import { readBody } from './json-bodies.ts'

/** What authors may do, each including those before it. */
export const RANKS = ['none', 'carrier', 'reader', 'writer', 'admin', 'owner']
const LARGEST_ROLE = RANKS.indexOf('admin')

export const rankOf = (role: string): number => RANKS.indexOf(role)

/** Keys and ids in hex. */
export type Saying =
  | { type: 'role'; member: string; role: string }
  | { type: 'invite'; key: string; role: string; expires: number; uses: number }
  | { type: 'accept'; invite: string; proof: Bytes }
  | { type: 'withdraw'; invite: string }
  | { type: 'owner'; member: string }

/** Entries in the order of canonical dag-cbor: shorter keys first. */
export const map = (...entries: [string, Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))

export const idLink = (digest: Bytes): Bytes => link(documentCid(digest))

export const roleBody = (member: Key, role: string): Bytes =>
  map(['role', text(role)], ['member', bytes(member.publicKey)])
export const ownerBody = (member: Key): Bytes => map(['member', bytes(member.publicKey)])
export const withdrawBody = (invite: Bytes): Bytes => map(['invite', idLink(invite)])

interface Limits {
  expires?: number
  uses?: number
}

export function inviteBody(key: Key, role: string, { expires, uses }: Limits = {}): Bytes {
  const entries: [string, Bytes][] = [
    ['key', bytes(key.publicKey)],
    ['role', text(role)],
  ]
  if (uses !== undefined) entries.push(['uses', uint(uses)])
  if (expires !== undefined) entries.push(['expires', uint(expires)])
  return map(...entries)
}

/** What the key of an invite signs. */
export const acceptanceContent = (room: Bytes, invite: Bytes, author: Bytes): Bytes =>
  concat(utf8('kith/invite/1'), room, invite, author)

export const acceptBody = (room: Bytes, invite: Bytes, author: Key, key: Key): Bytes =>
  map(['proof', bytes(key.sign(acceptanceContent(room, invite, author.publicKey)))], ['invite', idLink(invite)])

export function isProofOf(key: string, content: Bytes, proof: Bytes): boolean {
  const der = concat(fromHex('302a300506032b6570032100'), fromHex(key))
  return verify(null, content, createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }), proof)
}

/** What a document says; undefined if it is no act, or breaks the rules. */
export function sayingOf({ kind, body }: Pick<Written, 'kind' | 'body'>): Saying | undefined {
  const fields = readBody(body, false)?.value
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined
  const { member, role, key, invite, proof, expires = Infinity, uses = Infinity } = fields as Record<string, unknown>
  switch (kind) {
    case 'access/role':
      return isBytes(member, 32) && isRole(role) ? { type: 'role', member: hex(member), role } : undefined
    case 'access/invite':
      if (!isBytes(key, 32) || !isRole(role) || role === 'none' || !isLimit(expires) || !isLimit(uses)) return undefined
      return { type: 'invite', key: hex(key), role, expires, uses }
    case 'access/accept':
      return isId(invite) && isBytes(proof, 64) ? { type: 'accept', invite: digestOf(invite), proof } : undefined
    case 'access/withdraw':
      return isId(invite) ? { type: 'withdraw', invite: digestOf(invite) } : undefined
    case 'access/owner':
      return isBytes(member, 32) ? { type: 'owner', member: hex(member) } : undefined
    default:
      return undefined
  }
}

const isBytes = (value: unknown, length: number): value is Bytes =>
  value instanceof Uint8Array && value.length === length
const isRole = (value: unknown): value is string =>
  typeof value === 'string' && rankOf(value) >= 0 && rankOf(value) <= LARGEST_ROLE
const isLimit = (value: unknown): value is number =>
  value === Infinity || (Number.isSafeInteger(value) && (value as number) > 0)

/** A link is read as the bytes behind its tag. */
const LINK_HEAD = '58250001711220'
const isId = (value: unknown): value is Bytes => isBytes(value, 39) && hex(value).startsWith(LINK_HEAD)
const digestOf = (id: Bytes): string => hex(id).slice(LINK_HEAD.length)

export const peerOfHex = (publicKey: string): string => peerIdOf(fromHex(publicKey))

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
  | { type: 'role'; member: string; role: string; box?: Bytes }
  | {
      type: 'invite'
      key: string
      role: string
      expires: number
      uses: number
      box?: Bytes
      sealed?: Bytes
      epoch?: Bytes
    }
  | { type: 'accept'; invite: string; proof: Bytes; box?: Bytes }
  | {
      type: 'device'
      member: string
      person: string
      role: string
      box: Bytes
      proof: Bytes
      sealed?: Bytes
      epoch?: Bytes
    }
  | { type: 'withdraw'; invite: string }
  | { type: 'owner'; member: string; turn?: number }
  | { type: 'rekey'; epoch: string; previous: string[]; wrapped: Bytes; keys: Bytes }

/** Entries in the order of canonical dag-cbor: shorter keys first. */
export const map = (...entries: [string, Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))

export const idLink = (digest: Bytes): Bytes => link(documentCid(digest))

export const roleBody = (member: Key, role: string): Bytes =>
  map(['role', text(role)], ['member', bytes(member.publicKey)])
export const ownerBody = (member: Key, turn?: number): Bytes =>
  map(...(turn === undefined ? [] : [['turn', uint(turn)] as [string, Bytes]]), ['member', bytes(member.publicKey)])
export const withdrawBody = (invite: Bytes): Bytes => map(['invite', idLink(invite)])

interface Rekey {
  epoch: Bytes
  previous: Bytes[]
  wrapped: Bytes[]
  keys: Bytes
}

export const rekeyBody = ({ epoch, previous, wrapped, keys }: Rekey): Bytes =>
  map(
    ['keys', bytes(keys)],
    ['epoch', bytes(epoch)],
    ['wrapped', bytes(concat(...wrapped))],
    ['previous', bytes(concat(...previous))],
  )

interface Limits {
  expires?: number
  uses?: number
  /** In a private room. */
  box?: Bytes
  sealed?: Bytes
  epoch?: Bytes
}

export function inviteBody(key: Key, role: string, { expires, uses, box, sealed, epoch }: Limits = {}): Bytes {
  const entries: [string, Bytes][] = []
  if (box !== undefined) entries.push(['box', bytes(box)])
  entries.push(['key', bytes(key.publicKey)], ['role', text(role)])
  if (uses !== undefined) entries.push(['uses', uint(uses)])
  if (epoch !== undefined) entries.push(['epoch', bytes(epoch)])
  if (sealed !== undefined) entries.push(['sealed', bytes(sealed)])
  if (expires !== undefined) entries.push(['expires', uint(expires)])
  return map(...entries)
}

/** What the key of an invite signs. */
export const acceptanceContent = (room: Bytes, invite: Bytes, author: Bytes): Bytes =>
  concat(utf8('kith/invite/1'), room, invite, author)

export const acceptBody = (room: Bytes, invite: Bytes, author: Key, key: Key, box?: Bytes): Bytes =>
  map(
    ...(box === undefined ? [] : [['box', bytes(box)] as [string, Bytes]]),
    ['proof', bytes(key.sign(acceptanceContent(room, invite, author.publicKey)))],
    ['invite', idLink(invite)],
  )

/** What a device signs for the author that adds it. */
export const deviceContent = (author: Bytes, box: Bytes): Bytes => concat(utf8('kith/device/1'), author, box)

interface Device {
  /** Whose key signs; default: the member's. */
  by?: Key
  person: Key
  role: string
  box: Bytes
  sealed?: Bytes
  epoch?: Bytes
}

export function deviceBody(author: Key, member: Key, { by = member, person, role, box, sealed, epoch }: Device): Bytes {
  const entries: [string, Bytes][] = [
    ['box', bytes(box)],
    ['role', text(role)],
  ]
  if (epoch !== undefined) entries.push(['epoch', bytes(epoch)])
  entries.push(['proof', bytes(by.sign(deviceContent(author.publicKey, box)))], ['member', bytes(member.publicKey)])
  entries.push(['person', bytes(person.publicKey)])
  if (sealed !== undefined) entries.push(['sealed', bytes(sealed)])
  return map(...entries)
}

export function isProofOf(key: string, content: Bytes, proof: Bytes): boolean {
  const der = concat(fromHex('302a300506032b6570032100'), fromHex(key))
  return verify(null, content, createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }), proof)
}

/** What a document says; undefined if it is no act, or breaks the rules. */
export function sayingOf({ kind, body }: Pick<Written, 'kind' | 'body'>): Saying | undefined {
  const fields = readBody(body, false)?.value
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined
  const {
    member,
    person,
    role,
    key,
    invite,
    proof,
    expires = Infinity,
    uses = Infinity,
    ...sealing
  } = fields as Record<string, unknown>
  const { box, epoch, sealed, keys, previous, wrapped, turn } = sealing
  switch (kind) {
    case 'access/role':
      if (!isBytes(member, 32) || !isRole(role)) return undefined
      return { type: 'role', member: hex(member), role, ...(isBytes(box, 32) && { box }) }
    case 'access/invite':
      if (!isBytes(key, 32) || !isRole(role) || role === 'none' || !isLimit(expires) || !isLimit(uses)) return undefined
      if (!isLeftOutOr(box, 32) || !isLeftOutOr(sealed, 80) || !isLeftOutOr(epoch, 16)) return undefined
      if ((sealed === undefined) !== (epoch === undefined)) return undefined
      const forBox = { ...(box && { box }), ...(sealed && epoch && { sealed, epoch }) }
      return { type: 'invite', key: hex(key), role, expires, uses, ...forBox }
    case 'access/accept':
      if (!isId(invite) || !isBytes(proof, 64) || !isLeftOutOr(box, 32)) return undefined
      return { type: 'accept', invite: digestOf(invite), proof, ...(box && { box }) }
    case 'access/device':
      if (!isBytes(member, 32) || !isBytes(person, 32) || !isRole(role) || role === 'none') return undefined
      if (!isBytes(box, 32) || !isBytes(proof, 64)) return undefined
      if (!isLeftOutOr(sealed, 80) || !isLeftOutOr(epoch, 16) || !sealed !== !epoch) return undefined
      return {
        ...{ type: 'device', member: hex(member), person: hex(person), role, box, proof },
        ...(sealed && epoch && { sealed, epoch }),
      }
    case 'access/rekey':
      if (!isBytes(epoch, 16) || !isPieces(keys, 88, 512) || !isPieces(previous, 16, 64)) return undefined
      if (!isPieces(wrapped, 48, previous.length / 16)) return undefined
      return { type: 'rekey', epoch: hex(epoch), previous: piecesOf(previous, 16).map(hex), wrapped, keys }
    case 'access/withdraw':
      return isId(invite) ? { type: 'withdraw', invite: digestOf(invite) } : undefined
    case 'access/owner':
      return isBytes(member, 32) ? { type: 'owner', member: hex(member), ...(isTurn(turn) && { turn }) } : undefined
    default:
      return undefined
  }
}

const isTurn = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isBytes = (value: unknown, length: number): value is Bytes =>
  value instanceof Uint8Array && value.length === length
const isLeftOutOr = (value: unknown, length: number): value is Bytes | undefined =>
  value === undefined || isBytes(value, length)
const isPieces = (value: unknown, length: number, most: number): value is Bytes =>
  value instanceof Uint8Array && value.length % length === 0 && value.length / length <= most
const piecesOf = (content: Bytes, length: number): Bytes[] =>
  Array.from({ length: content.length / length }, (_, i) => content.subarray(i * length, (i + 1) * length))
const isRole = (value: unknown): value is string =>
  typeof value === 'string' && rankOf(value) >= 0 && rankOf(value) <= LARGEST_ROLE
const isLimit = (value: unknown): value is number =>
  value === Infinity || (Number.isSafeInteger(value) && (value as number) > 0)

/** A link is read as the bytes behind its tag. */
const LINK_HEAD = '58250001711220'
const isId = (value: unknown): value is Bytes => isBytes(value, 39) && hex(value).startsWith(LINK_HEAD)
const digestOf = (id: Bytes): string => hex(id).slice(LINK_HEAD.length)

export const peerOfHex = (publicKey: string): string => peerIdOf(fromHex(publicKey))

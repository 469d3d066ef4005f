/** Acts: the documents that say who may do what in a room. Their bodies are canonical dag-cbor. */
import { encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import {
  ACCEPT_DOMAIN,
  ACCEPT_KIND,
  INVITE_KIND,
  OWNER_KIND,
  ROLE_KIND,
  ROLES,
  WITHDRAW_KIND,
} from '../../../protocols/access/constants.ts'
import { SIGNATURE_BYTES } from '../../../protocols/document/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import type { Signer } from '../../../protocols/wire/crypto.ts'
import {
  cidOf,
  digestOfDocumentId,
  parseDocumentId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import { decodeDagCbor } from '../../apps/body.ts'

export type Role = (typeof ROLES)[number]

/** What an author may do, as a number: the index of a role in ROLES, or one more for the owner of the room. */
export type Rank = number

export const RANK_OF_OWNER: Rank = ROLES.length

export function rankOf(role: Role): Rank {
  return ROLES.indexOf(role)
}

/** What one of these documents says. */
export type Saying =
  | { type: 'role'; member: PeerId; role: Role }
  /** `key`: the peer id of the invite's public key. `expiresMs`: since 1970; undefined: never. `uses`: undefined: any number. */
  | {
      type: 'invite'
      key: PeerId
      role: Exclude<Role, 'none'>
      expiresMs: number | undefined
      uses: number | undefined
    }
  | { type: 'accept'; invite: DocumentId; proof: Uint8Array }
  | { type: 'withdraw'; invite: DocumentId }
  | { type: 'owner'; member: PeerId }

/** A document with its saying. */
export interface Act {
  id: DocumentId
  clock: number
  author: PeerId
  timeMs: number
  saying: Saying
}

/** An act that says something of this type. */
export type ActOf<Type extends Saying['type']> = Act & { saying: Extract<Saying, { type: Type }> }

export function isOfType<Type extends Saying['type']>(act: Act, type: Type): act is ActOf<Type> {
  return act.saying.type === type
}

const KINDS = {
  role: ROLE_KIND,
  invite: INVITE_KIND,
  accept: ACCEPT_KIND,
  withdraw: WITHDRAW_KIND,
  owner: OWNER_KIND,
} as const

/** The content of a document that says this. */
export function encodeAct(saying: Saying): { kind: string; body: Uint8Array } {
  return { kind: KINDS[saying.type], body: encode(fieldsOf(saying)) }
}

function fieldsOf(saying: Saying): Record<string, unknown> {
  switch (saying.type) {
    case 'role':
      return { member: publicKeyOfPeerId(saying.member), role: saying.role }
    case 'owner':
      return { member: publicKeyOfPeerId(saying.member) }
    case 'withdraw':
      return { invite: cidOf(saying.invite) }
    case 'accept':
      return { invite: cidOf(saying.invite), proof: saying.proof }
    case 'invite': {
      const { key, role, expiresMs, uses } = saying
      const limits = { ...(expiresMs !== undefined && { expires: expiresMs }), ...(uses !== undefined && { uses }) }
      return { key: publicKeyOfPeerId(key), role, ...limits }
    }
  }
}

/** A document as an act; undefined if it is none, or if its body breaks the rules. */
export function actOf({ id, clock, author, timeMs, kind, body }: Document): Act | undefined {
  const type = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((name) => KINDS[name] === kind)
  const fields = type && decodeDagCbor(body)
  if (type === undefined || typeof fields !== 'object' || fields === null) return undefined
  const saying = readSaying(type, fields as Record<string, unknown>)
  return saying && { id, clock, author, timeMs, saying }
}

function readSaying(type: keyof typeof KINDS, fields: Record<string, unknown>): Saying | undefined {
  const member = keyOf(fields['member'])
  const invite = documentIdOf(fields['invite'])
  switch (type) {
    case 'role': {
      const { role } = fields
      return member !== undefined && isRole(role) ? { type, member, role } : undefined
    }
    case 'owner':
      return member && { type, member }
    case 'withdraw':
      return invite && { type, invite }
    case 'accept': {
      const { proof } = fields
      const isProof = proof instanceof Uint8Array && proof.length === SIGNATURE_BYTES
      return invite !== undefined && isProof ? { type, invite, proof } : undefined
    }
    case 'invite': {
      const key = keyOf(fields['key'])
      const { role, expires: expiresMs, uses } = fields
      if (key === undefined || !isRole(role) || role === 'none' || !isCount(expiresMs) || !isCount(uses))
        return undefined
      return { type, key, role, expiresMs, uses }
    }
  }
}

function keyOf(value: unknown): PeerId | undefined {
  return value instanceof Uint8Array && value.length === PUBLIC_KEY_BYTES ? peerIdOfPublicKey(value) : undefined
}

function documentIdOf(value: unknown): DocumentId | undefined {
  const cid = CID.asCID(value)
  return cid === null ? undefined : parseDocumentId(cid.toString())
}

function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value)
}

/** Above 0, or left out. */
function isCount(value: unknown): value is number | undefined {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) > 0)
}

/** What the key of an invite signs for an author that accepts it. */
export function acceptanceContent(room: RoomId, invite: DocumentId, author: PeerId): Uint8Array {
  const key = publicKeyOfPeerId(author) ?? new Uint8Array(0)
  return Buffer.concat([Buffer.from(ACCEPT_DOMAIN), digestOfDocumentId(room), digestOfDocumentId(invite), key])
}

/** Accepts an invite with its key. */
export function acceptance(room: RoomId, invite: DocumentId, author: PeerId, key: Signer): Saying {
  return { type: 'accept', invite, proof: key.sign(acceptanceContent(room, invite, author)) }
}

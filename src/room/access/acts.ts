/** Acts: the documents that say who may do what in a room. Their bodies are canonical dag-cbor. */
import { encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import {
  ACCEPT_DOMAIN,
  ACCEPT_KIND,
  DEVICE_DOMAIN,
  DEVICE_KIND,
  INVITE_KIND,
  OWNER_KIND,
  REKEY_KIND,
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
import {
  KEY_BYTES,
  KEY_ID_BYTES,
  MAX_PREDECESSORS,
  SEALED_KEY_BYTES,
  WRAPPED_KEY_BYTES,
  type KeyId,
} from '../../../protocols/sealing/index.ts'
import { decodeDagCbor } from '../../apps/body.ts'
import { bytesOfKeyId, isSealedKeys, keyIdOfBytes, piecesOf } from '../sealing/sealed-keys.ts'

export type Role = (typeof ROLES)[number]

/** What an author may do, as a number: the index of a role in ROLES, or one more for the owner of the room. */
export type Rank = number

export const RANK_OF_OWNER: Rank = ROLES.length

export function rankOf(role: Role): Rank {
  return ROLES.indexOf(role)
}

/** The key of an epoch, sealed to a box. */
export interface SealedKey {
  epoch: KeyId
  key: Uint8Array
}

/** What one of these documents says. */
export type Saying =
  /** `box`: in a private room, to which keys are sealed for a member who has told none there: it is the one of another room. */
  | { type: 'role'; member: PeerId; role: Role; box?: Uint8Array }
  /** `key`: the peer id of the invite's public key. `expiresMs`: since 1970; undefined: never. `uses`: undefined: any number. */
  | {
      type: 'invite'
      key: PeerId
      role: Exclude<Role, 'none'>
      expiresMs: number | undefined
      uses: number | undefined
      /** In a private room: the public key of X25519 for whoever has the secret, and the key of an epoch, sealed to it. */
      box?: Uint8Array
      sealed?: SealedKey
    }
  /** `box`: in a private room, the public key of X25519 to which keys are sealed for the author. */
  | { type: 'accept'; invite: DocumentId; proof: Uint8Array; box?: Uint8Array }
  /**
   * `member`: the new device. `person`: the first key of the person. `box`: its public key of X25519. `proof`: see
   * `deviceProof`. `sealed`: in a private room, the key of an epoch, sealed to the box.
   */
  | {
      type: 'device'
      member: PeerId
      person: PeerId
      role: Exclude<Role, 'none'>
      box: Uint8Array
      proof: Uint8Array
      sealed?: SealedKey
    }
  | { type: 'withdraw'; invite: DocumentId }
  /** `turn`: in a room that takes over the rights of one above it, how often that had been handed over. */
  | { type: 'owner'; member: PeerId; turn?: number }
  /** A new key, and those before it. `wrapped`: of the first of these, under the new one. */
  | { type: 'rekey'; epoch: KeyId; previous: readonly KeyId[]; wrapped: readonly Uint8Array[]; keys: Uint8Array }

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

/** Whether an act takes everything from whom it is about. */
export function isRemoval({ saying }: Act): boolean {
  return saying.type === 'role' && saying.role === 'none'
}

const KINDS = {
  role: ROLE_KIND,
  invite: INVITE_KIND,
  accept: ACCEPT_KIND,
  withdraw: WITHDRAW_KIND,
  owner: OWNER_KIND,
  rekey: REKEY_KIND,
  device: DEVICE_KIND,
} as const

/** The content of a document that says this. */
export function encodeAct(saying: Saying): { kind: string; body: Uint8Array } {
  return { kind: KINDS[saying.type], body: encode(fieldsOf(saying)) }
}

function fieldsOf(saying: Saying): Record<string, unknown> {
  switch (saying.type) {
    case 'role':
      return { member: publicKeyOfPeerId(saying.member), role: saying.role, ...(saying.box && { box: saying.box }) }
    case 'owner':
      return { member: publicKeyOfPeerId(saying.member), ...(saying.turn !== undefined && { turn: saying.turn }) }
    case 'withdraw':
      return { invite: cidOf(saying.invite) }
    case 'accept':
      return { invite: cidOf(saying.invite), proof: saying.proof, ...(saying.box && { box: saying.box }) }
    case 'invite': {
      const { key, role, expiresMs, uses, box, sealed } = saying
      const limits = { ...(expiresMs !== undefined && { expires: expiresMs }), ...(uses !== undefined && { uses }) }
      return { key: publicKeyOfPeerId(key), role, ...limits, ...(box && { box }), ...sealedFields(sealed) }
    }
    case 'device': {
      const { member, person, role, box, proof, sealed } = saying
      const keys = { member: publicKeyOfPeerId(member), person: publicKeyOfPeerId(person) }
      return { ...keys, role, box, proof, ...sealedFields(sealed) }
    }
    case 'rekey': {
      const { epoch, previous, wrapped, keys } = saying
      const [before, under] = [previous.map(bytesOfKeyId), wrapped].map((list) => Buffer.concat(list))
      return { epoch: bytesOfKeyId(epoch), keys, previous: before, wrapped: under }
    }
  }
}

function sealedFields(sealed: SealedKey | undefined): Record<string, unknown> {
  return sealed === undefined ? {} : { epoch: bytesOfKeyId(sealed.epoch), sealed: sealed.key }
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
      const box = optionalBytes(fields['box'], KEY_BYTES)?.value
      return member !== undefined && isRole(role) ? { type, member, role, ...(box && { box }) } : undefined
    }
    case 'owner': {
      const { turn } = fields
      return member && { type, member, ...(isTurn(turn) && { turn }) }
    }
    case 'withdraw':
      return invite && { type, invite }
    case 'accept': {
      const { proof } = fields
      if (invite === undefined || !isBytes(proof, SIGNATURE_BYTES)) return undefined
      const box = optionalBytes(fields['box'], KEY_BYTES)
      return box && { type, invite, proof, ...(box.value && { box: box.value }) }
    }
    case 'rekey':
      return readRekey(fields)
    case 'invite': {
      const key = keyOf(fields['key'])
      const { role, expires: expiresMs, uses } = fields
      if (key === undefined || !isRole(role) || role === 'none' || !isCount(expiresMs) || !isCount(uses))
        return undefined
      const box = optionalBytes(fields['box'], KEY_BYTES)
      const sealed = readSealed(fields)
      return box && sealed && { type, key, role, expiresMs, uses, ...(box.value && { box: box.value }), ...sealed }
    }
    case 'device': {
      const person = keyOf(fields['person'])
      const { role, box, proof } = fields
      if (member === undefined || person === undefined || !isRole(role) || role === 'none') return undefined
      if (!isBytes(box, KEY_BYTES) || !isBytes(proof, SIGNATURE_BYTES)) return undefined
      const sealed = readSealed(fields)
      return sealed && { type, member, person, role, box, proof, ...sealed }
    }
  }
}

/** Undefined if one part is there without the other, or has another form. */
function readSealed(fields: Record<string, unknown>): { sealed?: SealedKey } | undefined {
  const key = optionalBytes(fields['sealed'], SEALED_KEY_BYTES)?.value
  const epoch = optionalBytes(fields['epoch'], KEY_ID_BYTES)?.value
  if (key !== undefined && epoch !== undefined) return { sealed: { epoch: keyIdOfBytes(epoch), key } }
  return fields['sealed'] === undefined && fields['epoch'] === undefined ? {} : undefined
}

function readRekey({ epoch, keys, previous, wrapped }: Record<string, unknown>): Saying | undefined {
  if (!isBytes(epoch, KEY_ID_BYTES) || !isSealedKeys(keys)) return undefined
  const before = piecesOf(previous, KEY_ID_BYTES, MAX_PREDECESSORS)
  const under = piecesOf(wrapped, WRAPPED_KEY_BYTES, before?.length ?? 0)
  if (before === undefined || under === undefined) return undefined
  return { type: 'rekey', epoch: keyIdOfBytes(epoch), previous: before.map(keyIdOfBytes), wrapped: under, keys }
}

function keyOf(value: unknown): PeerId | undefined {
  return value instanceof Uint8Array && value.length === PUBLIC_KEY_BYTES ? peerIdOfPublicKey(value) : undefined
}

function documentIdOf(value: unknown): DocumentId | undefined {
  const cid = CID.asCID(value)
  return cid === null ? undefined : parseDocumentId(cid.toString())
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

/** Undefined if it is there and has another form. */
function optionalBytes(value: unknown, length: number): { value?: Uint8Array } | undefined {
  if (value === undefined) return {}
  return isBytes(value, length) ? { value } : undefined
}

function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value)
}

function isTurn(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
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

/** Accepts an invite with its key. `box`: in a private room, to which keys are sealed for the author. */
export function acceptance(room: RoomId, invite: DocumentId, author: PeerId, key: Signer, box?: Uint8Array): Saying {
  return { type: 'accept', invite, proof: key.sign(acceptanceContent(room, invite, author)), ...(box && { box }) }
}

/** What a device signs for the author of the act that adds it. `box`: its public key of X25519. */
export function deviceContent(author: PeerId, box: Uint8Array): Uint8Array {
  const key = publicKeyOfPeerId(author) ?? new Uint8Array(0)
  return Buffer.concat([Buffer.from(DEVICE_DOMAIN), key, box])
}

/** With which `author` can say, in any room, that it has this device. `box`: the device's public key of X25519. */
export function deviceProof(author: PeerId, box: Uint8Array, device: Signer): Uint8Array {
  return device.sign(deviceContent(author, box))
}

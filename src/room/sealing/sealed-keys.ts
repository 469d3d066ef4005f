/** Keys sealed to several recipients, as the bodies of rekeys and of documents that give a key have them. */
import { encode } from '@ipld/dag-cbor'
import { KEY_KIND } from '../../../protocols/access/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import {
  KEY_ID_BYTES,
  MAX_ALIKE,
  MAX_RECIPIENTS,
  RECIPIENT_BYTES,
  SEALED_KEY_BYTES,
  type EpochKey,
  type KeyId,
} from '../../../protocols/sealing/index.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { decodeDagCbor } from '../../apps/body.ts'
import type { Content } from '../content.ts'

const ENTRY_BYTES = RECIPIENT_BYTES + SEALED_KEY_BYTES

/** The beginning of a recipient's public key, in hex. */
export type RecipientId = string

export function recipientIdOf(publicKey: Uint8Array): RecipientId {
  return Buffer.from(publicKey.subarray(0, RECIPIENT_BYTES)).toString('hex')
}

export function bytesOfKeyId(id: KeyId): Buffer {
  return Buffer.from(id, 'hex')
}

export function keyIdOfBytes(bytes: Uint8Array): KeyId {
  return Buffer.from(bytes).toString('hex')
}

/** A key sealed to recipients, by their public keys, as many as one document takes in each part. Keys that are none are left out. */
export function sealToAll(
  key: EpochKey,
  room: Uint8Array,
  recipients: readonly Uint8Array[],
  random: Random,
): Uint8Array[] {
  const alike = new Map<RecipientId, number>()
  /** In each of them, no more begin alike than a reader tries. */
  const lists: Buffer[][] = []
  for (const publicKey of recipients) {
    const sealed = key.sealFor(room, publicKey, random)
    if (sealed === undefined) continue
    const id = recipientIdOf(publicKey)
    const before = alike.get(id) ?? 0
    alike.set(id, before + 1)
    const list = (lists[Math.floor(before / MAX_ALIKE)] ??= [])
    list.push(Buffer.concat([publicKey.subarray(0, RECIPIENT_BYTES), sealed]))
  }
  return lists.flatMap((entries) =>
    Array.from({ length: Math.ceil(entries.length / MAX_RECIPIENTS) }, (_, i) =>
      Buffer.concat(entries.slice(i * MAX_RECIPIENTS, (i + 1) * MAX_RECIPIENTS)),
    ),
  )
}

/** A key sealed to recipients, as long as it can be: keys that are none are left out. */
export function listOfSealed(
  recipients: readonly Uint8Array[],
  seal: (publicKey: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  return Buffer.concat(
    recipients.flatMap((publicKey) => {
      const sealed = seal(publicKey)
      return sealed === undefined ? [] : [publicKey.subarray(0, RECIPIENT_BYTES), sealed]
    }),
  )
}

export function isSealedKeys(value: unknown): value is Uint8Array {
  return piecesOf(value, ENTRY_BYTES, MAX_RECIPIENTS) !== undefined
}

/** Bytes in pieces of a length; undefined if they are none, or too many. */
export function piecesOf(value: unknown, length: number, maxPieces: number): Uint8Array[] | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  const pieces = value.length / length
  if (!Number.isInteger(pieces) || pieces > maxPieces) return undefined
  return Array.from({ length: pieces }, (_, i) => value.subarray(i * length, (i + 1) * length))
}

/** Whom the keys are sealed to. */
export function recipientsIn(keys: Uint8Array): RecipientId[] {
  return (piecesOf(keys, ENTRY_BYTES, MAX_RECIPIENTS) ?? []).map(recipientIdOf)
}

/** What is sealed to one of them, as far as that is tried. */
export function sealedFor(keys: Uint8Array, recipient: RecipientId): Uint8Array[] {
  const entries = piecesOf(keys, ENTRY_BYTES, MAX_RECIPIENTS) ?? []
  const alike = entries.filter((entry) => recipientIdOf(entry) === recipient).slice(0, MAX_ALIKE)
  return alike.map((entry) => entry.subarray(RECIPIENT_BYTES))
}

/** A document that gives the key of an epoch to some who lack it. */
export interface GivenKey {
  epoch: KeyId
  keys: Uint8Array
}

export function givenKeyContent({ epoch, keys }: GivenKey): Content {
  return { kind: KEY_KIND, body: encode({ epoch: bytesOfKeyId(epoch), keys }) }
}

/** Undefined if a document gives none. */
export function givenKeyOf({ kind, body }: Document): GivenKey | undefined {
  const fields = kind === KEY_KIND ? decodeDagCbor(body) : undefined
  if (typeof fields !== 'object' || fields === null || !('epoch' in fields) || !('keys' in fields)) return undefined
  const { epoch, keys } = fields
  if (!(epoch instanceof Uint8Array) || epoch.length !== KEY_ID_BYTES || !isSealedKeys(keys)) return undefined
  return { epoch: keyIdOfBytes(epoch), keys }
}

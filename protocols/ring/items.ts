/** What a ring stores: values named by their hash, and values that an author signed under a name. */
import { bytesOfBlockId } from '../wire/block-ids.ts'
import { sha256, verifySignature, type Signer } from '../wire/crypto.ts'
import type { BlockId, PeerId } from '../wire/ids.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { keyOfBytes, PLACE_BYTES, type ItemKey } from './circle.ts'
import { ITEM_DOMAIN, MAX_ITEM_BYTES, MAX_ITEM_NAME_BYTES, NAME_DOMAIN, VERSION_DOMAIN } from './constants.ts'

export interface Item {
  value: Uint8Array
  /** Undefined: the item is named by the hash of its value. */
  signed: SignedName | undefined
  /** For how long it is kept still. */
  ttlSeconds: number
  /** 1, 2, 4, 8 or 16. */
  copies: number
}

/** Who says what a name stands for. Of two with the same author and name, that with the higher sequence counts. */
export interface SignedName {
  author: PeerId
  name: string
  /** From 1. */
  sequence: number
  signature: Uint8Array
}

const SEQUENCE_BYTES = 8

/** The key under which an item is found. */
export function keyOf({ value, signed }: Pick<Item, 'value' | 'signed'>): ItemKey {
  return signed === undefined ? keyOfBytes(sha256(value)) : keyOfName(signed.author, signed.name)
}

/** The key of an item whose value is a block: that is named by the same hash. */
export function keyOfBlock(id: BlockId): ItemKey {
  return keyOfBytes(bytesOfBlockId(id).subarray(-PLACE_BYTES))
}

/** The key of what an author says under a name. Throws a TypeError if the author's peer id contains no Ed25519 key. */
export function keyOfName(author: PeerId, name: string): ItemKey {
  return keyOfBytes(sha256(utf8(NAME_DOMAIN), publicKey(author), utf8(name)))
}

/**
 * What a version of an item is compared by: 32 bytes, the key of an item by content; of a named one, the hash of its key, its
 * sequence as 8 bytes, and the hash of its value.
 */
export function itemId({ value, signed }: Pick<Item, 'value' | 'signed'>): Uint8Array {
  if (signed === undefined) return sha256(value)
  const key = Buffer.from(keyOfName(signed.author, signed.name), 'hex')
  return sha256(utf8(VERSION_DOMAIN), key, sequenceBytes(signed.sequence), sha256(value))
}

/** Signs a value under a name. Throws a RangeError if one of them is too long, or the sequence is none. */
export function signItem(
  signer: Signer,
  { name, sequence, value, ...rest }: Omit<Item, 'signed'> & Pick<SignedName, 'name' | 'sequence'>,
): Item {
  if (utf8(name).length > MAX_ITEM_NAME_BYTES) throw new RangeError(`a name has at most ${MAX_ITEM_NAME_BYTES} bytes`)
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new RangeError('a sequence is a whole number from 1')
  if (value.length > MAX_ITEM_BYTES) throw new RangeError(`an item has at most ${MAX_ITEM_BYTES} bytes`)
  const signature = signer.sign(signedBytes(keyOfName(signer.author, name), sequence, value))
  return { ...rest, value, signed: { author: signer.author, name, sequence, signature } }
}

/** Whether an item is what its key says: by its hash, which the key is made of, or by its signature. */
export function isAuthentic(item: Item, key: ItemKey): boolean {
  if (keyOf(item) !== key) return false
  const { signed, value } = item
  return (
    signed === undefined || verifySignature(signed.author, signedBytes(key, signed.sequence, value), signed.signature)
  )
}

/** What of two items of one key counts: the higher sequence, and of equal ones the one whose value has the lower hash. */
export function isNewer(item: Item, than: Item): boolean {
  const [sequence, other] = [item.signed?.sequence ?? 0, than.signed?.sequence ?? 0]
  if (sequence !== other || item.signed === undefined) return sequence > other
  return Buffer.compare(sha256(item.value), sha256(than.value)) < 0
}

/** What an author signs: domain, key, sequence as 8 bytes with the first one highest, and the hash of the value. */
function signedBytes(key: ItemKey, sequence: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([utf8(ITEM_DOMAIN), Buffer.from(key, 'hex'), sequenceBytes(sequence), sha256(value)])
}

function sequenceBytes(sequence: number): Uint8Array {
  const bytes = Buffer.alloc(SEQUENCE_BYTES)
  bytes.writeBigUInt64BE(BigInt(sequence))
  return bytes
}

function publicKey(author: PeerId): Uint8Array {
  const key = publicKeyOfPeerId(author)
  if (key === undefined) throw new TypeError('the author has no Ed25519 key')
  return key
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/**
 * Writers of raw bytes for the vectors. They share no code with the codecs, so that a codec and its
 * vectors cannot have the same mistake, and they can write invalid data.
 */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'

export type Bytes = Uint8Array

export const concat = (...parts: Bytes[]): Bytes => Buffer.concat(parts)
export const hex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex')
export const fromHex = (text: string): Bytes => Buffer.from(text, 'hex')
export const utf8 = (text: string): Bytes => Buffer.from(text)
export const filled = (length: number, byte = 0): Bytes => Buffer.alloc(length, byte)
/** Order by bytes, as for ids. */
export const byBytes = (a: Bytes, b: Bytes): number => Buffer.compare(a, b)
export const sha256 = (...parts: Bytes[]): Bytes =>
  createHash('sha256')
    .update(concat(...parts))
    .digest()

/** 32 bytes that stand for something, the same in every run. */
export const digestOf = (name: string): Bytes => sha256(utf8(`kith vectors: ${name}`))

/** CBOR: the head of a major type with its shortest argument. */
export function head(major: number, value: number | bigint): Bytes {
  const argument = BigInt(value)
  if (argument < 24n) return Uint8Array.of((major << 5) | Number(argument))
  for (const [info, size] of [
    [24, 1],
    [25, 2],
    [26, 4],
  ] as const) {
    if (argument < 1n << BigInt(8 * size)) return longHead(major, info, argument, size)
  }
  return longHead(major, 27, argument, 8)
}

/** CBOR: a head whose argument takes `size` bytes, even if fewer would do. */
export function longHead(major: number, info: number, value: number | bigint, size: number): Bytes {
  return fromHex(
    ((major << 5) | info).toString(16).padStart(2, '0') +
      BigInt(value)
        .toString(16)
        .padStart(2 * size, '0'),
  )
}

export const uint = (value: number | bigint): Bytes => head(0, value)
export const bytes = (content: Bytes): Bytes => concat(head(2, content.length), content)
export const text = (content: string | Bytes): Bytes => {
  const encoded = typeof content === 'string' ? utf8(content) : content
  return concat(head(3, encoded.length), encoded)
}
export const list = (items: Bytes[]): Bytes => concat(head(4, items.length), ...items)
export const NULL = fromHex('f6')
export const FALSE = fromHex('f4')
export const TRUE = fromHex('f5')
/** CBOR: a CID in dag-cbor: tag 42 around a zero byte and the binary CID. */
export const link = (cid: Bytes): Bytes => concat(fromHex('d82a'), bytes(concat(filled(1), cid)))

/** Binary CIDv1: codec, hash function and digest. */
export const cidV1 = (codec: number, hash: number, digest: Bytes): Bytes =>
  concat(Uint8Array.of(1, codec, hash, digest.length), digest)
/** The binary CID of a document, from its digest. */
export const documentCid = (digest: Bytes): Bytes => cidV1(0x71, 0x12, digest)
/** The text of a document's id, from its digest. */
export const documentId = (digest: Bytes): string => base32.encode(documentCid(digest))

/** Protobuf: an unsigned varint. */
export function varint(value: number | bigint): Bytes {
  const groups: number[] = []
  let rest = BigInt(value)
  for (; rest > 127n; rest >>= 7n) groups.push(Number(rest & 127n) | 128)
  return Uint8Array.from([...groups, Number(rest)])
}
/** Protobuf: field `number` as a varint. */
export const varintField = (number: number, value: number | bigint): Bytes => concat(varint(number << 3), varint(value))
/** Protobuf: field `number` as bytes or a message. */
export const bytesField = (number: number, ...content: Bytes[]): Bytes => {
  const all = concat(...content)
  return concat(varint((number << 3) | 2), varint(all.length), all)
}

/** Text of the peer id of an Ed25519 key. */
export const peerIdOf = (publicKey: Bytes): string =>
  base58btc.encode(concat(fromHex('002408011220'), publicKey)).slice(1)

/** An Ed25519 key and everything derived from it. */
export interface Key {
  seed: Bytes
  publicKey: Bytes
  peer: string
  sign(content: Bytes): Bytes
}

/** The key for a fixed seed. */
export function keyOf(name: string): Key {
  const seed = digestOf(`seed of ${name}`)
  const der = concat(fromHex('302e020100300506032b657004220420'), seed)
  const key: KeyObject = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
  return { seed, publicKey, peer: peerIdOf(publicKey), sign: (content) => sign(null, content, key) }
}

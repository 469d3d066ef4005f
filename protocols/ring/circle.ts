/**
 * The circle of 2^256 places on which nodes and items lie. A node lies at the SHA-256 of its peer id, an item at its key.
 */
import { sha256 } from '../wire/crypto.ts'
import type { PeerId } from '../wire/ids.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { BoundedCache } from '../wire/bounded-cache.ts'

declare const brand: unique symbol

/** A place on the circle. */
export type Place = bigint

/** The key of an item: 32 bytes in lower-case hex. */
export type ItemKey = string & { readonly [brand]: { readonly ItemKey: true } }

/** Of a place or a key. */
export const PLACE_BYTES = 32
const BITS = 256n
const CIRCLE = 1n << BITS
const HALF = CIRCLE >> 1n

/** The bytes before the key in a binary peer id: see protocols/wire/peer-ids.ts. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** Of the peers of a large neighbourhood. */
const MAX_CACHED = 4_096
const positions = new BoundedCache<PeerId, Place>(MAX_CACHED)

/** Where a node lies; undefined if its peer id contains no Ed25519 key, which nodes of the ring have. */
export function positionOf(peer: PeerId): Place | undefined {
  return positions.getOrRead(peer, () => {
    const key = publicKeyOfPeerId(peer)
    return key && placeOfBytes(sha256(PEER_ID_PREFIX, key))
  })
}

/** The place that 32 bytes name. */
export function placeOfBytes(bytes: Uint8Array): Place {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** The 32 bytes of a place. */
export function bytesOfPlace(place: Place): Uint8Array<ArrayBuffer> {
  return Buffer.from(place.toString(16).padStart(2 * PLACE_BYTES, '0'), 'hex')
}

/** The key that 32 bytes name. */
export function keyOfBytes(bytes: Uint8Array): ItemKey {
  return Buffer.from(bytes).toString('hex') as ItemKey
}

/** Reads a key as people pass it on; undefined if the text is none. */
export function parseItemKey(text: string): ItemKey | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as ItemKey) : undefined
}

/** The way from one place to another in the direction of growing numbers. */
export function clockwise(from: Place, to: Place): bigint {
  return BigInt.asUintN(256, to - from)
}

/** The shorter way between two places. */
export function distance(a: Place, b: Place): bigint {
  const way = clockwise(a, b)
  return way > HALF ? CIRCLE - way : way
}

/** Whether `a` is nearer to a place than `b` is; of two equally near ones, the one before it. Total: never both ways. */
export function isNearer(a: Place, b: Place, place: Place): boolean {
  const [fromA, fromB] = [distance(a, place), distance(b, place)]
  return fromA === fromB ? clockwise(a, place) < clockwise(b, place) : fromA < fromB
}

/**
 * The place of a copy of an item: its key with the first bits changed. Copy 0 is at the key, 1 opposite, 2 and 3 between
 * these, and so on: the first 2^m copies divide the circle evenly, so more copies leave the others where they are.
 */
export function placeOfCopy(key: ItemKey, copy: number): Place {
  return BigInt(`0x${key}`) ^ maskOf(copy)
}

/** The bits of a number in reverse are those at the top of the mask. */
function maskOf(copy: number): bigint {
  let mask = 0n
  for (let bit = 0n; copy >> Number(bit) > 0; bit++) {
    if (((copy >> Number(bit)) & 1) === 1) mask |= 1n << (BITS - 1n - bit)
  }
  return mask
}

/** How many bits two places have in common from the first. */
export function commonBits(a: Place, b: Place): number {
  const difference = a ^ b
  return difference === 0n ? Number(BITS) : Number(BITS) - difference.toString(2).length
}

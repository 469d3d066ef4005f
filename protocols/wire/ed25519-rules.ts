/**
 * Which Ed25519 keys and signatures are looked at at all. RFC 8032 leaves cases open, and platforms
 * decide them in different ways: a document that some nodes accept and others refuse would split its room.
 */

/** Little-endian y-coordinates of the points whose order divides 8, as libsodium refuses them; either sign of x. */
const SMALL_ORDER_YS: ReadonlySet<string> = new Set([
  // 0, of order 4
  '0000000000000000000000000000000000000000000000000000000000000000',
  // 1, the neutral element
  '0100000000000000000000000000000000000000000000000000000000000000',
  // p - 1, of order 2
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  // of order 8
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** 2^255 - 19, the modulus of coordinates. */
const FIELD_PRIME = (1n << 255n) - 19n

/** The order of the group that keys and signatures are to be in. */
const GROUP_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n

const POINT_BYTES = 32
const SIGNATURE_BYTES = 64

/** Whether an encoded point has a y-coordinate below p and is not of small order. It may still be no point of the curve. */
export function isSafePoint(encoded: Uint8Array): boolean {
  if (encoded.length !== POINT_BYTES) return false
  const y = Buffer.from(encoded)
  // The highest bit is the sign of x.
  y[POINT_BYTES - 1] = (y[POINT_BYTES - 1] ?? 0) & 0x7f
  return !SMALL_ORDER_YS.has(y.toString('hex')) && numberOf(y) < FIELD_PRIME
}

/** Whether a signature has 64 bytes, a safe R, and an S below the order of the group. */
export function isSafeSignature(signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  const [r, s] = [signature.subarray(0, POINT_BYTES), signature.subarray(POINT_BYTES)]
  return isSafePoint(r) && numberOf(s) < GROUP_ORDER
}

function numberOf(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`)
}

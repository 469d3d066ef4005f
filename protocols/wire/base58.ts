/**
 * Base58 in Bitcoin's alphabet, the text form of peer ids. multiformats' own codec works digit by digit and
 * takes half as long as decoding a whole document; a test compares the two.
 */

const ALPHABET = Buffer.from('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', 'latin1')
const BASE = 58
const ZERO = ALPHABET[0] ?? 0
/** Slightly more characters than needed: log 256 / log 58 is 1.3658. */
const CHARACTERS_PER_BYTE = 1.366

/** The most digits at a time for which a division stays exact in a double: 58 ** 6 * 2 ** 16 < 2 ** 53. */
const DIGITS = 6
const DIVISOR = BASE ** DIGITS
const LIMB = 2 ** 16

/** Encodes bytes as text; each zero byte at the start becomes a `1`. */
export function encodeBase58(bytes: Uint8Array): string {
  const text = Buffer.allocUnsafe(Math.ceil(bytes.length * CHARACTERS_PER_BYTE) + DIGITS)
  const number = limbsOf(bytes)
  let at = text.length
  for (let start = 0; start < number.length;) {
    if (number[start] === 0) {
      start++
      continue
    }
    let rest = divide(number, start)
    for (let digit = 0; digit < DIGITS; digit++) {
      const next = Math.floor(rest / BASE)
      text[--at] = ALPHABET[rest - next * BASE] ?? 0
      rest = next
    }
  }
  while (text[at] === ZERO) at++
  for (let i = 0; bytes[i] === 0; i++) text[--at] = ZERO
  return text.toString('latin1', at)
}

/** The bytes as a number, 16 bits per element, the most significant first. */
function limbsOf(bytes: Uint8Array): Float64Array {
  const limbs = new Float64Array(Math.ceil(bytes.length / 2))
  const odd = bytes.length % 2
  if (odd === 1) limbs[0] = bytes[0] ?? 0
  for (let i = odd; i < bytes.length; i += 2) limbs[(i + odd) / 2] = (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)
  return limbs
}

/** Divides a number by DIVISOR in place; returns the remainder. */
function divide(limbs: Float64Array, start: number): number {
  let rest = 0
  for (let i = start; i < limbs.length; i++) {
    const value = rest * LIMB + (limbs[i] ?? 0)
    const quotient = Math.floor(value / DIVISOR)
    limbs[i] = quotient
    rest = value - quotient * DIVISOR
  }
  return rest
}

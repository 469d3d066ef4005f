/**
 * RFC 4648 base32 in lower case, five bits per character, without padding: the text form of document ids.
 * multiformats' own codec supports any base and length, but takes a fifth of the time of a catch-up; a test
 * compares the two.
 */

const ALPHABET = Buffer.from('abcdefghijklmnopqrstuvwxyz234567', 'latin1')
const BITS_PER_CHARACTER = 5
const NOT_A_CHARACTER = 0xff

/** Value of each ASCII code. */
const VALUES = new Uint8Array(128).fill(NOT_A_CHARACTER)
for (const [value, code] of ALPHABET.entries()) VALUES[code] = value

/** Encodes bytes as text. */
export function encodeBase32(bytes: Uint8Array): string {
  const text = Buffer.allocUnsafe(Math.ceil((bytes.length * 8) / BITS_PER_CHARACTER))
  let bits = 0
  let value = 0
  let at = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= BITS_PER_CHARACTER; bits -= BITS_PER_CHARACTER) {
      text[at++] = ALPHABET[(value >>> (bits - BITS_PER_CHARACTER)) & 31] ?? 0
    }
  }
  if (bits > 0) text[at] = ALPHABET[(value << (BITS_PER_CHARACTER - bits)) & 31] ?? 0
  return text.toString('latin1')
}

/** Decodes text; drops an incomplete last byte. Throws a RangeError on other characters. */
export function decodeBase32(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * BITS_PER_CHARACTER) >>> 3)
  let bits = 0
  let value = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const next = VALUES[text.charCodeAt(i)] ?? NOT_A_CHARACTER
    if (next === NOT_A_CHARACTER) throw new RangeError('not base32')
    value = ((value << BITS_PER_CHARACTER) | next) & 0xfff
    bits += BITS_PER_CHARACTER
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (value >>> bits) & 0xff
  }
  return bytes
}

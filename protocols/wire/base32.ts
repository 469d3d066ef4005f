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

/** The two characters of each ten bits, as they lie in memory. */
const PAIRS = new Uint16Array(1 << (2 * BITS_PER_CHARACTER))
for (const pair of PAIRS.keys()) {
  const characters = Uint8Array.of(ALPHABET[pair >>> BITS_PER_CHARACTER] ?? 0, ALPHABET[pair & 31] ?? 0)
  PAIRS[pair] = new Uint16Array(characters.buffer)[0] ?? 0
}

/** So many bytes are so many characters, without a rest. */
const GROUP_BYTES = 5
const GROUP_CHARACTERS = 8

/** Before the text, which begins where a pair does. */
const PREFIX_SPACE = 2

/** Room for the ids of most blocks, reused: a buffer for each takes longer than encoding it. */
const SHARED_GROUPS = 32
const SHARED = Buffer.alloc(PREFIX_SPACE + SHARED_GROUPS * GROUP_CHARACTERS)
const SHARED_PAIRS = pairsIn(SHARED)

/** Encodes bytes as text, behind a prefix of one character of ASCII or none: to join them later takes a second string. */
export function encodeBase32(bytes: Uint8Array, prefix = ''): string {
  const groups = Math.ceil(bytes.length / GROUP_BYTES)
  const text = groups <= SHARED_GROUPS ? SHARED : Buffer.alloc(PREFIX_SPACE + groups * GROUP_CHARACTERS)
  const pairs = groups <= SHARED_GROUPS ? SHARED_PAIRS : pairsIn(text)
  const start = PREFIX_SPACE - prefix.length
  if (prefix !== '') text[start] = prefix.charCodeAt(0)
  for (let at = 0, pair = PREFIX_SPACE / 2; at < bytes.length; at += GROUP_BYTES) {
    const b = bytes[at + 1] ?? 0
    const c = bytes[at + 2] ?? 0
    const d = bytes[at + 3] ?? 0
    pairs[pair++] = PAIRS[((bytes[at] ?? 0) << 2) | (b >> 6)] ?? 0
    pairs[pair++] = PAIRS[((b & 0x3f) << 4) | (c >> 4)] ?? 0
    pairs[pair++] = PAIRS[((c & 0x0f) << 6) | (d >> 2)] ?? 0
    pairs[pair++] = PAIRS[((d & 0x03) << 8) | (bytes[at + 4] ?? 0)] ?? 0
  }
  return text.toString('latin1', start, PREFIX_SPACE + Math.ceil((bytes.length * 8) / BITS_PER_CHARACTER))
}

function pairsIn(text: Buffer): Uint16Array {
  return new Uint16Array(text.buffer, text.byteOffset, text.length / 2)
}

/**
 * Decodes text from a character on; drops an incomplete last byte, and `skippedBytes` at the beginning, as a view of the
 * others would take longer than decoding them. Throws a RangeError on other characters.
 */
export function decodeBase32(text: string, from = 0, skippedBytes = 0): Uint8Array {
  const length = (((text.length - from) * BITS_PER_CHARACTER) >>> 3) - skippedBytes
  const bytes = new Uint8Array(Math.max(0, length))
  let bits = 0
  let value = 0
  let at = -skippedBytes
  for (let i = from; i < text.length; i++) {
    const next = VALUES[text.charCodeAt(i)] ?? NOT_A_CHARACTER
    if (next === NOT_A_CHARACTER) throw new RangeError('not base32')
    value = ((value << BITS_PER_CHARACTER) | next) & 0xfff
    bits += BITS_PER_CHARACTER
    if (bits < 8) continue
    bits -= 8
    if (at >= 0) bytes[at] = (value >>> bits) & 0xff
    at++
  }
  return bytes
}

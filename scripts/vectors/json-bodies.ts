/**
 * dag-cbor of bodies, decoded byte by byte by a second implementation: which bytes are accepted, and with
 * which value.
 */
import {
  bytes,
  concat,
  documentCid,
  digestOf,
  filled,
  fromHex,
  head,
  hex,
  link,
  list,
  NULL,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'

const MAX_DEPTH = 32
const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** A value and where it ends. */
interface Read {
  value: unknown
  end: number
}

/**
 * The value of a dag-cbor body, restricted to JSON with `isJson`; undefined if the body is malformed or not
 * canonical.
 */
export function readBody(body: Bytes, isJson: boolean): { value: unknown } | undefined {
  try {
    const { value, end } = readValue(body, 0, 0, isJson)
    return end === body.length ? { value } : undefined
  } catch {
    return undefined
  }
}

function refuse(): never {
  throw new Error('not in the form of a body')
}

function readHead(body: Bytes, at: number): { major: number; info: number; argument: bigint; end: number } {
  const first = body[at] ?? refuse()
  const info = first & 31
  if (info < 24) return { major: first >> 5, info, argument: BigInt(info), end: at + 1 }
  if (info > 27) refuse()
  const size = 2 ** (info - 24)
  const content = body.subarray(at + 1, at + 1 + size)
  if (content.length < size) refuse()
  return { major: first >> 5, info, argument: BigInt(`0x${hex(content)}`), end: at + 1 + size }
}

/** The smallest argument that needs that many bytes, by the low bits of the head. */
const SMALLEST: Record<number, bigint> = { 24: 24n, 25: 1n << 8n, 26: 1n << 16n, 27: 1n << 32n }

function readValue(body: Bytes, at: number, depth: number, isJson: boolean): Read {
  const { major, info, argument, end } = readHead(body, at)
  if (major === 7) return readSimple(body.subarray(at, end), end)
  if (argument < (SMALLEST[info] ?? 0n)) refuse()
  const length = Number(argument)
  const isNested = major === 4 || major === 5
  if (isNested && depth === MAX_DEPTH) refuse()
  switch (major) {
    case 0:
    case 1:
      if (isJson && argument > BigInt(MAX_INTEGER - major)) refuse()
      return { value: major === 0 ? length : -1 - length, end }
    case 2:
      return isJson || end + length > body.length
        ? refuse()
        : { value: body.subarray(end, end + length), end: end + length }
    case 3:
      return readText(body, end, length)
    case 4:
      return readList(body, end, length, depth + 1, isJson)
    case 5:
      return readMap(body, end, length, depth + 1, isJson)
    default:
      return readLink(body, end, length, isJson)
  }
}

function readSimple(content: Bytes, end: number): Read {
  const simple: Record<string, unknown> = { f4: false, f5: true, f6: null }
  if (hex(content) in simple) return { value: simple[hex(content)], end }
  if (content[0] !== 0xfb) refuse()
  const value = Buffer.from(content).readDoubleBE(1)
  const isInteger = Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER
  return isInteger || !Number.isFinite(value) ? refuse() : { value, end }
}

function readText(body: Bytes, at: number, length: number): Read {
  const content = body.subarray(at, at + length)
  if (content.length < length) refuse()
  const value = textOf(content)
  return value === undefined ? refuse() : { value, end: at + length }
}

/** The text encoded by some bytes; undefined if they are not valid UTF-8. */
export function textOf(content: Bytes): string | undefined {
  const value = Buffer.from(content).toString()
  return Buffer.from(value).equals(content) ? value : undefined
}

function readList(body: Bytes, at: number, length: number, depth: number, isJson: boolean): Read {
  const value: unknown[] = []
  let end = at
  for (let count = 0; count < length; count++) {
    const item = readValue(body, end, depth, isJson)
    value.push(item.value)
    ;({ end } = item)
  }
  return { value, end }
}

function readMap(body: Bytes, at: number, length: number, depth: number, isJson: boolean): Read {
  const entries: [string, unknown][] = []
  let end = at
  let last: Bytes | undefined
  for (let count = 0; count < length; count++) {
    const key = readValue(body, end, depth, isJson)
    if (typeof key.value !== 'string') refuse()
    const encoded = body.subarray(end, key.end)
    if (last !== undefined && Buffer.compare(last, encoded) >= 0) refuse()
    last = encoded
    const item = readValue(body, key.end, depth, isJson)
    entries.push([key.value, item.value])
    ;({ end } = item)
  }
  return { value: Object.fromEntries(entries), end }
}

/** Tag 42 and the binary CID of a document: no other link is in the vectors. */
function readLink(body: Bytes, at: number, tag: number, isJson: boolean): Read {
  const size = link(documentCid(filled(32))).length - 2
  const content = body.subarray(at, at + size)
  const isCid = tag === 42 && hex(content).startsWith('58250001711220')
  return isJson || !isCid ? refuse() : { value: content, end: at + size }
}

const double = (value: number): Bytes => {
  const content = Buffer.alloc(9, 0xfb)
  content.writeDoubleBE(value, 1)
  return content
}
const map = (...entries: [Bytes, Bytes][]): Bytes => concat(head(5, entries.length), ...entries.flat())

/** Nested lists, `depth` of them, with something in the innermost. */
export const nested = (depth: number, innermost: Bytes[] = []): Bytes =>
  Array.from({ length: depth - 1 }).reduce<Bytes>((inside) => list([inside]), list(innermost))

const nestedMaps = (depth: number): Bytes =>
  Array.from({ length: depth - 1 }).reduce<Bytes>((inside) => map([text('a'), inside]), map())

/** Values that a body of JSON may have, and their one form. */
export const JSON_VALUES: Record<string, Bytes> = {
  null: NULL,
  false: fromHex('f4'),
  true: fromHex('f5'),
  zero: uint(0),
  'the largest integer in one byte': uint(23),
  'the smallest integer in two bytes': uint(24),
  'integers around 2^8, 2^16, 2^32': list([255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32].map(uint)),
  'the largest integer: 2^53 - 1': uint(MAX_INTEGER),
  'negative integers': list([head(1, 0), head(1, 23), head(1, 24), head(1, 255)]),
  'the smallest integer: -(2^53 - 1)': head(1, MAX_INTEGER - 1),
  'a fraction': double(1.5),
  'a negative fraction': double(-0.1),
  'the largest and the smallest float': list([double(Number.MAX_VALUE), double(Number.MIN_VALUE)]),
  '2^53: too large for an integer, so a float': double(2 ** 53),
  '-(2^53), 2^60 and 10^300 as floats': list([double(-(2 ** 53)), double(2 ** 60), double(1e300)]),
  'an empty text': text(''),
  'text beyond ASCII': text('Grüße aus 京都 👩‍🍳'),
  'a byte order mark and a zero byte in a text': text('\ufeff\0'),
  'the mark for what is no UTF-8, written as itself': text('\ufffd'),
  'a text of 300 bytes': text('a'.repeat(300)),
  'an empty list': list([]),
  'an empty map': map(),
  'a list of several types': list([NULL, uint(1), text('a'), list([]), map()]),
  'keys of a map: the shorter first': map([text('b'), uint(1)], [text('aa'), uint(2)]),
  'keys of a map of equal length: by their bytes': map([text('B'), uint(1)], [text('a'), uint(2)]),
  'keys of a map: by the length and bytes of their UTF-8, not of their UTF-16': map(
    [text('～'), uint(1)],
    [text('😀'), uint(2)],
  ),
  'keys that mean something in some languages': map([text('__proto__'), uint(1)], [text('constructor'), uint(2)]),
  'an empty key': map([text(''), uint(1)]),
  '31 lists in one another': nested(31),
  '31 lists in one another, with a number in the innermost': nested(31, [uint(1)]),
  '31 maps in one another': nestedMaps(31),
}

/** Values that are not valid in a JSON body, or not in this form. */
export const NO_JSON_VALUES: Record<string, Bytes> = {
  '3 as a float': double(3),
  '2^53 - 1 as a float': double(MAX_INTEGER),
  'zero as a float': double(0),
  'negative zero': double(-0),
  'a float of two bytes': fromHex('f93e00'),
  'a float of four bytes': fromHex('fa3fc00000'),
  'not a number': double(Number.NaN),
  'not a number, of two bytes': fromHex('f97e00'),
  infinity: double(Infinity),
  'negative infinity': double(-Infinity),
  'the integer 2^53': uint(2n ** 53n),
  'the integer 2^64 - 1': uint(2n ** 64n - 1n),
  'the integer -(2^53)': head(1, MAX_INTEGER),
  'an integer in more bytes than it needs': fromHex('1801'),
  'an integer in eight bytes': fromHex('1b0000000000000001'),
  undefined: fromHex('f7'),
  'a simple value that has no name': fromHex('e0'),
  'a simple value of two bytes': fromHex('f8ff'),
  bytes: bytes(utf8('a')),
  'a link': link(documentCid(digestOf('a link'))),
  'another tag': concat(fromHex('c1'), uint(1)),
  'a byte that is no UTF-8': text(fromHex('ff')),
  'half of a surrogate pair in UTF-8': text(fromHex('eda080')),
  'zero in two bytes of UTF-8': text(fromHex('c080')),
  'a text that ends in the middle of a character': text(fromHex('e4ba')),
  'a text of no known length': fromHex('7f6161ff'),
  'a text whose length takes more bytes than it needs': fromHex('780161'),
  'a list of no known length': fromHex('9f01ff'),
  'a map of no known length': fromHex('bf616101ff'),
  'a list whose length takes more bytes than it needs': fromHex('980101'),
  'a map with a key twice': map([text('a'), uint(1)], [text('a'), uint(1)]),
  'a map with its keys in another order': map([text('b'), uint(1)], [text('a'), uint(2)]),
  'a map with the longer key first': map([text('aa'), uint(1)], [text('b'), uint(2)]),
  'a map with keys in the order of UTF-16': map([text('😀'), uint(2)], [text('～'), uint(1)]),
  'a map with a number as a key': map([uint(1), uint(1)]),
  'a map with bytes as a key': map([bytes(utf8('a')), uint(1)]),
  'a map without its last value': concat(head(5, 1), text('a')),
  'a list without its last element': concat(head(4, 2), uint(1)),
  'a list with more elements than bytes': fromHex('9affffffff'),
  '32 lists in one another': nested(32),
  '32 maps in one another': nestedMaps(32),
  'the end of a list of no known length': fromHex('ff'),
}

/** Converts RANGES to its message and back. Bounds are encoded as differences, so that a range costs about 15 bytes. */
import { decodeTopic, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import type { SortKey } from '../wire/order.ts'
import { SALT_BYTES, SHORT_ID_BYTES } from './constants.ts'
import type { Range as RangeMessage, Ranges as RangesMessage } from './messages.ts'
import type { Range, RangeContent, RangesRecord, ShortId } from './records.ts'

const DIGEST_BYTES = 32
/** Salt, clock and id of the lower bound. */
const HEADER_BYTES = 64
/** Tags, lengths, clock and the longest id of an upper bound. */
const RANGE_BYTES = 48

/** Upper limit of an encoded record's size. */
export function rangesBytes({ ranges }: RangesRecord): number {
  return ranges.reduce((sum, range) => sum + rangeBytes(range), HEADER_BYTES)
}

/** Upper limit of an encoded range's size. */
export function rangeBytes({ content }: Range): number {
  return RANGE_BYTES + contentBytes(content)
}

function contentBytes(content: RangeContent): number {
  if (content.type === 'skip') return 0
  return content.type === 'fingerprint' ? SHORT_ID_BYTES : content.ids.length * SHORT_ID_BYTES
}

/** Encodes a record. */
export function encodeRanges({ topic, salt, lower, ranges }: RangesRecord): RangesMessage {
  let before = lower
  const encoded = ranges.map(({ upper, content }) => {
    const clockDelta = upper === undefined ? 0 : upper.clock - before.clock
    const id = upper === undefined ? new Uint8Array() : trimmed(upper.digest)
    before = upper ?? before
    return { clockDelta, id: wireBytes(id), ...encodeContent(content) }
  })
  return {
    topic: encodeTopic(topic),
    salt: wireBytes(salt),
    clock: lower.clock,
    id: wireBytes(trimmed(lower.digest)),
    ranges: encoded,
  }
}

function encodeContent(content: RangeContent): Pick<RangeMessage, 'fingerprint' | 'held' | 'wanted'> {
  switch (content.type) {
    case 'skip':
      return {}
    case 'fingerprint':
      return { fingerprint: wireBytes(Buffer.from(content.fingerprint, 'hex')) }
    case 'held':
      return { held: wireBytes(Buffer.from(content.ids.join(''), 'hex')) }
    case 'wanted':
      return { wanted: wireBytes(Buffer.from(content.ids.join(''), 'hex')) }
  }
}

/** Decodes a message. Throws a RangeError if lengths are wrong or the bounds do not ascend. */
export function decodeRanges({ topic, salt, clock, id, ranges }: RangesMessage): RangesRecord {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`)
  const lower = { clock, digest: padded(id) }
  let before: SortKey | undefined = lower
  const decoded = ranges.map((range): Range => {
    if (before === undefined) throw new RangeError('a range follows one without an end')
    const upper = decodeUpper(before, range)
    before = upper
    return { upper, content: decodeContent(range) }
  })
  return { type: 'ranges', topic: decodeTopic(topic), salt, lower, ranges: decoded }
}

function decodeUpper(lower: SortKey, { clockDelta, id }: RangeMessage): SortKey | undefined {
  if (clockDelta === 0 && id.length === 0) return undefined
  const upper = { clock: lower.clock + clockDelta, digest: padded(id) }
  if (!Number.isSafeInteger(upper.clock)) throw new RangeError('a clock is too large')
  if (clockDelta === 0 && Buffer.compare(upper.digest, lower.digest) <= 0) {
    throw new RangeError('ranges do not ascend')
  }
  return upper
}

function decodeContent({ fingerprint, held, wanted }: RangeMessage): RangeContent {
  if (fingerprint !== undefined) {
    if (fingerprint.length !== SHORT_ID_BYTES) throw new RangeError(`a fingerprint has ${SHORT_ID_BYTES} bytes`)
    return { type: 'fingerprint', fingerprint: Buffer.from(fingerprint).toString('hex') }
  }
  if (held !== undefined) return { type: 'held', ids: decodeShortIds(held) }
  if (wanted !== undefined) return { type: 'wanted', ids: decodeShortIds(wanted) }
  return { type: 'skip' }
}

function decodeShortIds(bytes: Uint8Array): ShortId[] {
  if (bytes.length % SHORT_ID_BYTES !== 0) throw new RangeError(`short ids have ${SHORT_ID_BYTES} bytes each`)
  const hex = Buffer.from(bytes).toString('hex')
  return Array.from({ length: bytes.length / SHORT_ID_BYTES }, (_, index) =>
    hex.slice(2 * SHORT_ID_BYTES * index, 2 * SHORT_ID_BYTES * (index + 1)),
  )
}

function trimmed(digest: Uint8Array): Uint8Array {
  return digest.subarray(0, digest.findLastIndex((byte) => byte !== 0) + 1)
}

function padded(id: Uint8Array): Uint8Array {
  if (id.length > DIGEST_BYTES) throw new RangeError(`a bound's id has at most ${DIGEST_BYTES} bytes`)
  const digest = new Uint8Array(DIGEST_BYTES)
  digest.set(id)
  return digest
}

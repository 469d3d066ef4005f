/** Frames and documents of locks. */
import {
  bytesField,
  concat,
  digestOf,
  documentId,
  filled,
  head,
  hex,
  list,
  text,
  uint,
  utf8,
  varintField,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import {
  frameOf,
  lenient,
  longVarint,
  MAX_INTEGER,
  nonsense,
  number,
  otherTypes,
  refused,
  UNKNOWN,
  type Sample,
} from './frames.ts'

const LOCK = digestOf('a lock')
const MARK = digestOf('a document')
const REASONS = ['unknown', 'forgotten', 'full', 'lease', 'not-allowed']

interface HeldFields {
  request: number
  fence: number
  ticket: number
  forMs: number
  leftMs: number
}

const HELD: HeldFields = { request: 9, fence: 41, ticket: 3, forMs: 1_500, leftMs: 13_500 }

const lockField = (lock: Bytes = LOCK): Bytes => bytesField(1, lock)
const named = { lock: documentId(LOCK) }

const heldField = ({ request, fence, ticket, forMs, leftMs }: HeldFields, key: Bytes = BOB.publicKey): Bytes =>
  concat(bytesField(1, key), ...[request, fence, ticket, forMs, leftMs].map((value, index) => number(index + 2, value)))

const ask = (
  request: number,
  [sentMs, fence, leaseMs, ticket, seen]: readonly [number, number, number, number, number],
): Sample => ({
  record: { type: 'ask', ...named, request, sentMs, fence, leaseMs, ticket, seen },
  field: bytesField(
    1,
    lockField(),
    ...[request, sentMs, fence, leaseMs, ticket, seen].map((value, index) => number(index + 2, value)),
  ),
})

const grant = (mark?: Bytes): Sample => ({
  record: {
    type: 'grant',
    ...named,
    request: 7,
    sentMs: 1_000,
    fence: 42,
    ticket: 3,
    ...(mark && { mark: documentId(mark) }),
  },
  field: bytesField(
    2,
    lockField(),
    ...[7, 1_000, 42, 3].map((value, index) => number(index + 2, value)),
    ...(mark ? [bytesField(6, mark)] : []),
  ),
})

const wait: Sample = {
  record: { type: 'wait', ...named, request: 7, ticket: 4, held: { holder: BOB.peer, ...HELD } },
  field: bytesField(3, lockField(), number(2, 7), number(3, 4), bytesField(4, heldField(HELD))),
}

const refuse = (reason: number): Sample => ({
  record: { type: 'refuse', ...named, request: 7, reason: REASONS[reason - 1] },
  field: bytesField(4, lockField(), number(2, 7), number(3, reason)),
})

const release = (mark?: Bytes): Sample => ({
  record: { type: 'release', ...named, request: 7, fence: 42, ...(mark && { mark: documentId(mark) }) },
  field: bytesField(5, lockField(), number(2, 7), number(3, 42), ...(mark ? [bytesField(4, mark)] : [])),
})

const released: Sample = {
  record: { type: 'released', ...named, request: 7 },
  field: bytesField(6, lockField(), number(2, 7)),
}

const query: Sample = {
  record: { type: 'query', ...named, serial: 2, seen: 41 },
  field: bytesField(7, lockField(), number(2, 2), number(3, 41)),
}

const state = (hasForgotten: boolean, isHeld: boolean): Sample => ({
  record: {
    ...{ type: 'state', ...named, serial: 2, fence: 42, hasForgotten, waiting: 1 },
    ...(isHeld && { held: { holder: BOB.peer, ...HELD } }),
  },
  field: bytesField(
    8,
    lockField(),
    ...[2, 42, hasForgotten ? 1 : 0, 1].map((value, index) => number(index + 2, value)),
    ...(isHeld ? [bytesField(6, heldField(HELD))] : []),
  ),
})

const FIRST = ask(7, [1_000, 1, 15_000, 1, 0])

/** protocols/lock/vectors/frames.json */
export const lockFrames = {
  valid: [
    frameOf('an ask', FIRST),
    frameOf(
      'an ask with the largest numbers',
      ask(MAX_INTEGER, [MAX_INTEGER, MAX_INTEGER, 300_000, MAX_INTEGER, MAX_INTEGER]),
    ),
    frameOf('a grant', grant()),
    frameOf('a grant, and what the holder before left', grant(MARK)),
    frameOf('somebody else has it', wait),
    ...REASONS.map((reason, index) => frameOf(`refused: ${reason}`, refuse(index + 1))),
    frameOf('a release', release()),
    frameOf('a release that leaves a document', release(MARK)),
    frameOf('it is known that it is released', released),
    frameOf('a question', query),
    frameOf('nobody has it', state(false, false)),
    frameOf('somebody has it', state(false, true)),
    frameOf('an elector without its memory', state(true, false)),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, FIRST.field), FIRST),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of a release: ${what}`, bytesField(6, lockField(), number(2, 7), field), released),
    ),
    lenient(
      'refused for a reason of a later version: left out',
      bytesField(4, lockField(), number(2, 7), number(3, 99)),
    ),
  ],
  unusual: [
    refused('a request in more bytes than it needs', bytesField(6, lockField(), Uint8Array.of(16), longVarint(7))),
    ...otherTypes('an ask', 1, 'bytes', (content) => content),
    ...otherTypes('a request', 2, 'a number', (content) => bytesField(6, lockField(), content)),
    ...otherTypes('a lock', 1, 'bytes', (content) => bytesField(6, content, number(2, 7))),
  ],
  invalid: [
    ...nonsense(FIRST),
    refused('a lock of 31 bytes', bytesField(6, lockField(filled(31)), number(2, 7))),
    refused('a lock of 33 bytes', bytesField(6, lockField(filled(33)), number(2, 7))),
    refused('no lock', bytesField(6, number(2, 7))),
    refused('a mark of 31 bytes', bytesField(5, lockField(), number(2, 7), bytesField(4, filled(31)))),
    refused('a wait for nobody', bytesField(3, lockField(), number(2, 7))),
    refused('a holder of 31 bytes', bytesField(3, lockField(), bytesField(4, heldField(HELD, filled(31))))),
    refused('a fence of 2^53', bytesField(5, lockField(), varintField(3, 2n ** 53n))),
    refused('a lease of 2^32', bytesField(1, lockField(), varintField(5, 2n ** 32n))),
  ],
}

const KEYS = [ALICE, BOB].map(({ publicKey }) => publicKey).sort((a, b) => Buffer.compare(a, b))
const key = (bytes: Bytes): Bytes => concat(head(2, bytes.length), bytes)
const bodyOf = (name: Bytes, electors: Bytes): Bytes =>
  concat(head(5, 2), text('name'), name, text('electors'), electors)
const many = (count: number): Bytes[] => Array.from({ length: count }, (_, index) => filled(32, index + 1))
const named64 = 'ä'.repeat(32)

const VALID: Record<string, [body: Bytes, name: string, electors: Bytes[]]> = {
  'two electors': [bodyOf(text('press'), list(KEYS.map(key))), 'press', KEYS],
  'the longest name and nine electors': [bodyOf(text(named64), list(many(9).map(key))), named64, many(9)],
  'one elector': [bodyOf(text('press'), list([key(filled(32, 1))])), 'press', [filled(32, 1)]],
}

const IGNORED: Record<string, Bytes> = {
  empty: filled(0),
  'no electors': bodyOf(text('press'), list([])),
  'ten electors': bodyOf(text('press'), list(many(10).map(key))),
  'an elector twice': bodyOf(text('press'), list([key(filled(32, 1)), key(filled(32, 1))])),
  'electors in another order': bodyOf(text('press'), list(KEYS.toReversed().map(key))),
  'an elector of 31 bytes': bodyOf(text('press'), list([key(filled(31, 1))])),
  'an elector that is a number': bodyOf(text('press'), list([uint(1)])),
  'a blank name': bodyOf(text(' '), list(KEYS.map(key))),
  'a name one byte too long': bodyOf(text('a'.repeat(65)), list(KEYS.map(key))),
  'a name with a line end': bodyOf(text('a\nb'), list(KEYS.map(key))),
  'a third key': concat(
    head(5, 3),
    bodyOf(text('press'), list(KEYS.map(key))).subarray(1),
    text('lease-ms-max'),
    uint(1),
  ),
  'a byte after it': concat(bodyOf(text('press'), list(KEYS.map(key))), filled(1)),
  'a name alone': concat(head(5, 1), text('name'), text('press')),
  text: utf8('press'),
}

/** protocols/lock/vectors/bodies.json */
export const lockBodies = {
  valid: Object.entries(VALID).map(([name, [body, called, electors]]) => ({
    ...{ name, body: hex(body), says: { name: called, electors: electors.map(hex) } },
  })),
  ignored: Object.entries(IGNORED).map(([name, body]) => ({ name, body: hex(body) })),
}

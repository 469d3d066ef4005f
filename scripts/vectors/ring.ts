/** Frames of the ring and the records they hold; places and keys; signed items. */
import {
  bytesField,
  concat,
  digestOf,
  filled,
  hex,
  keyOf,
  peerIdOf,
  sha256,
  utf8,
  varintField,
  type Bytes,
} from './bytes.ts'
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
import { sliceFrames } from './ring-slices.ts'

const KEY = digestOf('an item')
const PLACE = digestOf('a place')
const ANNA = keyOf('anna')
const BEN = keyOf('ben')
const RECORD = filled(4, 9)

interface Body {
  record: Record<string, unknown>
  field: Bytes
}

const keysOf = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, index) => concat(filled(31), Uint8Array.of(index)))
const optional = (field: number, bytes: Bytes): Bytes => (bytes.length === 0 ? filled(0) : bytesField(field, bytes))

const getId = (key?: Bytes): Body => ({
  record: { type: 'get-id', ...(key && { key: hex(key) }) },
  field: bytesField(6, optional(1, key ?? filled(0))),
})
const getPeers = (previous: number, next: number, digest?: Bytes): Body => ({
  record: { type: 'get-peers', previous, next, ...(digest && { digest: hex(digest) }) },
  field: bytesField(7, number(1, previous), number(2, next), optional(3, digest ?? filled(0))),
})
const getItems = (limit: number, isPrevious: boolean, after?: Bytes): Body => ({
  record: { type: 'get-items', ...(after && { after: hex(after) }), isPrevious, limit },
  field: bytesField(8, optional(1, after ?? filled(0)), number(2, Number(isPrevious)), number(3, limit)),
})
const getItem = (key: Bytes): Body => ({
  record: { type: 'get-item', key: hex(key) },
  field: bytesField(9, bytesField(1, key)),
})
const listed = (key: Bytes, index: number): Bytes => bytesField(1, bytesField(1, key), number(2, index), number(3, 100))
const listedRecord = (key: Bytes, sequence: number) => ({ key: hex(key), sequence, sizeBytes: 100 })
const offer = (keys: readonly Bytes[], copy: number): Body => ({
  record: { type: 'offer', items: keys.map(listedRecord), copy },
  field: bytesField(11, ...keys.map(listed), number(2, copy)),
})
const greeting = (payload: Bytes, record: Bytes): Body => ({
  record: { type: 'hello', payload: hex(payload), record: hex(record) },
  field: bytesField(12, optional(1, payload), optional(2, record)),
})

interface ItemParts {
  value?: Bytes
  signed?: { author: Bytes; name: string; sequence: number; signature: Bytes }
  ttlSeconds?: number
  copies?: number
}

function item({ value = utf8('hello'), signed, ttlSeconds = 3_600, copies = 4 }: ItemParts = {}): Body {
  const name = signed && {
    ...{ author: peerIdOf(signed.author), name: signed.name, sequence: signed.sequence },
    signature: hex(signed.signature),
  }
  return {
    record: { value: hex(value), ...(name && { signed: name }), ttlSeconds, copies },
    field: concat(
      optional(1, value),
      ...(signed
        ? [
            bytesField(2, signed.author),
            optional(3, utf8(signed.name)),
            number(4, signed.sequence),
            bytesField(5, signed.signature),
          ]
        : []),
      number(6, ttlSeconds),
      number(7, copies),
    ),
  }
}

/** As the spec says what is signed. */
function signedItem(name: string, sequence: number, value: Bytes): Required<ItemParts>['signed'] & { key: Bytes } {
  const key = sha256(utf8('kith/ring/name/1'), ANNA.publicKey, utf8(name))
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64BE(BigInt(sequence))
  const signature = ANNA.sign(concat(utf8('kith/ring/item/1'), key, eight, sha256(value)))
  return { author: ANNA.publicKey, name, sequence, signature, key }
}

const SIGNED = signedItem('home', 7, utf8('hello'))

const store = (parts?: ItemParts): Body => {
  const { record, field } = item(parts)
  return { record: { type: 'store', item: record }, field: bytesField(10, field) }
}

interface Around {
  target?: Bytes
  hops?: number
  isTraced?: boolean
  except?: readonly Bytes[]
}

function request(body: Body, { target, hops = 0, isTraced = false, except = [] }: Around = {}): Sample {
  const record = { type: 'request', request: 1, ...(target && { target: hex(target) }), hops, isTraced }
  return {
    record: { ...record, except: except.map(peerIdOf), body: body.record },
    field: bytesField(
      1,
      number(1, 1),
      optional(2, target ?? filled(0)),
      number(3, hops),
      number(4, Number(isTraced)),
      ...except.map((key) => bytesField(5, key)),
      body.field,
    ),
  }
}

function answer(body: Body, from?: Bytes, path: readonly Bytes[] = []): Sample {
  const record = { type: 'answer', request: 1, ...(from && { from: peerIdOf(from) }), path: path.map(peerIdOf) }
  return {
    record: { ...record, body: body.record },
    field: bytesField(
      2,
      number(1, 1),
      optional(2, from ?? filled(0)),
      ...path.map((key) => bytesField(3, key)),
      body.field,
    ),
  }
}

const failure = (code: number, name: string): Body => ({
  record: { type: 'failure', failure: name },
  field: number(4, code),
})
const id = (items: number, sequence: number): Body => ({
  record: { type: 'id', items, sizeBytes: 5 * items, holds: sequence > 0, sequence },
  field: bytesField(6, number(1, items), number(2, 5 * items), number(3, Number(sequence > 0)), number(4, sequence)),
})
const told = (key: Bytes, record: Bytes): Bytes => concat(bytesField(1, key), optional(2, record))
const peers = (previous: readonly Bytes[], next: readonly Bytes[], isSame = false): Body => {
  const recordOf = (key: Bytes) => ({ peer: peerIdOf(key), record: hex(RECORD) })
  return {
    record: { type: 'peers', isSame, previous: previous.map(recordOf), next: next.map(recordOf) },
    field: bytesField(
      7,
      number(1, Number(isSame)),
      ...previous.map((key) => bytesField(2, told(key, RECORD))),
      ...next.map((key) => bytesField(3, told(key, RECORD))),
    ),
  }
}
const items = (keys: readonly Bytes[]): Body => ({
  record: { type: 'items', items: keys.map(listedRecord) },
  field: bytesField(8, ...keys.map(listed)),
})
const found = (parts?: ItemParts): Body => {
  if (parts === undefined) return { record: { type: 'found' }, field: bytesField(9) }
  const { record, field } = item(parts)
  return { record: { type: 'found', item: record }, field: bytesField(9, bytesField(1, field)) }
}
const stored = (outcome: number, name: string, sequence: number): Body => ({
  record: { type: 'stored', outcome: name, sequence },
  field: bytesField(10, number(1, outcome), number(2, sequence)),
})
const wanted = (lacking: readonly boolean[], bits: Bytes): Body => ({
  record: { type: 'wanted', lacking },
  field: bytesField(11, number(1, lacking.length), optional(2, bits)),
})
const pending: Sample = { record: { type: 'pending', request: 1 }, field: bytesField(3, number(1, 1)) }

const nodes = (count: number): Bytes[] => Array.from({ length: count }, (_, index) => digestOf(`node ${index}`))
const asked = (...parts: Bytes[]): Bytes => bytesField(1, number(1, 1), ...parts)
const said = (...parts: Bytes[]): Bytes => bytesField(2, number(1, 1), ...parts)

/** protocols/ring/vectors/frames.json */
export const ringFrames = {
  valid: [
    frameOf('who are you', request(getId())),
    frameOf('do you hold an item', request(getId(KEY), { target: KEY, hops: 40, isTraced: true })),
    frameOf('neighbours on both sides', request(getPeers(8, 8, filled(8, 1)))),
    frameOf(
      'neighbours of a place, by way of somebody',
      request(getPeers(8, 8), { target: PLACE, hops: 40, except: [ANNA.publicKey] }),
    ),
    frameOf('the next items', request(getItems(128, false, KEY))),
    frameOf('the last items', request(getItems(1, true))),
    frameOf('an item', request(getItem(KEY), { target: KEY, hops: 39, except: nodes(16) })),
    frameOf('an item to be stored', request(store(), { target: sha256(utf8('hello')), hops: 40 })),
    frameOf('an empty item', request(store({ value: filled(0), copies: 1 }))),
    frameOf('a named item', request(store({ signed: SIGNED, copies: 16 }), { target: SIGNED.key, hops: 40 })),
    frameOf('a named item without a name', request(store({ signed: signedItem('', MAX_INTEGER, utf8('hello')) }))),
    frameOf('an offer', request(offer(keysOf(128), 15), { target: PLACE, hops: 1 })),
    frameOf(
      'a message',
      request(greeting(filled(1024, 1), filled(2048, 2)), { target: PLACE, hops: 40, isTraced: true }),
    ),
    frameOf('an empty message', request(greeting(filled(0), filled(0)))),
    frameOf('too busy', answer(failure(1, 'busy'))),
    frameOf('too many hops', answer(failure(2, 'too-many-hops'))),
    frameOf('nobody', answer(failure(3, 'nobody'))),
    frameOf('an id', answer(id(2, 7))),
    frameOf('an id from far away', answer(id(0, 0), BEN.publicKey, nodes(40))),
    frameOf('the same neighbours', answer(peers([], [], true))),
    frameOf('neighbours', answer(peers(nodes(8), nodes(8)))),
    frameOf('keys', answer(items(keysOf(128)))),
    frameOf('no keys', answer(items([]))),
    frameOf('not found', answer(found())),
    frameOf('found', answer(found({ signed: SIGNED }), ANNA.publicKey)),
    frameOf('held', answer(stored(0, 'held', 0))),
    frameOf('a newer one is held', answer(stored(1, 'newer', 8))),
    frameOf('no space', answer(stored(2, 'full', 7))),
    frameOf('nothing wanted', answer(wanted([], filled(0)))),
    frameOf(
      'some wanted',
      answer(
        wanted(
          Array.from('0100000011', (bit) => bit === '1'),
          Uint8Array.of(2, 3),
        ),
      ),
    ),
    frameOf('a greeting', answer(greeting(utf8('hi'), RECORD), BEN.publicKey, [ANNA.publicKey])),
    frameOf('pending', pending),
    ...sliceFrames(item().field, item({ signed: SIGNED }).field).valid,
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, pending.field), pending),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of a request: ${what}`, asked(getId().field, field), request(getId())),
    ),
    lenient(
      'a request and an answer',
      concat(request(getId()).field, answer(id(0, 0)).field),
      request(getId()),
      answer(id(0, 0)),
    ),
    lenient('a question of a later version: left out', asked()),
    lenient('an answer of a later version: left out', said()),
    lenient('a failure of a later version: left out', said(number(4, 4))),
    lenient('a record of a slice of a later version: left out', bytesField(4, number(1, 3))),
    lenient('an outcome of a later version: left out', said(bytesField(10, number(1, 3)))),
  ],
  unusual: [
    refused('a request number in more bytes than it needs', bytesField(3, Uint8Array.of(8), longVarint(1))),
    ...otherTypes('a request number', 1, 'a number', (content) => bytesField(3, content)),
    ...otherTypes('a request', 1, 'bytes', (content) => content),
    ...otherTypes('an answer', 2, 'bytes', (content) => content),
    ...otherTypes('a value', 1, 'bytes', (content) => asked(bytesField(10, content, number(7, 1)))),
  ],
  invalid: [
    ...nonsense(pending),
    refused('a target of 31 bytes', request(getId(), { target: filled(31, 1) }).field),
    refused('a target of 33 bytes', request(getId(), { target: filled(33, 1) }).field),
    refused('one hop too many', request(getId(), { hops: 41 }).field),
    refused('one excluded node too many', request(getId(), { except: nodes(17) }).field),
    refused('an excluded node of 31 bytes', asked(bytesField(5, filled(31)), getId().field)),
    refused('two questions', asked(getId().field, getItem(KEY).field)),
    refused('two answers', said(found().field, items([]).field)),
    refused('a failure that is an answer too', said(number(4, 1), found().field)),
    refused('the sender of an answer with 33 bytes', said(bytesField(2, filled(33)), found().field)),
    refused('one node too many on a path', said(...nodes(41).map((key) => bytesField(3, key)), found().field)),
    refused('one neighbour too many asked for', request(getPeers(9, 0)).field),
    refused('one neighbour too many asked for on the other side', request(getPeers(0, 9)).field),
    refused('a digest of 7 bytes', request(getPeers(1, 1, filled(7, 1))).field),
    refused('one neighbour too many', answer(peers(nodes(9), [])).field),
    refused('one neighbour too many on the other side', answer(peers([], nodes(9))).field),
    refused('a neighbour of 31 bytes', said(bytesField(7, bytesField(2, bytesField(1, filled(31)))))),
    refused('a peer record one byte too long', said(bytesField(7, bytesField(2, told(KEY, filled(2049)))))),
    refused('one key too many asked for', request(getItems(129, false)).field),
    refused('a key of 31 bytes', request(getItem(filled(31))).field),
    refused('no key', asked(bytesField(9))),
    refused('one key too many', answer(items(keysOf(129))).field),
    refused('an offer of one item too many', request(offer(keysOf(129), 0)).field),
    refused('an offer out of order', request(offer(keysOf(2).toReversed(), 0)).field),
    refused('an offer of one item twice', request(offer([KEY, KEY], 0)).field),
    refused('an offer for a place that no item has', request(offer([KEY], 16)).field),
    refused('an item without copies', request(store({ copies: 0 })).field),
    refused('three copies', request(store({ copies: 3 })).field),
    refused('32 copies', request(store({ copies: 32 })).field),
    refused('a life of more than 30 days', request(store({ ttlSeconds: 2_592_001 })).field),
    refused('an author of 31 bytes', request(store({ signed: { ...SIGNED, author: filled(31) } })).field),
    refused('a name one byte too long', request(store({ signed: { ...SIGNED, name: 'n'.repeat(65) } })).field),
    refused('a signature of 63 bytes', request(store({ signed: { ...SIGNED, signature: filled(63) } })).field),
    refused('a name without a sequence', request(store({ signed: { ...SIGNED, sequence: 0 } })).field),
    refused('a name without an author', asked(bytesField(10, bytesField(3, utf8('home')), number(7, 1)))),
    refused('a sequence without an author', asked(bytesField(10, number(4, 1), number(7, 1)))),
    refused('a message one byte too long', request(greeting(filled(1025), filled(0))).field),
    refused('a message with a record one byte too long', request(greeting(filled(0), filled(2049))).field),
    refused('an answer to one offer too many', answer(wanted(Array<boolean>(129).fill(false), filled(17))).field),
    refused(
      'an answer to an offer with a byte too few',
      answer(wanted(Array<boolean>(9).fill(false), filled(1, 1))).field,
    ),
    refused('an answer to an offer with a byte too many', answer(wanted([true], filled(2, 1))).field),
    ...sliceFrames(item().field, item({ signed: SIGNED }).field).invalid,
    refused('a request number of 2^53', bytesField(3, varintField(1, 2n ** 53n))),
  ],
}

/** The top bits of a key, changed as the bits of a copy's number in reverse. */
function placeOfCopy(key: Bytes, copy: number): Bytes {
  const reversed = copy.toString(2).padStart(4, '0').split('').toReversed().join('')
  return Uint8Array.from(key, (byte, index) => (index === 0 ? byte ^ (Number.parseInt(reversed, 2) << 4) : byte))
}

/** protocols/ring/vectors/places.json */
export const ringPlaces = {
  positions: [ANNA, BEN].map(({ publicKey }) => {
    const position = sha256(Uint8Array.of(0, 0x24, 8, 1, 0x12, 0x20), publicKey)
    return { peer: peerIdOf(publicKey), position: hex(position) }
  }),
  copies: [KEY, sha256(utf8('hello'))].map((key) => {
    return { key: hex(key), places: Array.from({ length: 16 }, (_, copy) => hex(placeOfCopy(key, copy))) }
  }),
}

/** protocols/ring/vectors/items.json */
export const ringItems = [
  { key: hex(sha256(utf8('hello'))), ...item({}).record },
  { key: hex(sha256(filled(0))), ...item({ value: filled(0) }).record },
  ...(
    [
      ['home', 7, 'hello'],
      ['', 1, ''],
      ['größe', MAX_INTEGER, 'hello'],
    ] as const
  ).map(([name, sequence, text]) => {
    const signed = signedItem(name, sequence, utf8(text))
    return { key: hex(signed.key), ...item({ value: utf8(text), signed }).record }
  }),
]

/** Histories of maps: protocols/apps/map/vectors/histories.json. */
import { concat, filled, fromHex, head, list, NULL, text, uint, utf8, type Bytes } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { authorsVector, CAROL, History, spelled, type Written } from './history.ts'
import { JSON_VALUES, NO_JSON_VALUES, readBody, textOf } from './json-bodies.ts'
import { freeBytes, historyVector } from './state.ts'

const put = (key: string | Bytes, value: Bytes): Bytes => list([text(key), value])

function simple() {
  const history = new History('map')
  history.write('apples are set', ALICE, 'put', put('apples', list([uint(3), text('kg')])))
  history.write('pears are removed', BOB, 'delete', 'pears')
  return historyVector('a key is set, and another one removed', history)
}

function overwritten() {
  const history = new History('map')
  history.write('apples are set', ALICE, 'put', put('apples', uint(3)))
  history.write('pears are set', BOB, 'put', put('pears', uint(1)))
  history.write('apples are set again', BOB, 'put', put('apples', uint(2)))
  history.write('pears are removed: a mark is left', ALICE, 'delete', 'pears')
  history.write('plums, which nobody set, are removed: a mark is left, too', ALICE, 'delete', 'plums')
  history.write('figs are removed', ALICE, 'delete', 'figs')
  history.write('figs are set', ALICE, 'put', put('figs', list([uint(1), text('kg')])))
  return historyVector('keys are set, set again, removed, and set after that', history)
}

/** Two write the same keys without knowing of each other, with equal clocks. */
function apart() {
  const history = new History('map')
  let alice = history.root
  let bob = history.root
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    alice = history.write(`Alice sets ${key}`, ALICE, 'put', put(key, text('Alice')), { after: [alice] })
    bob = history.write(`Bob sets or removes ${key}`, BOB, ...setOrRemoved(key), { after: [bob] })
  }
  return historyVector('equal clocks: the larger digest wins', history, history.documents.toReversed())
}

const setOrRemoved = (key: string): [kind: string, body: Bytes] =>
  key > 'c' ? ['delete', utf8(key)] : ['put', put(key, text('Bob'))]

function late() {
  const history = new History('map')
  const early = history.write('Carol, early', CAROL, 'put', put('apples', text('early')))
  const { root } = history
  const first = history.write('Bob, apart from her', BOB, 'put', put('apples', text('second')), { after: [root] })
  history.write('Bob goes on', BOB, 'put', put('apples', text('last')), { after: [first] })
  history.write('Carol removes what Bob did not set again', CAROL, 'delete', 'pears', { after: [early] })
  const [, carol, one, two, removal] = history.documents as [Written, Written, Written, Written, Written]
  return historyVector('what arrives last need not be last in order', history, [root, one, two, removal, carol])
}

function fork() {
  const history = new History('map')
  const first = history.write('Bob', BOB, 'put', put('apples', uint(1)))
  history.write('Bob, one end of his chain', BOB, 'put', put('apples', uint(2)))
  history.write('Bob, the other end', BOB, 'put', put('apples', uint(3)), { continues: first, after: [] })
  history.write('Bob, a third end', BOB, 'delete', 'apples', { continues: first, after: [] })
  return historyVector('a fork: one of the ends is the last in order', history)
}

const KEYS: Record<string, Bytes> = {
  'of one byte': utf8('a'),
  'that another begins with': utf8('aa'),
  'with a capital': utf8('B'),
  'of 1024 bytes: the longest': filled(1_024, 0x6b),
  'of 1024 bytes in 512 characters': utf8('é'.repeat(512)),
  'a character in one code point': utf8('\u00e9'),
  'the same character in two: another key': utf8('e\u0301'),
  'with a byte order mark before it: another key': utf8('\ufeffa'),
  'a zero byte': utf8('\0'),
  'a space': utf8(' '),
  'that means something in some languages': utf8('__proto__'),
  'in UTF-16 before U+E000, in UTF-8 after it': utf8('😀'),
  'in UTF-16 after surrogates, in UTF-8 before them': utf8('\ue000'),
  'U+FF5E': utf8('～'),
}

function keys() {
  const history = new History('map')
  for (const [name, key] of Object.entries(KEYS)) history.write(`a key ${name}`, BOB, 'put', put(key, uint(1)))
  return historyVector('keys: in the state they stand in the order of UTF-16', history)
}

function values() {
  const history = new History('map')
  for (const [name, value] of Object.entries(JSON_VALUES)) history.write(name, BOB, 'put', put(name, value))
  return historyVector('values of every kind', history)
}

const NO_PUTS: Record<string, Bytes> = {
  empty: filled(0),
  'a key alone': list([text('a')]),
  'three elements': list([text('a'), uint(1), uint(2)]),
  'a map': concat(head(5, 1), text('a'), uint(1)),
  'the number 1 as a key': list([uint(1), uint(1)]),
  'an empty key': put('', uint(1)),
  'a key of 1025 bytes': put(filled(1_025, 0x61), uint(1)),
  'a key of 1026 bytes in 513 characters': put('é'.repeat(513), uint(1)),
  'a key that is no UTF-8': put(fromHex('61ff'), uint(1)),
  'a byte after it': concat(put('a', uint(1)), filled(1)),
  'a head that takes more bytes than it needs': concat(fromHex('9802'), text('a'), uint(1)),
  'of no known length': concat(fromHex('9f'), text('a'), uint(1), fromHex('ff')),
  'as JSON text': utf8('["a",1]'),
}

const NO_DELETES: Record<string, Bytes> = {
  'an empty key is removed': filled(0),
  'a key of 1025 bytes is removed': filled(1_025, 0x61),
  'what is no UTF-8 is removed': fromHex('61ff'),
}

function ignored() {
  const history = new History('map')
  history.write('a is set', BOB, 'put', put('a', text('this counts')))
  for (const [name, value] of Object.entries(NO_JSON_VALUES)) history.write(name, BOB, 'put', put('a', value))
  for (const [name, body] of Object.entries(NO_PUTS)) history.write(name, BOB, 'put', body)
  for (const [name, body] of Object.entries(NO_DELETES)) history.write(name, BOB, 'delete', body)
  history.write('a kind of another app', BOB, 'message', 'a')
  history.write('another kind', BOB, 'put/2', put('a', uint(1)))
  return historyVector('what is no put or delete is ignored', history)
}

/** What stands last where a guest writes. */
const byGuest = (guest: Bytes | string): Bytes => concat(head(5, 1), text('guest'), text(guest))
const putBy = (guest: Bytes | string, key: string | Bytes, value: Bytes): Bytes =>
  list([text(key), value, byGuest(guest)])
const deleteBy = (guest: Bytes | string, key: string | Bytes): Bytes => list([text(key), byGuest(guest)])

const LONGEST_KEY = filled(1_024, 0x6b)
const LONGEST_NAME = 'a'.repeat(32)

const GUESTS_PUTS: Record<string, Bytes> = {
  'by a guest': putBy('Kim', 'a', uint(1)),
  'null, by a guest': putBy('Kim', 'a', NULL),
  'the longest key, by a guest whose name has 32 bytes': putBy(LONGEST_NAME, LONGEST_KEY, uint(1)),
  'by a guest whose name can hardly be seen, which is shown otherwise': putBy('\u200bKim\u202e', 'a', uint(1)),
  'by a guest who is called as the author is': putBy('Bob', 'a', uint(1)),
  'a value that looks like a guest: by the author': put('a', byGuest('Kim')),
}

const GUESTS_DELETES: Record<string, Bytes> = {
  'removed by a guest': deleteBy('Kim', 'a'),
  'the longest key, removed by a guest whose name has 32 bytes': deleteBy(LONGEST_NAME, LONGEST_KEY),
}

/** What is no name of a guest where one stands, and what is beside it. */
const NO_GUESTS: Record<string, Bytes> = {
  'a name alone, in no map': text('Kim'),
  'an empty map': head(5, 0),
  'null in place of a guest': NULL,
  'a guest that is null': concat(head(5, 1), text('guest'), NULL),
  'a key that is not known': concat(head(5, 2), text('as'), text('x'), text('guest'), text('Kim')),
  'another key': concat(head(5, 1), text('quest'), text('Kim')),
  'a name of 33 bytes': byGuest('a'.repeat(33)),
  'an empty name': byGuest(''),
  'a blank name': byGuest(' \u00a0'),
  'a name with a control character': byGuest('Kim\n'),
  'a name that is no UTF-8': byGuest(fromHex('61ff')),
  'a length in more bytes than it needs': concat(fromHex('b801'), text('guest'), text('Kim')),
}

const NO_GUESTS_PUTS: Record<string, Bytes> = {
  ...Object.fromEntries(
    Object.entries(NO_GUESTS).map(([name, more]): [string, Bytes] => [name, list([text('a'), uint(1), more])]),
  ),
  'two guests': list([text('a'), uint(1), byGuest('Kim'), byGuest('Lea')]),
  'a byte less': putBy('Kim', 'a', uint(1)).subarray(0, -1),
  'a guest, but an empty key': putBy('Kim', '', uint(1)),
}

const NO_GUESTS_DELETES: Record<string, Bytes> = {
  ...Object.fromEntries(
    Object.entries(NO_GUESTS).map(([name, more]): [string, Bytes] => [
      `${name}, in a removal`,
      list([text('a'), more]),
    ]),
  ),
  'a key alone, in a list': list([text('a')]),
  'a key, a value and a guest': putBy('Kim', 'a', uint(1)),
  'a guest, but an empty key, in a removal': deleteBy('Kim', ''),
  'a guest, but a key of 1025 bytes': deleteBy('Kim', filled(1_025, 0x61)),
  'a byte after the list': concat(deleteBy('Kim', 'a'), filled(1)),
}

function guests() {
  const history = new History('map')
  history.write('apples are set by a guest', ALICE, 'put', putBy('Kim', 'apples', uint(3)))
  history.write('pears are set by the author', ALICE, 'put', put('pears', uint(1)))
  history.write('pears are removed by a guest', ALICE, 'delete', deleteBy('Kim', 'pears'))
  history.write('plums are set by a guest of Bob', BOB, 'put', putBy('Alice', 'plums', list([uint(1), text('kg')])))
  history.write('figs are set by a guest', BOB, 'put', putBy('Lea', 'figs', uint(1)))
  history.write('figs are set by the author: no guest is named any more', BOB, 'put', put('figs', uint(2)))
  history.write('nuts are removed, which nobody set, by a guest', BOB, 'delete', deleteBy(LONGEST_NAME, 'nuts'))
  return historyVector('guests set and remove keys', history)
}

function noGuests() {
  const history = new History('map')
  history.write('a is set by a guest', BOB, 'put', putBy('Kim', 'a', text('this counts')))
  for (const [name, body] of Object.entries(NO_GUESTS_PUTS)) history.write(name, BOB, 'put', body)
  for (const [name, body] of Object.entries(NO_GUESTS_DELETES)) history.write(name, BOB, 'delete', body)
  return historyVector('what names no guest as it should is ignored', history)
}

/** What stands last where the fence of a lock is given. */
const withFence = (fence: Bytes): Bytes => concat(head(5, 1), text('fence'), fence)
const putFenced = (fence: number, key: string, value: Bytes): Bytes => list([text(key), value, withFence(uint(fence))])

function fences() {
  const history = new History('map')
  const write = (what: string, author: typeof ALICE, kind: string, body: Bytes) =>
    history.write(what, author, kind, body)
  write('apples are set without a lock', ALICE, 'put', put('apples', uint(1)))
  write('apples are set with the fence 5', ALICE, 'put', putFenced(5, 'apples', uint(2)))
  write('apples are set with a lower one, later: no effect', BOB, 'put', putFenced(4, 'apples', uint(3)))
  write('apples are set without one: no effect', BOB, 'put', put('apples', uint(4)))
  write('apples are set with the same: the later counts', ALICE, 'put', putFenced(5, 'apples', uint(5)))
  write('pears are removed with a fence', BOB, 'delete', list([text('pears'), withFence(uint(7))]))
  write('pears are set with a lower one: they stay removed', ALICE, 'put', putFenced(6, 'pears', uint(1)))
  write(
    'plums are set with the largest fence',
    BOB,
    'put',
    list([text('plums'), uint(1), withFence(uint(Number.MAX_SAFE_INTEGER))]),
  )
  return historyVector(
    'of writes with fences the highest counts, and of equal ones the last',
    history,
    history.documents.toReversed(),
  )
}

const NO_FENCES: Record<string, Bytes> = {
  'a fence of 0': withFence(uint(0)),
  'a fence below 0': withFence(fromHex('20')),
  'a fence of 1.5': withFence(fromHex('fb3ff8000000000000')),
  'a fence that is a text': withFence(text('5')),
  'a fence and a guest': concat(head(5, 2), text('fence'), uint(5), text('guest'), text('Kim')),
}

function noFences() {
  const history = new History('map')
  history.write('a is set', BOB, 'put', put('a', text('this counts')))
  for (const [name, more] of Object.entries(NO_FENCES))
    history.write(name, BOB, 'put', list([text('a'), uint(1), more]))
  return historyVector('what gives no fence as it should is ignored', history)
}

const LARGE = 60_000

/** A key and a text of that many bytes. */
const large = (key: string, size: number): Bytes => put(key, text(filled(size, 0x61)))

/** Bytes of an entry in addition to a text of 256 bytes or more, with a key of one byte and a clock from 24 to 255. */
const BESIDE_TEXT_BYTES = 1 + 2 + 1 + 3 + 2 + 61 + 54

/** How long a text can be that fits into the state. */
const fittingText = (history: History): number => freeBytes(history) - BESIDE_TEXT_BYTES

/** A map with space for less than one more large value. */
function nearlyFull(): History {
  const history = new History('map')
  for (let index = 0; index < 87; index++) {
    history.write(`value ${index}`, ALICE, 'put', large(`key ${index}`, LARGE))
  }
  return history
}

function full() {
  const history = nearlyFull()
  const fitting = fittingText(history)
  history.write('one byte more than fits: refused', ALICE, 'put', large('x', fitting + 1))
  history.write('as much as fits', ALICE, 'put', large('y', fitting))
  history.write('a new key by who has most: refused', ALICE, 'put', put('z', uint(1)))
  history.write('a removal that leaves a new mark: refused', ALICE, 'delete', 'z')
  history.write('a name, which does not count', BOB, 'profile', 'B')
  history.write('no put: ignored, not refused', BOB, 'put', 'z')
  history.write('another value that is as long', ALICE, 'put', put('y', text(filled(fitting, 0x62))))
  history.write('a new key of another author: the oldest of who has most give way', BOB, 'put', put('z', uint(1)))
  history.write('there is space again; what was refused stays so', ALICE, 'put', put('z', uint(2)))
  return historyVector('a full state: who has most is refused, and gives way to others', history)
}

function fullLate() {
  const history = nearlyFull()
  history.write('as much as fits, before Bob is heard of', ALICE, 'put', large('y', fittingText(history)))
  const { root } = history
  const bob = history.write('Bob, early', BOB, 'put', large('bob', 5_000), { after: [root] })
  history.write('Alice sets a small value: there is space for it', ALICE, 'put', put('z', uint(1)), { after: [] })
  const others = history.documents.filter((document) => document !== bob)
  return historyVector('a full state: what is late in order gives way, not what arrives late', history, [
    ...others,
    bob,
  ])
}

/** Three authors fill a map; a fourth part of it, which one of them has replaced, does not count twice. */
function shared() {
  const history = new History('map')
  for (let index = 0; index < 44; index++) {
    history.write(`Alice, ${index}`, ALICE, 'put', large(`a ${index}`, LARGE))
    if (index < 42) history.write(`Bob, ${index}`, BOB, 'put', large(`b ${index}`, LARGE))
  }
  history.write('Carol sets a key of Alice, the oldest of whose others give way', CAROL, 'put', large('a 0', 61_000))
  history.write('Carol sets a key of Bob', CAROL, 'put', large('b 1', 61_000))
  for (let index = 0; index < 4; index++) history.write(`more, ${index}`, CAROL, 'put', large(`c ${index}`, LARGE))
  for (let index = 0; index < 4; index++) history.write(`Bob again, ${index}`, BOB, 'put', large(`d ${index}`, LARGE))
  return historyVector('a full state: the author with most gives way, then the next', history, [
    ...history.documents.toReversed(),
  ])
}

const JSON_PUTS = Object.entries(JSON_VALUES).map(([name, value]): [string, Bytes] => [name, put('a', value)])
const KEY_PUTS = Object.entries(KEYS).map(([name, key]): [string, Bytes] => [`a key ${name}`, put(key, uint(1))])
const NO_JSON_PUTS = Object.entries(NO_JSON_VALUES).map(([name, value]): [string, Bytes] => [name, put('a', value)])

function putOf([name, body]: [string, Bytes]) {
  const { value: parts } = readBody(body, true) ?? {}
  const [key, value, more] = parts as [string, unknown, object?]
  return { name, body: spelled(body), key, value, ...more }
}

function deleteOf([name, body]: [string, Bytes]) {
  const { value: parts } = readBody(body, true) ?? {}
  const [key, more] = parts as [string, object]
  return { name, body: spelled(body), key, ...more }
}

const named = ([name, body]: [string, Bytes]) => ({ name, body: spelled(body) })

/** protocols/apps/map/vectors/bodies.json */
export const mapBodies = {
  put: {
    valid: [...JSON_PUTS, ...KEY_PUTS, ...Object.entries(GUESTS_PUTS)].map(putOf),
    ignored: [...NO_JSON_PUTS, ...Object.entries({ ...NO_PUTS, ...NO_GUESTS_PUTS })].map(named),
  },
  delete: {
    valid: [
      ...Object.entries(KEYS).map(([name, key]) => ({ name: `a key ${name}`, body: spelled(key), key: textOf(key) })),
      ...Object.entries(GUESTS_DELETES).map(deleteOf),
    ],
    ignored: Object.entries({ ...NO_DELETES, ...NO_GUESTS_DELETES }).map(named),
  },
}

/** protocols/apps/map/vectors/histories.json */
export const mapHistories = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL }),
  histories: [
    ...[
      simple(),
      overwritten(),
      apart(),
      late(),
      fork(),
      keys(),
      values(),
      ignored(),
      guests(),
      noGuests(),
      fences(),
      noFences(),
    ],
    ...[full(), fullLate(), shared()],
  ],
}

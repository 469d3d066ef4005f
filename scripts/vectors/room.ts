/** Roots, names, and the histories that every room may have: the vectors of protocols/room. */
import {
  bytes,
  concat,
  digestOf,
  documentCid,
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
import { ALICE, BOB, rootBody } from './document.ts'
import { authorsVector, CAROL, History, type Manner, type Written } from './history.ts'
import { nested, readBody } from './json-bodies.ts'
import { openMoves } from './moves.ts'
import { NAMES, nameOf, NO_NAMES } from './names.ts'
import { historyVector } from './state.ts'

const map = (...entries: [string, Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))
const nonce: [string, Bytes] = ['nonce', bytes(filled(16, 7))]

const ROOTS: Record<string, Bytes> = {
  'a chat': rootBody('chat', 'Kitchen'),
  'a map': rootBody('map', 'Stock'),
  'a room with members': rootBody('chat', 'Kitchen', text('access'), text('public-read')),
  'a way to write of a later version: a room without an app': rootBody(
    'chat',
    'Kitchen',
    text('access'),
    text('later'),
  ),
  'a way to write that is no text': rootBody('chat', 'Kitchen', text('access'), uint(1)),
  'an app of a later version': rootBody('a-later-app', 'Later'),
  'an app whose name is empty': rootBody('', 'Nothing'),
  'an app whose name has 64 bytes': rootBody('a'.repeat(64), 'Long'),
  'a name of 64 bytes': rootBody('chat', 'é'.repeat(32)),
  'a name with a byte order mark before it': rootBody('chat', '\ufeffKitchen'),
  'without a nonce: which readers do not look at': map(['app', text('chat')], ['name', text('Kitchen')]),
  'a key of a later version, of any type': map(
    ['app', text('chat')],
    ['name', text('Kitchen')],
    ['later', list([link(documentCid(digestOf('a link'))), bytes(filled(3)), fromHex('fb3ff8000000000000'), NULL])],
    nonce,
  ),
  'a key of a later version, 31 lists deep': map(
    ['app', text('chat')],
    ['deep', nested(31)],
    ['name', text('Kitchen')],
    nonce,
  ),
}

const NO_ROOTS: Record<string, Bytes> = {
  empty: filled(0),
  'no dag-cbor': utf8('Kitchen'),
  null: NULL,
  'a list': list([text('chat'), text('Kitchen')]),
  'no app': map(['name', text('Kitchen')], nonce),
  'no name': map(['app', text('chat')], nonce),
  'an app that is no text': map(['app', uint(1)], ['name', text('Kitchen')], nonce),
  'a name that is no text': map(['app', text('chat')], ['name', list([text('Kitchen')])], nonce),
  'an app whose name has 65 bytes': rootBody('a'.repeat(65), 'Long'),
  'an app whose name has 66 bytes in 33 characters': rootBody('é'.repeat(33), 'Long'),
  'a name of 65 bytes': rootBody('chat', 'a'.repeat(65)),
  'a name that is none: blank': rootBody('chat', ' '),
  'a name that is none: with a line end': rootBody('chat', 'Kit\nchen'),
  'a name that is no UTF-8': map(['app', text('chat')], ['name', text(fromHex('4bff'))], nonce),
  'keys in another order': map(['name', text('Kitchen')], ['app', text('chat')], nonce),
  'a key twice': map(['app', text('chat')], ['app', text('chat')], ['name', text('Kitchen')], nonce),
  'a length in more bytes than it needs': concat(
    fromHex('a2'),
    text('app'),
    fromHex('7804'),
    utf8('chat'),
    text('name'),
    text('K'),
  ),
  'of no known length': concat(fromHex('bf'), text('app'), text('chat'), text('name'), text('K'), fromHex('ff')),
  'a float of two bytes in a key of a later version': map(
    ['app', text('chat')],
    ['more', fromHex('f93e00')],
    ['name', text('K')],
  ),
  'a key of a later version, 32 lists deep': map(['app', text('chat')], ['deep', nested(32)], ['name', text('K')]),
  'a private room that says its name': rootBody('chat', 'Kitchen', text('access'), text('private')),
  'something after it': concat(rootBody('chat', 'Kitchen'), filled(1)),
}

interface Root {
  app: string
  name: string
  access?: string
}

/** What a root's body says, from the specification. */
function rootOf(body: Bytes): Root | null {
  const fields = readBody(body, false)?.value
  if (typeof fields !== 'object' || fields === null) return null
  const { app, name, access } = fields as Record<string, unknown>
  if (typeof app !== 'string' || utf8(app).length > 64 || typeof name !== 'string') return null
  if (nameOf(utf8(name)) === undefined) return null
  // The other keys that it needs are in the vectors of protocols/sealing.
  if (access === 'private') return null
  if (access === undefined) return { app, name }
  return access === 'public-read' ? { app, name, access } : { app: '', name }
}

const withRoot = ([name, body]: [string, Bytes]) => ({ name, body: hex(body), root: rootOf(body) })

/** protocols/room/vectors/roots.json */
export const roots = {
  valid: Object.entries(ROOTS).map(withRoot),
  ignored: Object.entries(NO_ROOTS).map(withRoot),
}

/** protocols/room/vectors/names.json */
export const names = {
  valid: Object.entries(NAMES).map(([name, body]) => ({ name, body: hex(body), text: nameOf(body) })),
  ignored: Object.entries(NO_NAMES).map(([name, body]) => ({ name, body: hex(body), text: nameOf(body) })),
}

/** The app of the histories: one that no implementation knows, so that only profiles are in the state. */
const UNKNOWN_APP = 'a-later-app'

function rootAlone() {
  return historyVector('the root alone: it is the head', new History(UNKNOWN_APP))
}

function badRoot() {
  const history = new History('', utf8('no dag-cbor'))
  history.write('the name of its author', ALICE, 'profile', 'Alice')
  return historyVector('a root whose body says nothing: a room like any other, of no known app', history)
}

function profiles() {
  const history = new History(UNKNOWN_APP)
  history.write('Bob is called Bob', BOB, 'profile', 'Bob')
  history.write('Alice is called Alice', ALICE, 'profile', 'Alice')
  history.write('Bob is called Robert', BOB, 'profile', 'Robert')
  history.write('a message: nothing to an app that is not known', BOB, 'message', 'hello')
  return historyVector('names: the last of each author counts', history)
}

function badProfiles() {
  const history = new History(UNKNOWN_APP)
  history.write('Bob is called Bob', BOB, 'profile', 'Bob')
  for (const [name, body] of Object.entries(NO_NAMES)) history.write(name, BOB, 'profile', body)
  history.write('another kind', BOB, 'profile/2', 'Robert')
  history.write('the kind of a root', BOB, 'room', rootBody('chat', 'Robert'))
  return historyVector('bodies that are no names are ignored: those before them still count', history)
}

function goodProfiles() {
  const history = new History(UNKNOWN_APP)
  const vectors: Written[] = []
  for (const [name, body] of Object.entries(NAMES)) vectors.push(history.write(name, BOB, 'profile', body))
  return historyVector('names of every kind', history, vectors.toReversed().concat(history.root))
}

/** Many documents with one clock, so that their order is that of their digests. */
function equalClocks() {
  const history = new History(UNKNOWN_APP)
  const { root } = history
  for (const key of [BOB, CAROL]) {
    for (let index = 0; index < 6; index++) {
      const manner = { after: [root], continues: null }
      history.write('one of six first documents of an author', key, 'profile', `Name ${index}`, manner)
    }
  }
  return historyVector('equal clocks and forks: ordered by the bytes of the digests, all are kept', history)
}

function forks() {
  const history = new History(UNKNOWN_APP)
  const first = history.write('Bob is called Bob', BOB, 'profile', 'Bob')
  const one = history.write('Bob is called Bobby', BOB, 'profile', 'Bobby')
  history.write('Alice names the first end of the chain', ALICE, 'profile', 'Alice')
  history.write('Bob is called Rob: the other end of his chain', BOB, 'profile', 'Rob', { continues: first, after: [] })
  history.write('Carol names both ends', CAROL, 'profile', 'Carol')
  history.write('Bob goes on after the first end', BOB, 'profile', 'Robert', { continues: one, after: [] })
  return historyVector('a fork, and what comes after it', history)
}

function late() {
  const history = new History(UNKNOWN_APP)
  const early = history.write('Carol, before she saw anything', CAROL, 'profile', 'Carol')
  const bob = history.write('Bob, before he saw Carol', BOB, 'profile', 'Bob', { after: [history.root] })
  const alice = history.write('Alice, after Bob', ALICE, 'profile', 'Alice', { after: [bob] })
  const robert = history.write('Bob, after Alice', BOB, 'profile', 'Robert', { after: [alice] })
  return historyVector('documents that come before their ancestors, and one that comes last', history, [
    ...[robert, alice, history.root, bob, early],
  ])
}

function unsigned() {
  const history = new History(UNKNOWN_APP)
  history.write('unsigned, proven by the next but one', BOB, 'profile', 'Bob', { signature: 'none' })
  history.write('unsigned, proven by the next', BOB, 'profile', 'Bobby', { signature: 'none' })
  const proof = history.write('signed', BOB, 'profile', 'Robert')
  history.write('unsigned, proven by nobody: it waits', BOB, 'profile', 'Rob', { signature: 'none', after: [proof] })
  history.write('a wrong signature', CAROL, 'profile', 'Carol', { signature: 'wrong', after: [history.root] })
  history.write('after the wrong signature', ALICE, 'profile', 'Alice')
  return historyVector('proofs: what is not authentic is not accepted, nor what names it', history)
}

/** X1 ← Y ← X2: X2 proves X1, and can be accepted only with it. */
function circle() {
  const history = new History(UNKNOWN_APP)
  const one = history.write('X1, unsigned', BOB, 'profile', 'Bob', { signature: 'none' })
  const other = history.write('Y, which names X1', CAROL, 'profile', 'Carol', { after: [one] })
  history.write('X2, which proves X1 and names Y', BOB, 'profile', 'Robert', { after: [other] })
  return historyVector('proofs in a circle: a document and its proof are accepted at once', history)
}

/** X1 ← Y1 ← X2 ← Y2: none is proven until all are here. */
function twoCircles() {
  const history = new History(UNKNOWN_APP)
  const one = history.write('X1, unsigned', BOB, 'profile', 'Bob', { signature: 'none' })
  const two = history.write('Y1, unsigned, which names X1', CAROL, 'profile', 'Carol', {
    signature: 'none',
    after: [one],
  })
  const three = history.write('X2, which proves X1 and names Y1', BOB, 'profile', 'Robert', { after: [two] })
  history.write('Y2, which proves Y1 and names X2', CAROL, 'profile', 'Caroline', { after: [three] })
  return historyVector('proofs in two circles: the last one to arrive brings all', history)
}

function openCircles() {
  const history = new History(UNKNOWN_APP)
  const one = history.write('X1, unsigned', BOB, 'profile', 'Bob', { signature: 'none' })
  const two = history.write('Y1, unsigned, which names X1', CAROL, 'profile', 'Carol', {
    signature: 'none',
    after: [one],
  })
  const three = history.write('X2, which proves X1 and names Y1', BOB, 'profile', 'Robert', { after: [two] })
  history.write('Y2, with a clock that is too large', CAROL, 'profile', 'C', { after: [three], clock: 9 })
  return historyVector('proofs in two circles, of which one is not closed: all wait', history)
}

function otherProof() {
  const history = new History(UNKNOWN_APP)
  const one = history.write('X1, unsigned', BOB, 'profile', 'Bob', { signature: 'none' })
  history.write('another one after X1, refused as its clock is too large', BOB, 'profile', 'B', {
    after: [one],
    clock: 9,
  })
  history.write('X2, which proves X1', BOB, 'profile', 'Robert', { after: [], continues: one })
  return historyVector('two proofs: the one that is refused proves nothing, the other does', history)
}

function faults() {
  const history = new History(UNKNOWN_APP)
  const { root } = history
  const bob = history.write('Bob', BOB, 'profile', 'Bob')
  const wrong = (name: string, manner: Manner): Written =>
    history.write(name, CAROL, 'profile', 'Carol', { after: [bob], continues: null, ...manner })
  const ahead = wrong('the clock is too large', { clock: 4 })
  wrong('the clock is that of its parent', { clock: 2 })
  wrong('in another room', { room: digestOf('another room') })
  wrong('after a document that never comes', { parents: [digestOf('nowhere')] })
  wrong('previous is by another author', { seq: 1, previous: bob.digest, parents: [] })
  wrong('after one that is refused', { after: [ahead] })
  const alice = history.write('Alice', ALICE, 'profile', 'Alice', { after: [root] })
  history.write('seq is two more than that of previous', ALICE, 'profile', 'Al', {
    continues: alice,
    after: [],
    seq: 3,
  })
  history.write('Alice goes on', ALICE, 'profile', 'Alicia', { continues: alice, after: [bob] })
  return historyVector('documents that a room refuses, and those that wait for ever', history)
}

function rulings() {
  const history = new History(UNKNOWN_APP)
  history.write('Alice, who wrote the root, is called Alice', ALICE, 'profile', 'Alice')
  history.write('Bob is called Bob', BOB, 'profile', 'Bob')
  history.write('Carol is called Carol', CAROL, 'profile', 'Carol')
  const drop = history.write('Alice drops Bob: what he wrote counts no more', ALICE, 'drop-author', BOB.publicKey)
  history.write('Bob is called Robert, which does not count', BOB, 'profile', 'Robert')
  history.write('Alice drops Carol', ALICE, 'drop-author', CAROL.publicKey)
  history.write('Alice takes Carol back', ALICE, 'restore-author', CAROL.publicKey)
  history.write('Carol drops Alice, which only the owner could', CAROL, 'drop-author', ALICE.publicKey)
  history.write('Alice drops herself, which she cannot', ALICE, 'drop-author', ALICE.publicKey)
  history.write('Alice drops what is no key', ALICE, 'drop-author', filled(33))
  return historyVector('the owner drops two authors and takes one back', history, [
    ...[history.root, drop, ...history.documents.filter((document) => document !== drop && document !== history.root)],
  ])
}

/** protocols/room/vectors/histories.json */
export const roomHistories = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL }),
  histories: [
    ...[rootAlone(), badRoot(), profiles(), badProfiles(), goodProfiles(), equalClocks()],
    ...[forks(), late(), unsigned(), circle(), twoCircles(), openCircles(), otherProof(), faults(), rulings()],
    ...openMoves(UNKNOWN_APP).map(([name, history]) => historyVector(name, history)),
  ],
}

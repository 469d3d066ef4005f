/** Histories of chats: protocols/apps/chat/vectors/histories.json. */
import { concat, filled, fromHex, head, hex, list, NULL, sha256, text, uint, utf8, type Bytes } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { authorsVector, CAROL, History, type Written } from './history.ts'
import { historyVector } from './state.ts'

function conversation() {
  const history = new History('chat')
  history.write('Alice says who she is', ALICE, 'profile', 'Alice')
  history.write('Alice speaks', ALICE, 'message', 'Is the soup ready?')
  history.write('Bob says who he is', BOB, 'profile', 'Bob')
  history.write('Bob answers', BOB, 'message', 'In ten minutes')
  history.write('a file, which is no part of the state', BOB, 'file', utf8('anything'))
  return historyVector('a conversation', history)
}

const MESSAGES: Record<string, Bytes> = {
  'an empty message': filled(0),
  'text beyond ASCII': utf8('Grüße aus 京都 👩‍🍳'),
  'a byte order mark, a zero byte and a line end: text like any other': utf8('\ufeff\0\n'),
  'the mark for what is no UTF-8, written as itself': utf8('\ufffd'),
  'of 23 bytes': filled(23, 0x61),
  'of 24 bytes': filled(24, 0x61),
  'of 255 bytes': filled(255, 0x61),
  'of 256 bytes': filled(256, 0x61),
  'of 16384 bytes: the longest': filled(16_384, 0x61),
  'of 16384 bytes in 8192 characters': utf8('é'.repeat(8_192)),
}

const NO_MESSAGES: Record<string, Bytes> = {
  'of 16385 bytes': filled(16_385, 0x61),
  'of 16386 bytes in 8193 characters': utf8('é'.repeat(8_193)),
  'a byte that is no UTF-8': fromHex('68690aff'),
  'half of a surrogate pair in UTF-8': fromHex('eda080'),
  'zero in two bytes of UTF-8': fromHex('c080'),
  'a character past the last of Unicode': fromHex('f4908080'),
  'text that ends in the middle of a character': fromHex('e4ba'),
}

/** A map of some keys, in the order in which they are given. */
const map = (entries: [key: string, value: Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))
const byGuest = (said: Bytes | string, guest: Bytes | string): Bytes =>
  map([
    ['text', text(said)],
    ['guest', text(guest)],
  ])

const OF_GUESTS: Record<string, Bytes> = {
  'by a guest': byGuest('In ten minutes', 'Kim'),
  'without a text': byGuest('', 'Kim'),
  'by a guest whose name has 32 bytes, with the longest text': byGuest(filled(16_384, 0x61), 'a'.repeat(32)),
  'by a guest whose name can hardly be seen, which is shown otherwise': byGuest('hello', '\u200bKim\u202e'),
  'by a guest who is called as the author is': byGuest('hello', 'Bob'),
}

const OF_NO_GUESTS: Record<string, Bytes> = {
  'a map with a text alone': map([['text', text('hello')]]),
  'an empty map': map([]),
  'a guest without a text': map([['guest', text('Kim')]]),
  'keys in another order': map([
    ['guest', text('Kim')],
    ['text', text('hello')],
  ]),
  'a key that is not known': map([
    ['text', text('hello')],
    ['guest', text('Kim')],
    ['zzzzzz', text('x')],
  ]),
  'a key twice': map([
    ['text', text('hello')],
    ['text', text('hello')],
    ['guest', text('Kim')],
  ]),
  'a text of 16385 bytes': byGuest(filled(16_385, 0x61), 'K'),
  'a text that is null': map([
    ['text', NULL],
    ['guest', text('Kim')],
  ]),
  'a text that is no UTF-8': byGuest(fromHex('61ff'), 'Kim'),
  'a guest that is null': map([
    ['text', text('hello')],
    ['guest', NULL],
  ]),
  'a name of 33 bytes': byGuest('hello', 'a'.repeat(33)),
  'an empty name': byGuest('hello', ''),
  'a blank name': byGuest('hello', ' \u00a0'),
  'a name with a control character': byGuest('hello', 'Kim\n'),
  'a name that is no UTF-8': byGuest('hello', fromHex('61ff')),
  'a byte after the map': concat(byGuest('hello', 'Kim'), filled(1)),
  'a byte less': byGuest('hello', 'Kim').subarray(0, -1),
  'a length in more bytes than it needs': concat(fromHex('b802'), byGuest('hello', 'Kim').subarray(1)),
}

function guests() {
  const history = new History('chat')
  for (const [name, body] of Object.entries(OF_GUESTS)) history.write(name, BOB, 'message', body)
  history.write('what the author says itself', BOB, 'message', 'and I am Bob')
  return historyVector('messages of guests', history)
}

function noGuests() {
  const history = new History('chat')
  history.write('a message of a guest', BOB, 'message', byGuest('hello', 'Kim'))
  for (const [name, body] of Object.entries(OF_NO_GUESTS)) history.write(name, BOB, 'message', body)
  return historyVector('what is neither a text nor a map that says more is ignored', history)
}

function bodies() {
  const history = new History('chat')
  for (const [name, body] of Object.entries(MESSAGES)) history.write(name, BOB, 'message', body)
  return historyVector('messages of every kind', history)
}

const context = (message: string): Bytes => concat(head(5, 1), text('body'), text(hex(sha256(utf8(message)))))

function ignored() {
  const history = new History('chat')
  history.write('a message', BOB, 'message', 'hello')
  for (const [name, body] of Object.entries(NO_MESSAGES)) history.write(name, BOB, 'message', body)
  history.write('what the next message answers: no part of the state', BOB, 'context', context('hello again'))
  history.write('the next message', BOB, 'message', 'hello again')
  history.write('another kind', BOB, 'message/2', 'hello from a later version')
  history.write('a kind of another app', BOB, 'put', list([text('apples'), uint(3)]))
  return historyVector('what is no message is ignored: it is kept and named by what comes after it', history)
}

/** Both write without knowing of each other, so that their messages have the same clocks. */
function apart() {
  const history = new History('chat')
  let alice = history.root
  let bob = history.root
  for (let index = 1; index <= 4; index++) {
    alice = history.write(`Alice, ${index}`, ALICE, 'message', `Alice ${index}`, { after: [alice] })
    bob = history.write(`Bob, ${index}`, BOB, 'message', `Bob ${index}`, { after: [bob] })
  }
  history.write('Carol has read all of it', CAROL, 'message', 'Who of you was first?')
  const [root, ...others] = history.documents
  const last = others.pop()
  const byAuthor = others.toSorted((a, b) => Number(a.key === ALICE) - Number(b.key === ALICE))
  return historyVector('equal clocks: two write apart', history, [root, ...byAuthor, last] as Written[])
}

function fork() {
  const history = new History('chat')
  const first = history.write('Bob, before his node is restored from a backup', BOB, 'message', 'one')
  history.write('Bob, who forgets that he wrote this', BOB, 'message', 'two')
  history.write('Bob, with the same seq', BOB, 'message', 'another two', { continues: first, after: [] })
  history.write('Bob, after both', BOB, 'message', 'three')
  return historyVector('a fork: both messages are in the state', history)
}

/** More messages than a state has, two of them written long before the others saw them. */
function recent() {
  const history = new History('chat')
  const first = history.write('the first message', BOB, 'message', 'message 0')
  const early = history.write('Carol, early', CAROL, 'message', 'no part of the state', { after: [first] })
  for (let index = 1; index < 60; index++) {
    const after = history.documents.filter((document) => document !== early).slice(-1)
    history.write(`message ${index}`, index % 2 === 0 ? BOB : ALICE, 'message', `message ${index}`, { after })
  }
  const middle = history.documents.at(-1) as Written
  const later = history.write('Carol, later', CAROL, 'message', 'part of the state', { after: [middle] })
  history.write('no message, which takes no place', ALICE, 'message', filled(1, 0xff), { after: [middle] })
  for (let index = 60; index < 103; index++) {
    const after = history.documents.filter((document) => document !== later).slice(-1)
    history.write(`message ${index}`, index % 2 === 0 ? BOB : ALICE, 'message', `message ${index}`, { after })
  }
  const inTime = history.documents.filter((document) => document !== early && document !== later)
  return historyVector('105 messages, of which the state has the last 100 in order', history, [...inTime, later, early])
}

/** protocols/apps/chat/vectors/histories.json */
export const chatHistories = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL }),
  histories: [conversation(), bodies(), guests(), noGuests(), ignored(), apart(), fork(), recent()],
}

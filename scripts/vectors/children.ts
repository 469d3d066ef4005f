/** Rooms below others: protocols/room/vectors/children.json. */
import {
  bytes,
  concat,
  digestOf,
  documentId,
  filled,
  head,
  hex,
  NULL,
  sha256,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'

const PARENT = digestOf('a room with others below it')
const CHILD = digestOf('a room below another one')
const MESSAGE = digestOf('a message')
const NONCE = filled(16, 7)

type Field = [name: string, value: Bytes]

/** A map with its keys in the given order. */
const ordered = (...fields: Field[]): Bytes =>
  concat(head(5, fields.length), ...fields.flatMap(([name, value]) => [text(name), value]))

/** In the canonical order: shorter keys first, then by their bytes. */
const map = (...fields: Field[]): Bytes =>
  ordered(...fields.toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))

const ID: Field = ['child', bytes(CHILD)]
const TITLE: Field = ['title', text('Soup')]
const ABOUT: Field = ['about', bytes(MESSAGE)]

/** The mark of a parent in the root of a child. */
function markOf(parent: Bytes, nonce: Bytes): Bytes {
  return sha256(concat(utf8('kith/child/1'), parent, nonce))
}

const valid: [name: string, body: Bytes, title: string, isThread: boolean][] = [
  ['a room of its own', map(ID, TITLE), 'Soup', false],
  ['a thread', map(ID, TITLE, ABOUT), 'Soup', true],
  ['a title of 64 bytes', map(ID, ['title', text('é'.repeat(32))]), 'é'.repeat(32), false],
]

const ignored: Record<string, Bytes> = {
  empty: new Uint8Array(0),
  'no map': text('Soup'),
  'no child': map(TITLE),
  'no title': map(ID),
  'a child of 31 bytes': map(['child', bytes(filled(31, 1))], TITLE),
  'a child as text': map(['child', text(documentId(CHILD))], TITLE),
  'an empty title': map(ID, ['title', text('')]),
  'a title with a control character': map(ID, ['title', text('So\nup')]),
  'a title of 65 bytes': map(ID, ['title', text('a'.repeat(65))]),
  'a title that is a number': map(ID, ['title', uint(1)]),
  'about nothing': map(ID, TITLE, ['about', NULL]),
  'about 33 bytes': map(ID, TITLE, ['about', bytes(filled(33, 1))]),
  'another key': map(ID, TITLE, ['more', uint(1)]),
  'keys in another order': ordered(TITLE, ID),
  'something after it': concat(map(ID, TITLE), uint(0)),
}

export const children = {
  marks: [
    { parent: documentId(PARENT), nonce: hex(NONCE), mark: hex(markOf(PARENT, NONCE)) },
    { parent: documentId(CHILD), nonce: hex(NONCE), mark: hex(markOf(CHILD, NONCE)) },
  ],
  valid: valid.map(([name, body, title, isThread]) => ({
    ...{ name, body: hex(body), child: documentId(CHILD), title, about: isThread ? documentId(MESSAGE) : null },
  })),
  ignored: Object.entries(ignored).map(([name, body]) => ({ name, body: hex(body) })),
}

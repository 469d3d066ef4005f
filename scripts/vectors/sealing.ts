/** The vectors of protocols/sealing. */
import { map } from './acts.ts'
import { bytes, concat, digestOf, documentId, filled, hex, text, uint, utf8, type Bytes } from './bytes.ts'
import { ALICE, blockOf, BOB, message, ROOM, type Draft } from './document.ts'
import { boxOf } from './hpke.ts'
import {
  inviteBoxSecret,
  keyIdOf,
  packed,
  privateRootBody,
  sealed,
  sealedDraft,
  sealedKey,
  wrappedKey,
} from './seals.ts'

const KEY = digestOf('the key of an epoch')
const LATER = digestOf('the key of a later epoch')
const SECRET = digestOf('the secret of a box')
const EPHEMERAL = digestOf('an ephemeral secret')
const BOX = boxOf(SECRET)
const salt = (name: string): Bytes => digestOf(`salt ${name}`).subarray(0, 16)

const invite = inviteBoxSecret(BOB.seed)

const flipped = (content: Bytes, index: number): Bytes =>
  Buffer.from(content.map((byte, i) => (i === index ? byte ^ 1 : byte)))

const good = sealedKey(ROOM, KEY, BOX, EPHEMERAL)

/** protocols/sealing/vectors/keys.json */
export const epochKeys = {
  valid: [
    {
      ...{ key: hex(KEY), id: hex(keyIdOf(KEY)), room: documentId(ROOM) },
      ...{ secret: hex(SECRET), box: hex(BOX), ephemeral: hex(EPHEMERAL), sealed: hex(good) },
      ...{ wrapping: hex(LATER), wrapped: hex(wrappedKey(ROOM, LATER, KEY)) },
    },
  ],
  invites: [{ seed: hex(BOB.seed), secret: hex(invite), box: hex(boxOf(invite)) }],
  invalid: [
    { name: 'damaged', sealed: flipped(good, 60) },
    { name: 'with another encapsulated key', sealed: flipped(good, 3) },
    { name: 'for another room', sealed: sealedKey(digestOf('another room'), KEY, BOX, EPHEMERAL) },
    { name: 'for somebody else', sealed: sealedKey(ROOM, KEY, boxOf(EPHEMERAL), EPHEMERAL) },
    { name: 'another key', sealed: sealedKey(ROOM, LATER, BOX, EPHEMERAL) },
    { name: 'cut off', sealed: good.subarray(0, 79) },
    { name: 'an encapsulated key of small order', sealed: concat(filled(32), good.subarray(32)) },
  ].map((vector) => ({ name: vector.name, sealed: hex(vector.sealed) })),
}

const hello = message({ epoch: 3 })
const elsewhere = (changes: Partial<Draft>): Draft => ({ ...sealedDraft(hello, KEY, salt('moved')), ...changes })
const inside = (content: Bytes): Draft => sealedDraft(hello, KEY, salt('inside'), content)

function documentVector(name: string, draft: Draft, content: { kind: string; body: Bytes } | null) {
  const opened = content === null ? null : { kind: content.kind, body: hex(content.body) }
  return { name, key: hex(KEY), block: hex(blockOf(draft)), content: opened }
}

const short = sealedDraft(hello, KEY, salt('short'))

/** protocols/sealing/vectors/documents.json */
export const sealedDocuments = [
  documentVector('a message', sealedDraft(hello, KEY, salt('message')), { kind: 'message', body: utf8('hello') }),
  documentVector('no body', inside(packed('k', filled(0))), { kind: 'k', body: filled(0) }),
  documentVector('a kind of 64 letters', inside(packed('k'.repeat(64), utf8('x'))), {
    ...{ kind: 'k'.repeat(64), body: utf8('x') },
  }),
  documentVector(
    'without a signature of its own',
    { ...sealedDraft({ ...hello, isSigned: false }, KEY, salt('unsigned')), isSigned: false },
    { kind: 'message', body: utf8('hello') },
  ),
  documentVector('under another clock', elsewhere({ clock: 3 }), null),
  documentVector('by another author', elsewhere({ key: ALICE }), null),
  documentVector('of another epoch', elsewhere({ epoch: 4 }), null),
  documentVector(
    'under another key with the same id',
    elsewhere({
      body: concat(Uint8Array.of(1), keyIdOf(KEY), sealedDraft(hello, LATER, salt('moved')).body.subarray(17)),
    }),
    null,
  ),
  documentVector('of another version', elsewhere({ body: concat(Uint8Array.of(2), short.body.subarray(1)) }), null),
  documentVector('cut off', elsewhere({ body: short.body.subarray(0, 48) }), null),
  documentVector('empty', elsewhere({ body: filled(0) }), null),
  documentVector('nothing inside', inside(filled(0)), null),
  documentVector('no kind inside', inside(concat(filled(1), utf8('x'))), null),
  documentVector('half a kind inside', inside(concat(Uint8Array.of(9), utf8('message'))), null),
  documentVector('a kind of 65 letters', inside(packed('k'.repeat(65), utf8('x'))), null),
  documentVector('a kind in capitals', inside(packed('Message', utf8('x'))), null),
  documentVector('an act inside', inside(packed('access/owner', filled(0))), null),
  documentVector('a root inside', inside(packed('room', filled(0))), null),
  documentVector('sealed twice', inside(packed('sealed', short.body)), null),
]

const root = { key: KEY, box: BOX, nonce: salt('root'), author: ALICE }
const place = { room: filled(32), author: ALICE.publicKey, seq: 0, aad: concat(BOX, root.nonce) }
const named = (...entries: [string, Bytes][]): Bytes => privateRootBody({ ...root, inside: map(...entries) })
const kitchen: [string, Bytes] = ['name', text('Kitchen')]

const rootOf = (name: string, body: Bytes, says: { name: string; app: string } | null) => ({
  ...{ name, author: ALICE.peer, key: hex(KEY), body: hex(body), root: says },
})

const fields = (...left: string[]): Bytes => {
  const all: [string, Bytes][] = [
    ['box', bytes(BOX)],
    ['nonce', bytes(root.nonce)],
    ['access', text('private')],
    ['sealed', bytes(sealed(KEY, place, root.nonce, map(['app', text('chat')], kitchen)))],
  ]
  return map(...all.filter(([key]) => !left.includes(key)))
}

/** protocols/sealing/vectors/roots.json */
export const privateRoots = [
  rootOf('a chat', privateRootBody(root), { name: 'Kitchen', app: 'chat' }),
  rootOf('without a box', fields('box'), null),
  rootOf('without a nonce', fields('nonce'), null),
  rootOf('without anything sealed', fields('sealed'), null),
  rootOf('sealed with another key', privateRootBody({ ...root, key: LATER }), null),
  rootOf('of another author', privateRootBody({ ...root, author: BOB }), null),
  rootOf('without an app', named(kitchen), null),
  rootOf('an app without a name', named(['app', text('')], kitchen), null),
  rootOf('a name that is none', named(['app', text('chat')], ['name', text(' ')]), null),
  rootOf('an app that is a number', named(['app', uint(1)], kitchen), null),
]

/** The vectors of states that are sealed in private rooms, and of what the checkpoints say that name them. */
import {
  bytes,
  concat,
  digestOf,
  documentId,
  filled,
  fromHex,
  hex,
  link,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import { blocksOf, map } from './checkpoints.ts'
import { ROOM } from './document.ts'
import { textOf } from './ensure-map.ts'
import { sealedState, stateSalt } from './seals.ts'

const KEY = digestOf('the key of an epoch')
const FIRST = digestOf('the first key of a room')

const STATES: Record<string, Bytes> = {
  'one byte': filled(1, 7),
  'the state of a room without names or app': fromHex('82418041f6'),
  'more than one block of the cipher': filled(200, 9),
}

const [plain] = [utf8('a state')]
const salt = stateSalt(ROOM, KEY, plain)
const good = sealedState(ROOM, KEY, plain)
const damaged = Buffer.from(good.map((byte, i) => (i === 2 ? byte ^ 1 : byte)))

const { root } = blocksOf(good)
const documents: [string, Bytes] = ['documents', uint(300)]
const size: [string, Bytes] = ['size', uint(good.length)]
const state: [string, Bytes] = ['state', link(root)]
const salted = (salt: Bytes): [string, Bytes] => ['salt', salt]
const first = (key: Bytes): [string, Bytes] => ['first', key]
const place = { room: documentId(ROOM), key: hex(KEY) }

const IGNORED: Record<string, Bytes> = {
  'no salt': map(size, first(bytes(FIRST)), state, documents),
  'a salt of 15 bytes': map(salted(bytes(salt.subarray(1))), size, first(bytes(FIRST)), state, documents),
  'a salt that is a text': map(salted(text('a'.repeat(16))), size, first(bytes(FIRST)), state, documents),
}

const said = { documents: 300, size: good.length, state: textOf(root), salt: hex(salt) }

/** protocols/sealing/vectors/states.json */
export const sealedStates = {
  valid: Object.entries(STATES).map(([name, encoded]) => ({
    ...{ name, ...place, state: hex(encoded), salt: hex(stateSalt(ROOM, KEY, encoded)) },
    sealed: hex(sealedState(ROOM, KEY, encoded)),
  })),
  anySalt: {
    ...place,
    state: hex(plain),
    salt: hex(filled(16, 3)),
    sealed: hex(sealedState(ROOM, KEY, plain, filled(16, 3))),
  },
  invalid: [
    { name: 'damaged', sealed: damaged },
    { name: 'in another room', sealed: sealedState(digestOf('another room'), KEY, plain, salt) },
    { name: 'with another key', sealed: sealedState(ROOM, FIRST, plain, salt) },
    { name: 'with another salt', sealed: sealedState(ROOM, KEY, plain, filled(16)) },
    { name: 'shorter than a tag', sealed: good.subarray(0, 15) },
    { name: 'empty', sealed: filled(0) },
    { name: 'not sealed', sealed: concat(plain, filled(16)) },
  ].map(({ name, sealed }) => ({ name, ...place, salt: hex(salt), sealed: hex(sealed) })),
  bodies: [
    {
      ...{ name: 'a checkpoint', ...said, first: hex(FIRST) },
      body: hex(map(salted(bytes(salt)), size, first(bytes(FIRST)), state, documents)),
    },
    {
      ...{ name: 'without the first key', ...said, first: null },
      body: hex(map(salted(bytes(salt)), size, state, documents)),
    },
    {
      ...{ name: 'a first key of 31 bytes', ...said, first: null },
      body: hex(map(salted(bytes(salt)), size, first(bytes(FIRST.subarray(1))), state, documents)),
    },
  ],
  ignored: Object.entries(IGNORED).map(([name, body]) => ({ name, body: hex(body) })),
}

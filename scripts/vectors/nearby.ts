/** Frames of announced rooms and the records they hold. */
import { bytesField, concat, digestOf, documentId, filled, hex, utf8, varintField, type Bytes } from './bytes.ts'
import { ROOM } from './document.ts'
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

const ACCESS = ['open', 'public-read', 'private'] as const
const ACT = digestOf('an invite')
const SEED = filled(32, 7)

interface Offered {
  room?: Bytes
  name?: string
  app?: string
  access?: number
  invite?: { seed: Bytes; act: Bytes }
}

const ask = (serial: number): Sample => ({
  record: { type: 'ask', serial },
  field: bytesField(1, number(1, serial)),
})

function offerField({ room = ROOM, name = 'Kitchen', app = 'chat', access = 0, invite }: Offered): Bytes {
  return concat(
    bytesField(1, room),
    bytesField(2, utf8(name)),
    bytesField(3, utf8(app)),
    number(4, access),
    ...(invite ? [bytesField(5, invite.seed), bytesField(6, invite.act)] : []),
  )
}

function offers(serial: number, from: string, offered: Offered[]): Sample {
  const records = offered.map(({ room = ROOM, name = 'Kitchen', app = 'chat', access = 0, invite }) => ({
    ...{ room: documentId(room), name, app, access: ACCESS[access] },
    ...(invite && { invite: { seed: hex(invite.seed), act: documentId(invite.act) } }),
  }))
  const field = bytesField(
    2,
    number(1, serial),
    ...(from === '' ? [] : [bytesField(2, utf8(from))]),
    ...offered.map((each) => bytesField(3, offerField(each))),
  )
  return { record: { type: 'offers', serial, from, offers: records }, field }
}

const others = (count: number): Offered[] =>
  Array.from({ length: count }, (_, index) => ({ room: digestOf(`room ${index}`), name: `Room ${index}` }))

const answer = (...parts: Bytes[]): Bytes => bytesField(2, varintField(1, 1), bytesField(2, utf8('Anna')), ...parts)
const one = (offer: Bytes): Bytes => answer(bytesField(3, offer))

/** protocols/nearby/vectors/frames.json */
export const nearbyFrames = {
  valid: [
    frameOf('ask', ask(1)),
    frameOf('ask with the largest serial', ask(MAX_INTEGER)),
    frameOf('nothing is announced', offers(1, '', [])),
    frameOf('an open room', offers(2, 'Anna', [{}])),
    frameOf('a table that members write', offers(3, 'Anna', [{ name: 'Stock', app: 'map', access: 1 }])),
    frameOf('a private room', offers(4, 'Anna', [{ access: 2, invite: { seed: SEED, act: ACT } }])),
    frameOf('names of the greatest length', offers(5, 'ä'.repeat(32), [{ name: 'ä'.repeat(32), app: 'b'.repeat(64) }])),
    frameOf('as many rooms as allowed', offers(6, 'Anna', others(32))),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, ask(1).field), ask(1)),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of an offer: ${what}`, one(concat(field, offerField({}))), offers(1, 'Anna', [{}])),
    ),
    lenient('an ask and an answer', concat(ask(1).field, offers(2, '', []).field), ask(1), offers(2, '', [])),
    lenient('a name without rooms', answer(), offers(1, 'Anna', [])),
    lenient(
      'a room with an access of a later version: left out',
      one(offerField({ access: 3 })),
      offers(1, 'Anna', []),
    ),
  ],
  unusual: [
    refused('a serial in more bytes than it needs', bytesField(1, Uint8Array.of(8), longVarint(1))),
    ...otherTypes('a serial', 1, 'a number', (content) => bytesField(1, content)),
    ...otherTypes('an ask', 1, 'bytes', (content) => content),
    ...otherTypes('an answer', 2, 'bytes', (content) => content),
    ...otherTypes('a room', 1, 'bytes', (content) => one(concat(content, offerField({}).subarray(34)))),
  ],
  invalid: [
    ...nonsense(ask(1)),
    refused('one room too many', offers(1, 'Anna', others(33)).field),
    refused('rooms of nobody', bytesField(2, varintField(1, 1), bytesField(3, offerField({})))),
    refused('a sender with a name one byte too long', offers(1, 'a'.repeat(65), [{}]).field),
    refused('a sender with a blank name', offers(1, ' ', [{}]).field),
    refused('a room id of 31 bytes', one(offerField({ room: filled(31) }))),
    refused('a room id of 33 bytes', one(offerField({ room: filled(33) }))),
    refused('a room without an id', one(offerField({}).subarray(34))),
    refused('a room without a name', one(offerField({ name: '' }))),
    refused('a room with a blank name', one(offerField({ name: ' ' }))),
    refused('a room with a name one byte too long', one(offerField({ name: 'a'.repeat(65) }))),
    refused('a room with a line end in its name', one(offerField({ name: 'a\nb' }))),
    refused('a room with an escape in its name', one(offerField({ name: 'a\u001b[31m' }))),
    refused(
      'a room with a name that is not UTF-8',
      one(concat(bytesField(1, ROOM), bytesField(2, filled(2, 0xff)), bytesField(3, utf8('chat')))),
    ),
    refused('a room without an app', one(offerField({ app: '' }))),
    refused('a room with an app one byte too long', one(offerField({ app: 'a'.repeat(65) }))),
    refused('a seed of 31 bytes', one(offerField({ invite: { seed: filled(31), act: ACT } }))),
    refused('a seed of 33 bytes', one(offerField({ invite: { seed: filled(33), act: ACT } }))),
    refused('a seed without the document of the invite', one(concat(offerField({}), bytesField(5, SEED)))),
    refused('the document of an invite without a seed', one(concat(offerField({}), bytesField(6, ACT)))),
    refused('the document of an invite of 31 bytes', one(offerField({ invite: { seed: SEED, act: filled(31) } }))),
    refused('a serial of 2^53', bytesField(1, varintField(1, 2n ** 53n))),
  ],
}

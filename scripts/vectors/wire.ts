/** The vectors of protocols/wire: what is derived from a room, ids and their order, hellos and frames. */
import { createCipheriv, createHmac } from 'node:crypto'
import {
  byBytes,
  bytesField,
  cidV1,
  concat,
  digestOf,
  documentId,
  filled,
  fromHex,
  hex,
  peerIdOf,
  sha256,
  utf8,
  varint,
  varintField,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB, blockOf, message, ROOM } from './document.ts'
import { base16 } from 'multiformats/bases/base16'
import { base32, base32upper } from 'multiformats/bases/base32'
import { base36 } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { base64url } from 'multiformats/bases/base64'

const hmac = (key: Bytes, content: Bytes): Bytes => createHmac('sha256', key).update(content).digest()

export const topicOf = (room: Bytes): Bytes => sha256(utf8('kith/topic/1'), room)

export function proofOf(room: Bytes, prover: string, verifier: string): Bytes {
  return hmac(sha256(utf8('kith/proof/1'), room), utf8(`${prover} ${verifier}`))
}

function seal(room: Bytes, payload: Bytes, nonce?: Bytes): Bytes {
  const key = sha256(utf8('kith/gossip/1'), room)
  const used = nonce ?? hmac(key, payload).subarray(0, 12)
  const cipher = createCipheriv('chacha20-poly1305', key, used, { authTagLength: 16 })
  return concat(used, cipher.update(payload), cipher.final(), cipher.getAuthTag())
}

function providedOf(room: Bytes, code: number) {
  const cid = cidV1(code, 0x12, digestOf('id 0'))
  const key = sha256(utf8('kith/provide/1'), room, cid)
  return { id: base32.encode(cid), key: hex(key), cid: base32.encode(cidV1(0x55, 0x12, key)) }
}

const OTHER_ROOM = digestOf('another room')
const DOCUMENT = blockOf(message())

function gossipOf(room: Bytes, payload: Bytes) {
  return { payload: hex(payload), sealed: hex(seal(room, payload)) }
}

const sealed = seal(ROOM, DOCUMENT)

/** protocols/wire/vectors/room-keys.json */
export const roomKeys = {
  rooms: [ROOM, OTHER_ROOM].map((room) => ({
    room: documentId(room),
    topic: hex(topicOf(room)),
    proofs: [
      { prover: ALICE.peer, verifier: BOB.peer, proof: hex(proofOf(room, ALICE.peer, BOB.peer)) },
      { prover: BOB.peer, verifier: ALICE.peer, proof: hex(proofOf(room, BOB.peer, ALICE.peer)) },
    ],
    gossip: [gossipOf(room, filled(0)), gossipOf(room, utf8('hello')), gossipOf(room, DOCUMENT)],
    provided: [0x55, 0x70, 0x71].map((code) => providedOf(room, code)),
  })),
  refusedGossip: [
    ['sealed for another room', seal(OTHER_ROOM, DOCUMENT)],
    ['a bit of the nonce is flipped', sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte))],
    ['a bit of the payload is flipped', sealed.map((byte, index) => (index === 12 ? byte ^ 1 : byte))],
    ['a bit of the tag is flipped', sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte))],
    ['the nonce does not follow from the payload', seal(ROOM, DOCUMENT, filled(12))],
    ['shorter than nonce and tag', filled(27)],
    ['empty', filled(0)],
  ].map(([name, content]) => ({ name, room: documentId(ROOM), sealed: hex(content as Bytes) })),
}

/** Digests for which base32's digits and letters sort differently in ASCII. */
const digests = [
  filled(32),
  concat(filled(31), fromHex('01')),
  concat(fromHex('01'), filled(31)),
  ...Array.from({ length: 20 }, (_, index) => digestOf(`id ${index}`)),
  concat(fromHex('cf'), filled(31)),
  concat(fromHex('d0'), filled(31)),
  concat(fromHex('ff'), filled(31)),
  filled(32, 0xff),
]

const id = documentId(digestOf('id 0'))

/** protocols/wire/vectors/ids.json */
export const ids = {
  sorted: digests.toSorted(byBytes).map((digest) => ({ digest: hex(digest), id: documentId(digest) })),
  refused: [
    ['empty', ''],
    ['without the prefix of base32', id.slice(1)],
    ['one character short', id.slice(0, -1)],
    ['one character long', `${id}a`],
    ['capitals', id.toUpperCase()],
    ['capitals behind the prefix', `b${id.slice(1).toUpperCase()}`],
    ['one capital', `${id.slice(0, 20)}${id.slice(20, 30).toUpperCase()}${id.slice(30)}`],
    ['a space before it', ` ${id.slice(0, -1)}`],
    ['bits that no byte needs', `${id.slice(0, -1)}${id.endsWith('b') ? 'c' : 'b'}`],
    ['a character outside base32', `${id.slice(0, -1)}1`],
    ['padding', `${id.slice(0, -1)}=`],
    ['codec raw', base32.encode(cidV1(0x55, 0x12, digestOf('id 0')))],
    ['codec dag-pb', base32.encode(cidV1(0x70, 0x12, digestOf('id 0')))],
    ['hash function sha3-256', base32.encode(cidV1(0x71, 0x16, digestOf('id 0')))],
    ['a digest of 31 bytes', base32.encode(cidV1(0x71, 0x12, filled(31)))],
    ['base58', base58btc.encode(cidV1(0x71, 0x12, digestOf('id 0')))],
    ['CIDv0', base58btc.encode(concat(fromHex('1220'), digestOf('id 0'))).slice(1)],
  ].map(([name, text]) => ({ name, text })),
  peers: [filled(32), ALICE.publicKey, BOB.publicKey, filled(32, 0xff)].map((publicKey) => ({
    publicKey: hex(publicKey),
    peerId: peerIdOf(publicKey),
    // CIDv1, libp2p-key, and the multihash of the key.
    cids: [base32, base36].map((base) => base.encode(concat(fromHex('0172'), fromHex('002408011220'), publicKey))),
  })),
  peersWithoutKey: [
    ['empty', ''],
    ['one character short', BOB.peer.slice(0, -1)],
    ['one character long', `${BOB.peer}1`],
    ['a leading 1 more', `1${BOB.peer}`],
    ['a character outside base58', `${BOB.peer.slice(0, -1)}0`],
    ['with the prefix of a multibase', `z${BOB.peer}`],
    ['as a CID', base32.encode(concat(fromHex('0172002408011220'), BOB.publicKey))],
    ['a key of another type', base58btc.encode(concat(fromHex('002408021220'), BOB.publicKey)).slice(1)],
    ['a hash of a key', base58btc.encode(concat(fromHex('1220'), BOB.publicKey)).slice(1)],
    ['a key of 31 bytes', base58btc.encode(concat(fromHex('00230801121f'), filled(31))).slice(1)],
  ].map(([name, text]) => ({ name, text })),
}

/** A block id in all spellings that are accepted; dag-pb has one more. */
function blockId(codec: string, code: number, digest: Bytes) {
  const cid = cidV1(code, 0x12, digest)
  const v0 = codec === 'dag-pb' ? [base58btc.encode(concat(fromHex('1220'), digest)).slice(1)] : []
  const spellings = [base32.encode(cid), base36.encode(cid), base58btc.encode(cid), ...v0]
  return { codec, digest: hex(digest), bytes: hex(cid), id: base32.encode(cid), spellings }
}

const rawCid = cidV1(0x55, 0x12, digestOf('id 0'))
const foreignCids: Record<string, Bytes> = {
  'codec identity': cidV1(0x00, 0x12, digestOf('id 0')),
  'codec dag-json': concat(fromHex('01a9021220'), digestOf('id 0')),
  'hash function sha2-512': cidV1(0x55, 0x13, concat(digestOf('id 0'), digestOf('id 1'))),
  'hash function sha3-256': cidV1(0x55, 0x16, digestOf('id 0')),
  'hash function blake3': cidV1(0x55, 0x1e, digestOf('id 0')),
  'hash function identity': cidV1(0x55, 0x00, digestOf('id 0')),
  'a digest of 20 bytes': cidV1(0x55, 0x12, filled(20)),
  'a digest shorter than it says': concat(fromHex('01551220'), filled(31)),
  'a byte too many': concat(rawCid, filled(1)),
  'version 2': concat(fromHex('02'), rawCid.subarray(1)),
}

/** protocols/wire/vectors/block-ids.json */
export const blockIds = {
  valid: [filled(32), digestOf('id 0'), filled(32, 0xff)].flatMap((digest) => [
    blockId('raw', 0x55, digest),
    blockId('dag-pb', 0x70, digest),
    blockId('dag-cbor', 0x71, digest),
  ]),
  refused: [
    ...Object.entries(foreignCids).map(([name, cid]) => ({ name, text: base32.encode(cid), bytes: hex(cid) })),
    { name: 'empty', text: '', bytes: '' },
    { name: 'a digest alone', text: hex(digestOf('id 0')), bytes: hex(digestOf('id 0')) },
    { name: 'CIDv0 of a digest of 20 bytes', text: base58btc.encode(concat(fromHex('1214'), filled(20))).slice(1) },
    { name: 'CIDv0 in base32', text: base32.encode(concat(fromHex('1220'), digestOf('id 0'))) },
    { name: 'CIDv0 with the prefix of base58', text: base58btc.encode(concat(fromHex('1220'), digestOf('id 0'))) },
    { name: 'in capitals', text: base32upper.encode(rawCid) },
    { name: 'base16', text: base16.encode(rawCid) },
    { name: 'base64', text: base64url.encode(rawCid) },
    { name: 'without the prefix of its base', text: base32.encode(rawCid).slice(1) },
    { name: 'one character short', text: base32.encode(rawCid).slice(0, -1) },
    { name: 'a space before it', text: ` ${base32.encode(rawCid)}` },
    { name: 'a path', text: `/ipfs/${base32.encode(rawCid)}` },
  ],
}

const hello = (versions: number[], creditBytes: number): Bytes =>
  concat(
    ...versions.map((version) => varintField(1, version)),
    creditBytes === 0 ? filled(0) : varintField(2, creditBytes),
  )

function helloVector(versions: number[], creditBytes: number) {
  return { versions, creditBytes, frame: hex(hello(versions, creditBytes)) }
}

/** protocols/wire/vectors/frames.json */
export const frames = {
  prefixed: [1, 127, 128, 300, 16_383, 16_384].map((length) => ({
    length,
    prefix: hex(varint(length)),
  })),
  refusedPrefixes: [
    { name: 'one byte more than a frame may have', prefix: hex(varint(1024 * 1024 + 1)) },
    { name: '2^31', prefix: hex(varint(2 ** 31)) },
    { name: '2^53 - 1', prefix: hex(varint(2 ** 53 - 1)) },
    { name: '5 in two bytes', prefix: '8500' },
    { name: '128 in three bytes', prefix: '808100' },
    { name: '0 in two bytes', prefix: '8000' },
    { name: 'three bytes, and another to follow', prefix: '808080' },
  ],
  hellos: [
    helloVector([1], 0),
    helloVector([1], 1024 * 1024),
    helloVector([1, 2, 300], 64 * 1024),
    helloVector([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 2 ** 32 - 1),
  ],
  lenientHellos: [
    { name: 'none, but a credit twice: the last counts', frame: '080110071005', versions: [1], creditBytes: 5 },
    { name: 'none, but zero written out', frame: '08011000', versions: [1], creditBytes: 0 },
    { name: 'a number', frame: hex(concat(hello([1], 5), varintField(3, 7))), versions: [1], creditBytes: 5 },
    {
      name: 'bytes, first',
      frame: hex(concat(bytesField(9, utf8('x')), hello([1], 5))),
      versions: [1],
      creditBytes: 5,
    },
  ],
  refusedHellos: [
    { name: 'no version', frame: hex(hello([], 5)), fault: 'no-common-version' },
    { name: 'only version 2', frame: hex(hello([2], 5)), fault: 'no-common-version' },
    { name: 'eleven versions', frame: hex(hello([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 5)), fault: 'bad-frame' },
    { name: 'ends inside a field', frame: hex(hello([1], 300).subarray(0, -1)), fault: 'bad-frame' },
    { name: 'wire type 7', frame: 'a706', fault: 'bad-frame' },
    { name: 'field 0', frame: hex(concat(hello([1], 5), varintField(0, 1))), fault: 'bad-frame' },
    {
      name: 'a version of 11 bytes',
      frame: hex(concat(fromHex('08'), filled(10, 0x80), varint(1))),
      fault: 'bad-frame',
    },
  ],
  unusualHellos: [
    { name: 'versions packed', frame: hex(concat(bytesField(1, varint(1)), varintField(2, 5))) },
    { name: 'a version of 2^32 beside version 1', frame: hex(hello([1, 2 ** 32], 5)) },
    { name: 'a credit of 2^32', frame: hex(hello([1], 2 ** 32)) },
    { name: 'a version in more bytes than it needs', frame: '088100' },
    { name: 'a tag in more bytes than it needs', frame: '880001' },
    { name: 'a credit in four bytes', frame: hex(concat(hello([1], 0), fromHex('1505000000'))) },
    { name: 'a group', frame: hex(concat(hello([1], 5), fromHex('a306a406'))) },
  ],
}

/** Documents that every implementation must read, and must write identically from the same fields. */
import {
  bytes,
  cidV1,
  concat,
  digestOf,
  documentCid,
  filled,
  fromHex,
  hex,
  list,
  peerIdOf,
  sha256,
  text,
  uint,
  utf8,
  documentId,
} from './bytes.ts'
import {
  ALICE,
  BOB,
  blockOf,
  message,
  ROOM,
  root,
  rootBody,
  sortedDigests,
  vectorOf,
  withBlockSize,
  type Draft,
} from './document.ts'

const MAX_INTEGER = Number.MAX_SAFE_INTEGER

const CIDS = {
  v0: concat(fromHex('1220'), digestOf('v0')),
  raw: cidV1(0x55, 0x12, digestOf('raw')),
  dagPb: cidV1(0x70, 0x12, digestOf('dag-pb')),
  sha512: cidV1(0x55, 0x13, concat(digestOf('sha2-512'), digestOf('sha2-512, second half'))),
  blake3: cidV1(0x55, 0x1e, digestOf('blake3')),
  identity: cidV1(0x55, 0x00, utf8('hello')),
  longest: cidV1(0x55, 0x00, filled(123, 0x61)),
}

const unsigned = message({ body: utf8('one'), isSigned: false })
const unsignedDigest = sha256(blockOf(unsigned))

const drafts: Record<string, Draft> = {
  'root of a chat': root(),
  'root of a map, with a field that is not known yet': root({
    body: rootBody('map', 'Stock', text('purpose'), text('what is in the pantry')),
  }),
  'first message of an author: no previous': message(),
  'second document of the author of the root': message({ key: ALICE, seq: 1, previous: ROOM, parents: [] }),
  'previous and two parents, sorted by the bytes of their digests': message({
    seq: 7,
    previous: digestOf('previous'),
    parents: sortedDigests(2, 'two'),
    clock: 40,
  }),
  'as many parents as allowed': message({
    seq: 3,
    previous: digestOf('previous'),
    parents: sortedDigests(32, 'many'),
    clock: 99,
  }),
  'empty signature, to be proven by the next': unsigned,
  'the next, whose signature proves it': message({
    seq: 1,
    previous: unsignedDigest,
    parents: [],
    clock: 3,
    body: utf8('two'),
  }),
  'text beyond ASCII': message({ body: utf8('Grüße aus 京都 👩‍🍳 \u0000 \ufeff') }),
  'empty body': message({ body: filled(0) }),
  'body that is no UTF-8: which the app ignores': message({ body: fromHex('ff00fe') }),
  'name of an author': message({ kind: 'profile', body: utf8('Bob') }),
  'a key is set': message({ kind: 'put', body: list([text('apples'), uint(3)]) }),
  'a key is removed': message({ kind: 'delete', body: utf8('apples') }),
  'a kind that nobody knows, of the greatest length': message({ kind: `x.y/z-${'9'.repeat(58)}` }),
  'a kind of one letter': message({ kind: 'k' }),
  'links of several kinds of CID': message({ links: [CIDS.dagPb, CIDS.raw, documentCid(digestOf('document'))] }),
  'links by other hash functions, and CIDv0': message({ links: [CIDS.v0, CIDS.sha512, CIDS.blake3, CIDS.identity] }),
  'the same link twice': message({ links: [CIDS.raw, CIDS.raw] }),
  'a link of the greatest length': message({ links: [CIDS.longest] }),
  'as many links as allowed': message({
    links: Array.from({ length: 256 }, (_, index) => cidV1(0x55, 0x12, digestOf(`link ${index}`))),
  }),
  'the largest integers': message({
    seq: MAX_INTEGER,
    previous: digestOf('previous'),
    parents: [],
    clock: MAX_INTEGER,
    timeMs: MAX_INTEGER,
    epoch: MAX_INTEGER,
  }),
  'integers where CBOR takes one byte more: 24, 256, 65536, 2^32': message({
    seq: 24,
    previous: digestOf('previous'),
    parents: [],
    clock: 256,
    timeMs: 2 ** 32,
    epoch: 65_536,
  }),
  'integers just below: 23, 255, 65535, 2^32 - 1': message({
    seq: 23,
    previous: digestOf('previous'),
    parents: [],
    clock: 255,
    timeMs: 2 ** 32 - 1,
    epoch: 65_535,
  }),
  'as large as allowed: 65536 bytes': withBlockSize(message(), 65_536),
}

/** protocols/document/vectors/valid.json */
export const validDocuments = Object.entries(drafts).map(([name, draft]) => vectorOf(name, draft))

/** Well-formed blocks with invalid signatures. */
function wrongSignatures() {
  const content = blockOf(message({ isSigned: false })).subarray(0, -1)
  const domain = utf8('kith/document/1')
  const right = BOB.sign(concat(domain, content))
  const flipped = (at: number): Uint8Array => right.map((byte, index) => (index === at ? byte ^ 1 : byte))
  return {
    'the right signature': right,
    'a bit of R is flipped': flipped(0),
    'a bit of S is flipped': flipped(32),
    'by another author': ALICE.sign(concat(domain, content)),
    'over the block without the domain': BOB.sign(content),
    'over the whole block with an empty signature': BOB.sign(concat(domain, content, bytes(filled(0)))),
    'over another document': BOB.sign(concat(domain, blockOf(root()).subarray(0, -66))),
    'all zero': filled(64),
    'S is not below the order of the group': concat(right.subarray(0, 32), filled(32, 0xff)),
    empty: filled(0),
  } satisfies Record<string, Uint8Array>
}

/** Encoded points that are neither keys nor the R of a signature. */
const REFUSED_POINTS = {
  'y = 0, of order 4': filled(32),
  'y = 1, the neutral element': concat(filled(1, 1), filled(31)),
  'y = 1 with the sign bit': concat(filled(1, 1), filled(30), filled(1, 0x80)),
  'y = p - 1, of order 2': concat(filled(1, 0xec), filled(30, 0xff), filled(1, 0x7f)),
  'a point of order 8': fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  'another point of order 8': fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
  'y = p, which is 0': concat(filled(1, 0xed), filled(30, 0xff), filled(1, 0x7f)),
  'y = p + 3, which is 3': concat(filled(1, 0xf0), filled(30, 0xff), filled(1, 0x7f)),
}

function signatureVector(name: string, publicKey: Uint8Array, signature: Uint8Array) {
  const content = blockOf(message({ key: { ...BOB, publicKey }, isSigned: false })).subarray(0, -1)
  const block = concat(content, bytes(signature))
  return {
    name,
    author: peerIdOf(publicKey),
    authorKey: hex(publicKey),
    block: hex(block),
    id: documentId(sha256(block)),
    signatureValid: name === 'the right signature',
  }
}

/** protocols/document/vectors/signatures.json */
export const signatures = [
  ...Object.entries(wrongSignatures()).map(([name, signature]) => signatureVector(name, BOB.publicKey, signature)),
  ...Object.entries(REFUSED_POINTS).map(([name, point]) =>
    signatureVector(`the key is ${name}`, point, wrongSignatures()['the right signature']),
  ),
  ...Object.entries(REFUSED_POINTS).map(([name, point]) =>
    signatureVector(
      `R is ${name}`,
      BOB.publicKey,
      concat(point, wrongSignatures()['the right signature'].subarray(32)),
    ),
  ),
]

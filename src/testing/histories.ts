/** Random histories of a room: valid documents of users, and malformed ones. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import { sha256, signerOfSeed } from '../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { History } from './fold-properties.ts'

/** The room of all histories. */
const ROOM = documentIdOfDigest(sha256(Buffer.from('a room')))

/** Few, so that they collide. */
const AUTHORS: readonly PeerId[] = [1, 2, 3].map((seed) => signerOfSeed(Buffer.alloc(32, seed)).author)

/** Everything in a document except its body takes less than this difference. */
const MAX_BODY_BYTES = MAX_DOCUMENT_BYTES - 1_024

/** The content of a document. */
export interface Content {
  kind: string
  body: Uint8Array
}

/** A document of a room, by one of a few authors. */
export function documentOf({ kind, body }: Content, author: number, clock: number, timeMs: number): Document {
  const fields = { room: ROOM, seq: 0, previous: null, parents: [ROOM], epoch: 0, links: [] }
  return encodeDocument({ ...fields, author: authorOf(author), clock, timeMs, kind, body })
}

export function authorOf(index: number): PeerId {
  return AUTHORS[index % AUTHORS.length] as PeerId
}

/** Histories of documents with these contents, in the room's order. */
export function histories(contents: fc.Arbitrary<Content>, length: number): fc.Arbitrary<History> {
  const document = fc
    .record({
      content: contents,
      author: fc.nat(AUTHORS.length - 1),
      clock: fc.integer({ min: 2, max: 2 + length }),
      timeMs: fc.oneof(fc.nat(), fc.maxSafeNat()),
    })
    .map(({ content, author, clock, timeMs }) => documentOf(content, author, clock, timeMs))
  // Limits show up only with many documents, but fast-check prefers few.
  return fc
    .uniqueArray(document, { selector: ({ id }) => id, maxLength: length, size: 'max' })
    .map((documents) => documents.sort(comparePositions))
}

/** Texts as people and attackers write them: any code points, including byte order marks and zero bytes. */
export const textArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\ufeff',
    '\ufeffa text of more than sixty-four bytes, as decoders take another way for long ones',
    '\0',
    '__proto__',
  ),
)

/** How many of the documents in a history users wrote, for each that they did not. */
const OWN_WEIGHT = 4

/** Mostly what users write, sometimes something that they do not. */
export function mostly<Own, Foreign>(
  own: fc.Arbitrary<Own>,
  foreign: fc.Arbitrary<Foreign>,
): fc.Arbitrary<Own | Foreign> {
  return fc.oneof({ weight: OWN_WEIGHT, arbitrary: own }, { weight: 1, arbitrary: foreign })
}

/** Contents that no user of an app writes: of its kinds and others, with arbitrary bytes. */
export function foreignContents(kinds: readonly string[]): fc.Arbitrary<Content> {
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    textArbitrary.map((text) => ({ [text]: [text] })),
  )
  return fc.record({
    kind: fc.constantFrom(...kinds, ...kinds, 'message', 'put', 'profile', 'file', 'of-another-app'),
    body: fc.oneof(
      { weight: 10, arbitrary: fc.uint8Array({ maxLength: 40 }) },
      { weight: 10, arbitrary: textArbitrary.map((text) => new TextEncoder().encode(text)) },
      { weight: 10, arbitrary: json.map((value) => encode(value)) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1_025, MAX_BODY_BYTES).map((length) => Buffer.alloc(length, 97)) },
    ),
  })
}

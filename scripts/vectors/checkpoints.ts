/** What checkpoints say, and the blocks of their states. */
import { bytes, concat, filled, fromHex, head, hex, link, list, NULL, text, uint, utf8, type Bytes } from './bytes.ts'
import { DAG_CBOR, idOf, RAW, textOf } from './ensure-map.ts'
import { spelled } from './history.ts'

const CHUNK_BYTES = 32 * 1024
const MAX_STATE_BYTES = 6 * 1024 * 1024

/** Entries in the order of canonical dag-cbor: shorter keys first. */
export const map = (...entries: [string, Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))

interface StateBlocks {
  root: Bytes
  blocks: [cid: Bytes, block: Bytes][]
}

const listOf = (chunks: Bytes[]): Bytes => list(chunks.map((chunk) => link(idOf(RAW, chunk))))

export function blocksOf(state: Bytes): StateBlocks {
  const count = Math.ceil(state.length / CHUNK_BYTES)
  const chunks = Array.from({ length: count }, (_, i) => state.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES))
  return inPieces(chunks, listOf(chunks))
}

function inPieces(chunks: Bytes[], names: Bytes): StateBlocks {
  const root = idOf(DAG_CBOR, names)
  return { root, blocks: [...chunks.map((chunk): [Bytes, Bytes] => [idOf(RAW, chunk), chunk]), [root, names]] }
}

/** A state of so many bytes, of which no two chunks are equal. */
const stateOf = (length: number): Bytes => {
  const chunks = Array.from({ length: Math.ceil(length / CHUNK_BYTES) }, (_, i) => filled(CHUNK_BYTES, i + 1))
  return concat(...chunks).subarray(0, length)
}

const STATES: Record<string, Bytes> = {
  'one byte': stateOf(1),
  'the state of a room without names or app: one block': fromHex('82418041f6'),
  'a whole block': stateOf(CHUNK_BYTES),
  'a block and a byte': stateOf(CHUNK_BYTES + 1),
  'three blocks': stateOf(3 * CHUNK_BYTES),
}

const [whole, rest] = [filled(CHUNK_BYTES, 1), utf8('the rest')]
const SIZE = CHUNK_BYTES + rest.length

const NO_STATES: Record<string, StateBlocks> = {
  'a list that is no dag-cbor': inPieces([whole, rest], fromHex('ff')),
  'no list': inPieces([whole, rest], map(['0', link(idOf(RAW, whole))])),
  'a list of texts': inPieces([whole, rest], list([text('a'), text('b')])),
  'an empty list': inPieces([whole, rest], list([])),
  'the short block first': inPieces([whole, rest], listOf([rest, whole])),
  'one block too many': inPieces([whole, rest], listOf([whole, rest, rest])),
  'one block too few': inPieces([whole], listOf([whole])),
  'all in one block': inPieces([concat(whole, rest)], listOf([concat(whole, rest)])),
  'a block that is missing': inPieces([whole], listOf([whole, rest])),
}

const state: [string, Bytes] = ['state', link(blocksOf(stateOf(1)).root)]
const documents: [string, Bytes] = ['documents', uint(300)]
const size: [string, Bytes] = ['size', uint(1)]
const body = (count: Bytes, sizeBytes: Bytes): Bytes => map(['size', sizeBytes], state, ['documents', count])

const BODIES: Record<string, [documents: number, sizeBytes: number, body: Bytes]> = {
  'a checkpoint': [300, 1, map(size, state, documents)],
  'after a single document': [1, 1, body(uint(1), uint(1))],
  'the largest state': [300, MAX_STATE_BYTES, body(uint(300), uint(MAX_STATE_BYTES))],
  'the largest integer': [Number.MAX_SAFE_INTEGER, 1, body(uint(Number.MAX_SAFE_INTEGER), uint(1))],
  'a key of a later version': [300, 1, map(['more', bytes(filled(2))], size, state, documents)],
}

const NO_BODIES: Record<string, Bytes> = {
  empty: filled(0),
  'no dag-cbor': utf8('checkpoint'),
  null: NULL,
  'a list': list([uint(300), uint(1), state[1]]),
  'no state': map(size, documents),
  'no size': map(state, documents),
  'no number of documents': map(size, state),
  'a state that is a text': map(size, ['state', text(textOf(blocksOf(stateOf(1)).root))], documents),
  'no documents': body(uint(0), uint(1)),
  'fewer documents than none': body(head(1, 0), uint(1)),
  'two to the power of 53 documents': body(uint(2n ** 53n), uint(1)),
  'a number of documents that is a text': body(text('300'), uint(1)),
  'an empty state': body(uint(300), uint(0)),
  'a state of one byte too many': body(uint(300), uint(MAX_STATE_BYTES + 1)),
  'keys in another order': map(documents, size, state),
  'something after it': concat(map(size, state, documents), filled(1)),
}

const spelledBlocks = ({ root, blocks }: StateBlocks) => ({
  root: textOf(root),
  blocks: Object.fromEntries(blocks.map(([cid, block]) => [textOf(cid), spelled(block)])),
})

/** protocols/room/vectors/checkpoints.json */
export const checkpoints = {
  bodies: Object.entries(BODIES).map(([name, [count, sizeBytes, encoded]]) => ({
    ...{ name, body: hex(encoded), documents: count, size: sizeBytes, state: textOf(blocksOf(stateOf(1)).root) },
  })),
  ignored: Object.entries(NO_BODIES).map(([name, encoded]) => ({ name, body: hex(encoded) })),
  states: Object.entries(STATES).map(([name, encoded]) => ({
    ...{ name, state: spelled(encoded), size: encoded.length, ...spelledBlocks(blocksOf(encoded)) },
  })),
  refused: Object.entries(NO_STATES).map(([name, blocks]) => ({ name, size: SIZE, ...spelledBlocks(blocks) })),
}

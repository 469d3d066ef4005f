/** Frames of slices of the ring, and the records they hold. */
import { bytesField, digestOf, filled, hex, type Bytes } from './bytes.ts'
import { frameOf, number, refused, type Sample } from './frames.ts'

const KEY = digestOf('an item')
const PLACE = digestOf('a place')
const optional = (field: number, bytes: Bytes): Bytes => (bytes.length === 0 ? filled(0) : bytesField(field, bytes))

const slice = (record: Record<string, unknown>, field: Bytes): Sample => ({
  record: { type: 'slice', record: { type: record['type'], slice: 3, ...record } },
  field: bytesField(4, number(1, 3), field),
})
interface Opened {
  from?: Bytes
  to?: Bytes
  nonce?: Bytes
  answererNonce?: Bytes
  end?: number
}
const sliceOpen = (parts: Opened = {}): Sample => {
  const { from = PLACE, to = KEY, nonce = filled(16, 1), answererNonce = filled(0), end = 8 } = parts
  const said = { part: { from: hex(from), to: hex(to) }, nonce: hex(nonce), answererNonce: hex(answererNonce), end }
  const fields = [
    bytesField(1, from),
    bytesField(2, to),
    bytesField(3, nonce),
    optional(4, answererNonce),
    number(5, end),
  ]
  return slice({ type: 'open', ...said }, bytesField(2, ...fields))
}
const sliceSymbols = (nonce: Bytes, first: number, symbols: Bytes): Sample =>
  slice(
    { type: 'symbols', nonce: hex(nonce), first, symbols: hex(symbols) },
    bytesField(3, bytesField(1, nonce), number(2, first), optional(3, symbols)),
  )
const sliceMore = (end: number): Sample => slice({ type: 'more', end }, bytesField(4, number(1, end)))
const sliceWant = (checksums: readonly number[], bytes: Bytes): Sample =>
  slice({ type: 'want', checksums }, bytesField(5, optional(1, bytes)))
const sliceItems = (isOpener: boolean, packed: readonly Bytes[]): Sample =>
  slice(
    { type: 'items', isOpener, items: packed.map(hex) },
    bytesField(6, number(1, Number(isOpener)), ...packed.map((each) => bytesField(2, each))),
  )
const sliceTaken = (kept: number): Sample => slice({ type: 'taken', kept }, bytesField(7, number(1, kept)))
const sliceEnd = (isOpener: boolean, isRefused: boolean): Sample =>
  slice({ type: 'end', isOpener, isRefused }, bytesField(8, number(1, Number(isOpener)), number(2, Number(isRefused))))

/** Part of protocols/ring/vectors/frames.json; with an item by content and a named one as they are written. */
export function sliceFrames(plain: Bytes, named: Bytes) {
  return {
    valid: [
      frameOf('a slice is opened', sliceOpen()),
      frameOf('a slice is opened again, with most symbols', sliceOpen({ answererNonce: filled(16, 2), end: 4_096 })),
      frameOf('symbols', sliceSymbols(filled(16, 2), 8, filled(100, 7))),
      frameOf('more symbols', sliceMore(49_152)),
      frameOf(
        'items are wanted by their checksums',
        sliceWant([1, 0xfffefdfc], Uint8Array.of(0, 0, 0, 1, 255, 254, 253, 252)),
      ),
      frameOf('as many as may be', sliceWant(Array<number>(128).fill(0), filled(512))),
      frameOf('items of a slice', sliceItems(false, [plain, named])),
      frameOf('no items of a slice', sliceItems(false, [])),
      frameOf('items that the other one lacks', sliceItems(true, [plain])),
      frameOf('taken', sliceTaken(2)),
      frameOf('taken, and none is kept', sliceTaken(0)),
      frameOf('the opener ends', sliceEnd(true, false)),
      frameOf('the answerer cannot', sliceEnd(false, true)),
      frameOf('something came', slice({ type: 'changed' }, bytesField(9))),
    ],
    invalid: [
      refused('two records of a slice', bytesField(4, number(1, 3), bytesField(7), bytesField(8))),
      refused('a part from a place of 31 bytes', sliceOpen({ from: filled(31, 1) }).field),
      refused('a part to a place of 33 bytes', sliceOpen({ to: filled(33, 1) }).field),
      refused('a nonce of 15 bytes', sliceOpen({ nonce: filled(15, 1) }).field),
      refused('a nonce of the answerer with 17 bytes', sliceOpen({ answererNonce: filled(17, 1) }).field),
      refused('no symbols asked for', sliceOpen({ end: 0 }).field),
      refused('one symbol too many asked for', sliceOpen({ end: 4_097 }).field),
      refused('symbols with a nonce of 17 bytes', sliceSymbols(filled(17, 2), 8, filled(100, 7)).field),
      refused('one symbol too many in a comparison', sliceMore(49_153).field),
      refused('no checksums', sliceWant([], filled(0)).field),
      refused('a checksum of 3 bytes', sliceWant([], filled(7)).field),
      refused('one checksum too many', sliceWant([], filled(516)).field),
      refused('one item of a slice too many', sliceItems(false, Array<Bytes>(129).fill(filled(1))).field),
      refused('more kept than can be given', sliceTaken(129).field),
      refused('several items of a slice with a byte too many', sliceItems(true, [filled(262_144), filled(1)]).field),
    ],
  }
}

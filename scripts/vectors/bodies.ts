/** Bodies that are dag-cbor: protocols/document/vectors/bodies.json. */
import { filled, fromHex, concat, list, text, uint, type Bytes } from './bytes.ts'
import { spelled } from './history.ts'
import { JSON_VALUES, nested, NO_JSON_VALUES, readBody } from './json-bodies.ts'

/** Bodies that are no pair of a name and a value. */
const BODIES: Record<string, Bytes> = {
  'a number alone': uint(3),
  'a text alone': text('a'),
  '32 lists in one another': nested(32),
}
const NO_BODIES: Record<string, Bytes> = {
  empty: filled(0),
  'two values': concat(uint(1), uint(2)),
  'a head without what it announces': fromHex('82'),
  'a head that is cut': fromHex('19'),
  '33 lists in one another': nested(33),
  '60,000 lists in one another': concat(filled(59_999, 0x81), list([])),
}

const inPairs = (values: Record<string, Bytes>): [string, Bytes][] =>
  Object.entries(values).map(([name, value]) => [name, list([text('key'), value])])

const vector = ([name, body]: [string, Bytes]) => {
  const read = readBody(body, true)
  return { name, body: spelled(body), ...(read && { value: read.value }) }
}

/** protocols/document/vectors/bodies.json */
export const bodies = {
  valid: [...Object.entries(BODIES), ...inPairs(JSON_VALUES)].map(vector),
  ignored: [...Object.entries(NO_BODIES), ...inPairs(NO_JSON_VALUES)].map(vector),
}

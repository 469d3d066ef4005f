/**
 * Range-based reconciliation implemented a second time, plainly and over whole sets in memory, so that
 * the vectors and what they test cannot have the same mistake: protocols/batch-sync/vectors/ranges.json.
 */
import { byBytes, bytesField, concat, digestOf, filled, hex, sha256, type Bytes } from './bytes.ts'
import { number, TOPIC, type Sample } from './frames.ts'

/** A document, or a bound between documents. */
export interface SortKey {
  clock: number
  digest: Bytes
}

export type Content =
  | { type: 'skip' }
  | { type: 'fingerprint'; fingerprint: Bytes }
  | { type: 'held'; ids: Bytes[] }
  | { type: 'wanted'; ids: Bytes[] }

export interface Range {
  /** Null means to the end. */
  upper: SortKey | null
  content: Content
}

export interface Ranges {
  topic: Bytes
  salt: Bytes
  lower: SortKey
  ranges: Range[]
}

export const START: SortKey = { clock: 0, digest: filled(32) }
export const SALT = digestOf('salt').subarray(0, 16)

/** A valid record with some changes. */
export const rangesRecord = (ranges: Range[], changes: Partial<Ranges> = {}): Ranges => ({
  ...{ topic: TOPIC, salt: SALT, lower: START },
  ranges,
  ...changes,
})

const order = (a: SortKey, b: SortKey): number => a.clock - b.clock || byBytes(a.digest, b.digest)

/** An id without its trailing zero bytes. */
function trimmed(id: Bytes): Bytes {
  let length = id.length
  while (length > 0 && id[length - 1] === 0) length--
  return id.subarray(0, length)
}

const bytesUnlessEmpty = (field: number, content: Bytes): Bytes =>
  content.length === 0 ? filled(0) : bytesField(field, content)

/** Fields 3 to 5 of a range. */
function contentFields(content: Content): Bytes {
  switch (content.type) {
    case 'skip':
      return filled(0)
    case 'fingerprint':
      return bytesField(3, content.fingerprint)
    case 'held':
      return bytesField(4, ...content.ids)
    case 'wanted':
      return bytesField(5, ...content.ids)
  }
}

/** Field 5 of a RANGES record: one range that begins at a clock. */
export function rangeField(lowerClock: number, { upper, content }: Range): Bytes {
  const bound = upper === null ? [] : [number(1, upper.clock - lowerClock), bytesUnlessEmpty(2, trimmed(upper.digest))]
  return bytesField(5, ...bound, contentFields(content))
}

/** A RANGES record without its ranges. */
export const rangesHead = ({ topic, salt, lower }: Ranges): Bytes =>
  concat(bytesField(1, topic), bytesField(2, salt), number(3, lower.clock), bytesUnlessEmpty(4, trimmed(lower.digest)))

const placeJson = ({ clock, digest }: SortKey) => ({ clock, digest: hex(digest) })

function contentJson(content: Content) {
  if (content.type === 'fingerprint') return { type: content.type, fingerprint: hex(content.fingerprint) }
  return content.type === 'skip' ? content : { type: content.type, ids: content.ids.map(hex) }
}

/** A RANGES record and its bytes in a frame. */
export function rangesSample(ranges: Ranges): Sample {
  const clocks = [ranges.lower, ...ranges.ranges.map(({ upper }) => upper)].map((place) => place?.clock ?? 0)
  const fields = ranges.ranges.map((range, index) => rangeField(clocks[index] ?? 0, range))
  const record = {
    type: 'ranges',
    topic: hex(ranges.topic),
    salt: hex(ranges.salt),
    lower: placeJson(ranges.lower),
    ranges: ranges.ranges.map(({ upper, content }) => ({
      ...(upper !== null && { upper: placeJson(upper) }),
      content: contentJson(content),
    })),
  }
  return { record, field: bytesField(5, rangesHead(ranges), ...fields) }
}

const shortId = (digest: Bytes): Bytes => sha256(SALT, digest).subarray(0, 8)
const fingerprintOf = (documents: SortKey[]): Bytes =>
  sha256(SALT, ...documents.map(({ digest }) => digest)).subarray(0, 8)

const within = (documents: SortKey[], lower: SortKey, upper: SortKey | null): SortKey[] =>
  documents.filter((place) => order(place, lower) >= 0 && (upper === null || order(place, upper) < 0))

/** The shortest bound that is after one document and not after the next. */
function boundBefore(next: SortKey, last: SortKey): SortKey {
  const shared = next.clock === last.clock ? next.digest.findIndex((byte, i) => byte !== last.digest[i]) + 1 : 0
  return { clock: next.clock, digest: concat(next.digest.subarray(0, shared), filled(32 - shared)) }
}

/** Fingerprints of consecutive runs of documents, which end where the range does. */
function fingerprints(runs: SortKey[][], upper: SortKey | null): Range[] {
  return runs.map((run, index): Range => {
    const [next] = runs[index + 1] ?? []
    const last = run.at(-1)
    return {
      upper: next === undefined || last === undefined ? upper : boundBefore(next, last),
      content: { type: 'fingerprint', fingerprint: fingerprintOf(run) },
    }
  })
}

/** The sizes that protocols/batch-sync/README.md gives for an opening, oldest range first. */
function openingSizes(count: number): number[] {
  const largest = Math.max(8, Math.ceil(count / 1_024))
  const sizes: number[] = []
  let newer = 0
  while (newer < count) {
    const size = Math.min(largest, Math.max(8, Math.floor(newer / 128)))
    sizes.unshift(size)
    newer += size
  }
  return sizes
}

/** Cuts documents into runs of given sizes; the last ones may be short or missing. */
function runsOf(documents: SortKey[], sizes: number[]): SortKey[][] {
  let start = 0
  const runs = sizes.map((size) => documents.slice(start, (start += size)))
  return runs.filter((run) => run.length > 0)
}

function opening(documents: SortKey[]): Ranges {
  return rangesRecord(fingerprints(runsOf(documents, openingSizes(documents.length)), null))
}

/** The answer to a record, and the documents that its sender lacks. */
function answer(documents: SortKey[], { lower, ranges }: Ranges): { ranges: Ranges | null; sends: SortKey[] } {
  const sends: SortKey[] = []
  const answers: Range[] = []
  let from = lower
  for (const { upper, content } of ranges) {
    const here = within(documents, from, upper)
    answers.push(...answerRange(here, upper, content, sends))
    from = upper ?? from
  }
  return { ranges: tidied(lower, answers), sends }
}

function answerRange(here: SortKey[], upper: SortKey | null, content: Content, sends: SortKey[]): Range[] {
  const skip: Range[] = [{ upper, content: { type: 'skip' } }]
  if (content.type === 'skip') return skip
  if (content.type === 'fingerprint') {
    if (byBytes(fingerprintOf(here), content.fingerprint) === 0) return skip
    if (here.length <= 256)
      return [{ upper, content: { type: 'held', ids: here.map(({ digest }) => shortId(digest)) } }]
    const size = Math.ceil(here.length / 16)
    const runs = runsOf(
      here,
      Array.from({ length: 16 }, () => size),
    )
    return fingerprints(runs, upper)
  }
  const named = new Set(content.ids.map(hex))
  const isNamed = ({ digest }: SortKey): boolean => named.has(hex(shortId(digest)))
  if (content.type === 'wanted') {
    sends.push(...here.filter(isNamed))
    return skip
  }
  sends.push(...here.filter((place) => !isNamed(place)))
  const known = new Set(here.map(({ digest }) => hex(shortId(digest))))
  const ids = content.ids.filter((id) => !known.has(hex(id)))
  return ids.length === 0 ? skip : [{ upper, content: { type: 'wanted', ids } }]
}

/** Merges adjacent ranges with no content and drops them at both ends; null if nothing is left. */
function tidied(lower: SortKey, answers: Range[]): Ranges | null {
  const isSaid = ({ content }: Range): boolean => content.type !== 'skip'
  const first = answers.findIndex(isSaid)
  if (first === -1) return null
  const kept = answers.slice(first, answers.findLastIndex(isSaid) + 1)
  const joined = kept.filter((range, index) => isSaid(range) || isSaid(kept[index + 1] ?? range))
  return rangesRecord(joined, { lower: answers[first - 1]?.upper ?? lower })
}

type Holder = 'both' | 'opener' | 'answerer'
type Held = SortKey & { heldBy: Holder }

/** The whole exchange between two sides, until there is nothing to answer. */
function exchange(name: string, documents: Held[]) {
  const sorted = documents.toSorted(order)
  const of = (side: Holder): SortKey[] => sorted.filter(({ heldBy }) => heldBy === 'both' || heldBy === side)
  const steps: unknown[] = []
  const step = (by: Holder, ranges: Ranges | null, sends: SortKey[]): void => {
    const { record, field } = ranges === null ? { record: null, field: null } : rangesSample(ranges)
    steps.push({ by, sends: sends.map(({ digest }) => hex(digest)), record, frame: field && hex(field) })
  }
  let last: Ranges | null = opening(of('opener'))
  step('opener', last, [])
  for (let by: Holder = 'answerer'; last !== null; by = by === 'answerer' ? 'opener' : 'answerer') {
    const { ranges, sends } = answer(of(by), last)
    step(by, ranges, sends)
    last = ranges
  }
  return {
    name,
    topic: hex(TOPIC),
    salt: hex(SALT),
    documents: sorted.map(({ clock, digest, heldBy }) => ({ clock, digest: hex(digest), heldBy })),
    steps,
  }
}

/** `count` documents of a holder, `perClock` of them with each clock. */
function held(heldBy: Holder, count: number, firstClock: number, perClock = 1): Held[] {
  return Array.from({ length: count }, (_, index) => ({
    clock: firstClock + Math.floor(index / perClock),
    digest: digestOf(`${heldBy} ${firstClock} ${index}`),
    heldBy,
  }))
}

/** How many ranges of each size an opening has, oldest first. */
function sizesVector(count: number) {
  const sizes: { ranges: number; documents: number }[] = []
  for (const documents of openingSizes(count)) {
    const last = sizes.at(-1)
    if (last?.documents === documents) last.ranges++
    else sizes.push({ ranges: 1, documents })
  }
  return { count, sizes }
}

/** protocols/batch-sync/vectors/ranges.json */
export const ranges = {
  exchanges: [
    exchange('equal', held('both', 5, 1)),
    exchange('both wrote apart', [...held('both', 2, 1), ...held('opener', 1, 3), ...held('answerer', 2, 3)]),
    exchange('the answerer holds nothing', held('opener', 3, 1)),
    exchange('the opener lacks one far back', [
      ...held('both', 12, 1),
      ...held('answerer', 1, 13),
      ...held('both', 28, 14),
    ]),
    exchange('differences apart from each other, in one clock', [
      ...held('both', 1, 1),
      ...held('both', 40, 2, 40),
      ...held('opener', 3, 2, 3),
      ...held('answerer', 2, 2, 2),
    ]),
    exchange('a range of too many documents to list', [
      ...held('both', 8, 1),
      ...held('answerer', 300, 9, 25),
      ...held('opener', 1, 9),
      ...held('opener', 2, 21),
    ]),
  ],
  openings: [0, 1, 8, 9, 40, 5_000, 20_000].map(sizesVector),
}

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

/** The sizes that protocols/batch-sync/README.md gives for the fingerprints of an opening, oldest range first. */
function openingSizes(count: number): number[] {
  const sizes: number[] = []
  let older = count - 16
  while (older > 0) {
    const size = Math.min(older, Math.max(8, Math.floor((count - older) / 4)))
    sizes.unshift(size)
    older -= size
  }
  return sizes
}

/** Cuts documents into runs of given sizes; the last one is what is left, if anything. */
function runsOf(documents: SortKey[], sizes: number[]): SortKey[][] {
  let start = 0
  const runs = sizes.map((size) => documents.slice(start, (start += size)))
  return [...runs, documents.slice(start)].filter((run) => run.length > 0)
}

const listOf = (documents: SortKey[]): Content => ({
  type: 'held',
  ids: documents.map(({ digest }) => shortId(digest)),
})

function opening(documents: SortKey[]): Ranges {
  const ranges = fingerprints(runsOf(documents, openingSizes(documents.length)), null)
  return rangesRecord(ranges.with(-1, { upper: null, content: listOf(documents.slice(-16)) }))
}

/** How many documents are put into each part of the ranges that differ: `counts`, undefined for all others. */
function partSize(counts: (number | undefined)[]): number {
  const first = counts.findIndex((count) => count !== undefined)
  const after = counts.findIndex((count, index) => index > first && count === undefined)
  const last = counts.at(after === -1 ? counts.length - 1 : after - 1) ?? 0
  const size = Math.ceil(Math.sqrt(3 * last))
  return size < 8 ? 128 : Math.max(Math.min(size, 128), Math.ceil(last / 1_024))
}

/** The answer to a record, and the documents that its sender lacks. */
function answer(documents: SortKey[], { lower, ranges }: Ranges): { ranges: Ranges | null; sends: SortKey[] } {
  const sends: SortKey[] = []
  const answers: Range[] = []
  const bounds = ranges.map((_, index) => (index === 0 ? lower : (ranges[index - 1]?.upper ?? lower)))
  const heldHere = ranges.map(({ upper }, index) => within(documents, bounds[index] ?? lower, upper))
  const size = partSize(ranges.map(({ content }, index) => differing(heldHere[index] ?? [], content)))
  for (const [index, { upper, content }] of ranges.entries()) {
    answers.push(...answerRange({ here: heldHere[index] ?? [], upper, content, size }, sends))
  }
  return { ranges: tidied(lower, answers), sends }
}

/** How many documents are in a range whose fingerprint differs. */
function differing(here: SortKey[], content: Content): number | undefined {
  const isOther = content.type === 'fingerprint' && byBytes(fingerprintOf(here), content.fingerprint) !== 0
  return isOther ? here.length : undefined
}

function answerRange(
  { here, upper, content, size }: { here: SortKey[]; upper: SortKey | null; content: Content; size: number },
  sends: SortKey[],
): Range[] {
  const skip: Range[] = [{ upper, content: { type: 'skip' } }]
  if (content.type === 'skip') return skip
  if (content.type === 'fingerprint') {
    if (differing(here, content) === undefined) return skip
    if (here.length <= 256) return [{ upper, content: listOf(here) }]
    const sizes = Array.from({ length: Math.ceil(here.length / size) }, () => size)
    return fingerprints(runsOf(here, sizes), upper)
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
    exchange('both wrote apart', [...held('both', 24, 1), ...held('opener', 1, 25), ...held('answerer', 2, 25)]),
    exchange('the answerer holds nothing', held('opener', 20, 1)),
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
      ...held('both', 20, 25),
      ...held('opener', 1, 9),
      ...held('opener', 2, 21),
    ]),
    exchange('so many differences that coarse parts cost less', [
      ...held('both', 26, 1),
      ...held('answerer', 260, 2, 260),
      ...held('answerer', 1, 5),
    ]),
  ],
  openings: [0, 1, 16, 17, 24, 25, 100, 5_000, 100_000].map(sizesVector),
}

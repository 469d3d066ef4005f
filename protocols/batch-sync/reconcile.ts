/**
 * Range-based set reconciliation (after A. Meyer, "Range-Based Set Reconciliation", 2023, and Negentropy).
 * Peers exchange fingerprints of ranges in the room's order and, for ranges that differ, finer fingerprints
 * or the short ids of all documents, which shows what either side lacks. The answer to a record depends
 * only on that record and the store; nothing is kept in between. Fingerprints and short ids are truncated
 * hashes. That is safe, because each includes a fresh random salt: nobody can choose colliding ids in
 * advance, and the peer, which knows the salt, could just as well keep a document to itself.
 */
import { newSha256, sha256 } from '../wire/crypto.ts'
import { documentIdOfDigest, type RoomId, type TopicKey } from '../wire/ids.ts'
import { compareSortKeys, type Position, type SortKey } from '../wire/order.ts'
import {
  LISTED_NEWEST,
  MAX_LISTED,
  MAX_PART_DOCUMENTS,
  MAX_PARTS,
  MAX_RANGES,
  MAX_RANGES_BYTES,
  MIN_RANGE_DOCUMENTS,
  RECENCY_STEPS,
  SCAN_PAGE,
  SHORT_ID_BYTES,
} from './constants.ts'
import { rangeBytes } from './ranges-codec.ts'
import type { Range, RangeContent, RangesRecord, ShortId } from './records.ts'

/** The parts of a room's store that reconciliation reads. */
export interface ReconcilePorts {
  /** How many documents have at least this clock. */
  count(room: RoomId, clock: number): number
  /** Documents from `lower` (inclusive) to `upper` (exclusive), in the room's order; without `upper`, to the end. */
  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  /** The same for documents that are stored and pending; the first `limit` of them. */
  pendingKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
}

/** A step of work: the number of documents checked since the last step, and the result. */
export interface Finding {
  scanned: number
  reply?: RangesRecord
  /** Held here but not by the peer; in the room's order within a range. */
  lacking?: readonly Position[]
  /** Held here, and requested by the peer. */
  wanted?: readonly Position[]
  /** Held here and by the peer. */
  common?: readonly Position[]
}

export type Reconciliation = Generator<Finding, void, undefined>

export interface ReconcileWork {
  ports: ReconcilePorts
  room: RoomId
  topic: TopicKey
  salt: Uint8Array
  /** What has a smaller clock is left out: one of both has dropped it. 0: nothing is. */
  historyFrom: number
}

/**
 * What we hold of all that can be compared, if there is anything: the short ids of the newest, which differ most often,
 * and fingerprints of ranges that grow with their distance from these.
 */
export function* openRanges(work: ReconcileWork): Reconciliation {
  const { ports, room, historyFrom } = work
  const count = ports.count(room, historyFrom)
  if (count === 0) return
  const start: SortKey = { clock: historyFrom, digest: new Uint8Array(32) }
  const writer = new RangesWriter(work, start)
  const sizes = openingSizes(count)
  const newest = yield* writeParts(work, writer, { lower: start, upper: undefined }, (part) => sizes[part])
  if (newest !== undefined) yield* listHeld(work, writer, { lower: newest, upper: undefined })
  yield { scanned: 0, ...withReply(writer.end()) }
}

/** Finds the differences that a peer's ranges show, and the answer for those that differ. */
export function* answerRanges(work: ReconcileWork, { lower: first, ranges }: RangesRecord): Reconciliation {
  const bounded = boundedRanges(work, first, ranges)
  const counts = yield* differingCounts(work, bounded)
  const size = partSize(counts)
  const writer = new RangesWriter(work, first)
  for (const [index, range] of bounded.entries()) {
    const { content } = range
    const count = counts[index]
    if (content.type === 'held') yield* answerHeld(work, writer, range, content.ids)
    else if (content.type === 'wanted') yield* answerWanted(work, writer, range, content.ids)
    else if (count === undefined) yield writeSkip(writer, range)
    else if (count <= MAX_LISTED) yield* listHeld(work, writer, range)
    else yield* writeParts(work, writer, range, () => size)
  }
  yield { scanned: 0, ...withReply(writer.end()) }
}

interface Bounds {
  lower: SortKey
  upper: SortKey | undefined
}

/** A peer's ranges with both of their bounds. What begins where it did not know yet that something was dropped is left out. */
function boundedRanges({ historyFrom }: ReconcileWork, first: SortKey, ranges: readonly Range[]): (Bounds & Range)[] {
  let lower = first
  return ranges.map(({ upper, content }) => {
    const range: Bounds & Range = { lower, upper, content: lower.clock < historyFrom ? { type: 'skip' } : content }
    if (upper !== undefined) lower = upper
    return range
  })
}

/** For each range whose fingerprint differs, how many documents it has here. */
function* differingCounts(
  { ports, room, salt }: ReconcileWork,
  ranges: readonly (Bounds & Range)[],
): Generator<Finding, (number | undefined)[], undefined> {
  const counts: (number | undefined)[] = []
  for (const { lower, upper, content } of ranges) {
    let differing: number | undefined
    if (content.type === 'fingerprint') {
      const hash = saltedHash(salt)
      let count = 0
      for (const page of pages(ports, room, lower, upper)) {
        for (const { digest } of page) hash.update(digest)
        count += page.length
        yield { scanned: page.length }
      }
      if (shortened(hash.digest()) !== content.fingerprint) differing = count
    }
    counts.push(differing)
  }
  return counts
}

/**
 * How many documents to put into each part of the ranges that differ. Finer parts cost more fingerprints, and save short
 * ids, as fewer of the parts differ: both cost about the same at the square root of thrice the documents to a difference.
 * These are about as many as the last of the oldest ranges in a row that differ has, as ranges grow with their distance
 * from the newest. If there are so few that nearly every part would differ, coarse ones cost less.
 */
function partSize(counts: readonly (number | undefined)[]): number {
  let last = 0
  for (const count of counts) {
    if (count === undefined && last > 0) break
    last = count ?? last
  }
  const size = Math.ceil(Math.sqrt(3 * last))
  if (size < MIN_RANGE_DOCUMENTS) return MAX_PART_DOCUMENTS
  return Math.max(Math.min(size, MAX_PART_DOCUMENTS), Math.ceil(last / MAX_PARTS))
}

/**
 * Writes fingerprints of consecutive parts of a range. `sizeOf`: how many documents a part has; undefined: there are no
 * more parts, and where the rest begins is returned, if there is any.
 */
function* writeParts(
  { ports, room, salt }: ReconcileWork,
  writer: RangesWriter,
  { lower, upper }: Bounds,
  sizeOf: (part: number) => number | undefined,
): Generator<Finding, SortKey | undefined, undefined> {
  let part = 0
  let size = sizeOf(part)
  if (size === undefined) return lower
  let hash = saltedHash(salt)
  let inPart = 0
  let last: SortKey | undefined
  const end = (partUpper: SortKey | undefined): Finding => {
    const content = { type: 'fingerprint', fingerprint: shortened(hash.digest()) } as const
    return { scanned: 0, ...withReply(writer.write({ upper: partUpper, content })) }
  }
  for (const page of pages(ports, room, lower, upper)) {
    for (const key of page) {
      if (inPart === size && last !== undefined) {
        const bound = boundBetween(last, key)
        yield end(bound)
        size = sizeOf(++part)
        if (size === undefined) return bound
        hash = saltedHash(salt)
        inPart = 0
      }
      hash.update(key.digest)
      inPart++
      last = key
    }
    yield { scanned: page.length }
  }
  yield end(upper)
  return undefined
}

/** Writes the short ids of all documents in a range, or its fingerprint if there are too many by now. */
function* listHeld(work: ReconcileWork, writer: RangesWriter, { lower, upper }: Bounds): Reconciliation {
  const { ports, room, salt } = work
  const hash = saltedHash(salt)
  const listed: SortKey[] = []
  let count = 0
  for (const page of pages(ports, room, lower, upper)) {
    for (const key of page) {
      hash.update(key.digest)
      if (++count <= MAX_LISTED) listed.push(key)
    }
    yield { scanned: page.length }
  }
  const all = [...listed, ...ports.pendingKeys(room, lower, upper, MAX_LISTED)].sort(compareSortKeys)
  const content: RangeContent =
    count > MAX_LISTED
      ? { type: 'fingerprint', fingerprint: shortened(hash.digest()) }
      : { type: 'held', ids: all.map(({ digest }) => shortIdOf(salt, digest)) }
  yield { scanned: 0, ...withReply(writer.write({ upper, content })) }
}

function* answerHeld(
  { ports, room, salt }: ReconcileWork,
  writer: RangesWriter,
  { lower, upper }: Bounds,
  theirs: readonly ShortId[],
): Reconciliation {
  const heldByPeer = new Set(theirs)
  const wanted = new Set(theirs)
  const pending = ports.pendingKeys(room, lower, upper, Infinity)
  if (pending.length > 0) yield { scanned: pending.length }
  for (const { digest } of pending) wanted.delete(shortIdOf(salt, digest))
  for (const page of pages(ports, room, lower, upper)) {
    const lacking: Position[] = []
    const common: Position[] = []
    for (const { clock, digest } of page) {
      const shortId = shortIdOf(salt, digest)
      wanted.delete(shortId)
      const list = heldByPeer.has(shortId) ? common : lacking
      list.push({ clock, id: documentIdOfDigest(digest) })
    }
    yield { scanned: page.length, lacking, common }
  }
  const content: RangeContent = wanted.size === 0 ? { type: 'skip' } : { type: 'wanted', ids: [...wanted] }
  yield { scanned: 0, ...withReply(writer.write({ upper, content })) }
}

function* answerWanted(
  { ports, room, salt }: ReconcileWork,
  writer: RangesWriter,
  { lower, upper }: Bounds,
  ids: readonly ShortId[],
): Reconciliation {
  const wanted = new Set(ids)
  for (const page of pages(ports, room, lower, upper)) {
    const asked = page
      .filter(({ digest }) => wanted.has(shortIdOf(salt, digest)))
      .map(({ clock, digest }) => ({ clock, id: documentIdOfDigest(digest) }))
    yield { scanned: page.length, wanted: asked }
  }
  yield writeSkip(writer, { upper })
}

function writeSkip(writer: RangesWriter, { upper }: Pick<Bounds, 'upper'>): Finding {
  return { scanned: 0, ...withReply(writer.write({ upper, content: { type: 'skip' } })) }
}

function* pages(
  ports: ReconcilePorts,
  room: RoomId,
  lower: SortKey,
  upper: SortKey | undefined,
): Generator<SortKey[], void, undefined> {
  let from = lower
  for (;;) {
    const page = ports.sortKeys(room, from, upper, SCAN_PAGE)
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (page.length < SCAN_PAGE || last === undefined) return
    from = justAfter(last)
  }
}

/** Collects consecutive ranges into records; omits ranges without content at either end. */
class RangesWriter {
  readonly #work: ReconcileWork
  #lower: SortKey
  #ranges: Range[] = []
  #sizeBytes = 0

  constructor(work: ReconcileWork, lower: SortKey) {
    this.#work = work
    this.#lower = lower
  }

  /** Adds a range; returns a record once it is full. */
  write(range: Range): RangesRecord | undefined {
    const last = this.#ranges.at(-1)
    const isSkip = range.content.type === 'skip'
    if (isSkip && last === undefined) {
      this.#moveTo(range.upper)
      return undefined
    }
    if (isSkip && last?.content.type === 'skip') this.#ranges[this.#ranges.length - 1] = range
    else this.#ranges.push(range)
    this.#sizeBytes += rangeBytes(range)
    if (this.#ranges.length < MAX_RANGES && this.#sizeBytes < MAX_RANGES_BYTES) return undefined
    const record = this.end()
    this.#moveTo(range.upper)
    return record
  }

  /** Returns what is left. */
  end(): RangesRecord | undefined {
    if (this.#ranges.at(-1)?.content.type === 'skip') this.#ranges.pop()
    const record = this.#ranges.length === 0 ? undefined : this.#record()
    this.#ranges = []
    this.#sizeBytes = 0
    return record
  }

  #record(): RangesRecord {
    const { topic, salt } = this.#work
    return { type: 'ranges', topic, salt, lower: this.#lower, ranges: this.#ranges }
  }

  #moveTo(bound: SortKey | undefined): void {
    if (bound !== undefined) this.#lower = bound
  }
}

function withReply(reply: RangesRecord | undefined): { reply?: RangesRecord } {
  return reply === undefined ? {} : { reply }
}

/**
 * The number of documents in each range of an opening that has a fingerprint, oldest first, of so many documents: in
 * proportion to how many are newer. What is left are the newest, which are listed.
 */
export function openingSizes(count: number): number[] {
  const sizes: number[] = []
  for (let newer = Math.min(count, LISTED_NEWEST); newer < count;) {
    const size = Math.max(MIN_RANGE_DOCUMENTS, Math.floor(newer / RECENCY_STEPS))
    sizes.push(Math.min(size, count - newer))
    newer += size
  }
  return sizes.reverse()
}

/** The shortest bound that is after one document and not after the next. */
function boundBetween(before: SortKey, next: SortKey): SortKey {
  const digest = new Uint8Array(32)
  if (before.clock !== next.clock) return { clock: next.clock, digest }
  const differing = next.digest.findIndex((byte, index) => byte !== before.digest[index])
  digest.set(next.digest.subarray(0, differing + 1))
  return { clock: next.clock, digest }
}

function justAfter({ clock, digest }: SortKey): SortKey {
  const next = Uint8Array.from(digest)
  for (let index = next.length - 1; index >= 0; index--) {
    const byte = ((next[index] ?? 0) + 1) & 0xff
    next[index] = byte
    if (byte !== 0) return { clock, digest: next }
  }
  return { clock: clock + 1, digest: next }
}

function saltedHash(salt: Uint8Array) {
  const hash = newSha256()
  hash.update(salt)
  return hash
}

function shortIdOf(salt: Uint8Array, digest: Uint8Array): ShortId {
  return shortened(sha256(salt, digest))
}

function shortened(hash: Uint8Array): string {
  return Buffer.from(hash.subarray(0, SHORT_ID_BYTES)).toString('hex')
}

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
  MAX_LISTED,
  MAX_OPENING_RANGES,
  MAX_RANGES,
  MAX_RANGES_BYTES,
  MIN_RANGE_DOCUMENTS,
  RECENCY_STEPS,
  SCAN_PAGE,
  SHORT_ID_BYTES,
  SPLIT,
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
 * Fingerprints of everything we hold that can be compared: fine for new documents, among which most differences are,
 * and coarser further back.
 */
export function* openRanges(work: ReconcileWork): Reconciliation {
  const { ports, room, salt, historyFrom } = work
  let lower: SortKey = { clock: historyFrom, digest: new Uint8Array(32) }
  const writer = new RangesWriter(work, lower)
  const sizes = openingSizes(ports.count(room, historyFrom))
  for (const [index, size] of sizes.entries()) {
    const isLast = index === sizes.length - 1
    const hash = saltedHash(salt)
    let scanned = 0
    let next: SortKey | undefined
    let last: SortKey | undefined
    for (const key of ports.sortKeys(room, lower, undefined, isLast ? Infinity : size + 1)) {
      scanned++
      if (!isLast && scanned > size) next = key
      else hash.update((last = key).digest)
    }
    const upper = next && last && boundBetween(last, next)
    const content = { type: 'fingerprint', fingerprint: shortened(hash.digest()) } as const
    yield { scanned, ...withReply(writer.write({ upper, content })) }
    if (upper === undefined) break
    lower = upper
  }
  yield { scanned: 0, ...withReply(writer.end()) }
}

/** Finds the differences that a peer's ranges show, and the answer for those that differ. */
export function* answerRanges(work: ReconcileWork, { lower: first, ranges }: RangesRecord): Reconciliation {
  const writer = new RangesWriter(work, first)
  let lower = first
  for (const { upper, content: said } of ranges) {
    // The peer did not know yet that something was dropped here.
    const content: RangeContent = lower.clock < work.historyFrom ? { type: 'skip' } : said
    switch (content.type) {
      case 'skip':
        yield { scanned: 0, ...withReply(writer.write({ upper, content })) }
        break
      case 'fingerprint':
        yield* answerFingerprint(work, writer, lower, upper, content.fingerprint)
        break
      case 'held':
        yield* answerHeld(work, writer, lower, upper, content.ids)
        break
      case 'wanted':
        yield* answerWanted(work, writer, lower, upper, content.ids)
        break
    }
    if (upper === undefined) break
    lower = upper
  }
  yield { scanned: 0, ...withReply(writer.end()) }
}

function* answerFingerprint(
  { ports, room, salt }: ReconcileWork,
  writer: RangesWriter,
  lower: SortKey,
  upper: SortKey | undefined,
  theirs: string,
): Reconciliation {
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
  let content: RangeContent = { type: 'skip' }
  if (shortened(hash.digest()) !== theirs) {
    if (count > MAX_LISTED) return yield* splitRange({ ports, room, salt }, writer, lower, upper, count)
    const all = [...listed, ...ports.pendingKeys(room, lower, upper, MAX_LISTED)].sort(compareSortKeys)
    content = { type: 'held', ids: all.map(({ digest }) => shortIdOf(salt, digest)) }
  }
  yield { scanned: 0, ...withReply(writer.write({ upper, content })) }
}

/** Writes finer fingerprints of a range. */
function* splitRange(
  { ports, room, salt }: Pick<ReconcileWork, 'ports' | 'room' | 'salt'>,
  writer: RangesWriter,
  lower: SortKey,
  upper: SortKey | undefined,
  count: number,
): Reconciliation {
  const size = Math.ceil(count / SPLIT)
  let hash = saltedHash(salt)
  let inPart = 0
  let last: SortKey | undefined
  const end = (partUpper: SortKey | undefined): Finding => {
    const content = { type: 'fingerprint', fingerprint: shortened(hash.digest()) } as const
    hash = saltedHash(salt)
    inPart = 0
    return { scanned: 0, ...withReply(writer.write({ upper: partUpper, content })) }
  }
  for (const page of pages(ports, room, lower, upper)) {
    for (const key of page) {
      if (inPart === size && last !== undefined) yield end(boundBetween(last, key))
      hash.update(key.digest)
      inPart++
      last = key
    }
    yield { scanned: page.length }
  }
  yield end(upper)
}

function* answerHeld(
  { ports, room, salt }: ReconcileWork,
  writer: RangesWriter,
  lower: SortKey,
  upper: SortKey | undefined,
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
  lower: SortKey,
  upper: SortKey | undefined,
  ids: readonly ShortId[],
): Reconciliation {
  const wanted = new Set(ids)
  for (const page of pages(ports, room, lower, upper)) {
    const asked = page
      .filter(({ digest }) => wanted.has(shortIdOf(salt, digest)))
      .map(({ clock, digest }) => ({ clock, id: documentIdOfDigest(digest) }))
    yield { scanned: page.length, wanted: asked }
  }
  yield { scanned: 0, ...withReply(writer.write({ upper, content: { type: 'skip' } })) }
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
 * The number of documents in each range of an opening, oldest first: proportional to their distance from
 * the newest, and limited so that there are not many more than MAX_OPENING_RANGES ranges.
 */
export function openingSizes(count: number): number[] {
  const maxSize = Math.max(MIN_RANGE_DOCUMENTS, Math.ceil(count / MAX_OPENING_RANGES))
  const sizes: number[] = []
  for (let distance = 0; distance < count;) {
    const size = Math.min(Math.max(MIN_RANGE_DOCUMENTS, Math.floor(distance / RECENCY_STEPS)), maxSize)
    sizes.push(size)
    distance += size
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

/**
 * A node of the tree, as one of its holders has it: the first records of those whose places begin with its prefix. Pure; what
 * it says depends on the records that it was given, and not on their order, as far as it has all of them.
 */
import { sha256 } from '../wire/crypto.ts'
import { AUTHOR_NODE_RECORDS, MAX_NODE_RECORDS, MAX_RECORDS, WINDOW_RECORDS } from './constants.ts'
import type { Place } from './key.ts'
import { isNewer, SIGNED_BYTES, type DirectoryRecord } from './record.ts'

/** A bit for each byte that may come next. */
export const CHILDREN_BYTES = 32
/** Of the digest of a node. */
export const DIGEST_BYTES = 8

/** What a holder says about a node. */
export interface NodeHead {
  /** The place up to which the node has all records; undefined: it has all that there are. */
  bound: Place | undefined
  /** A bit for each byte with which something goes on behind the prefix. */
  children: Uint8Array
}

/** What authors may do in a directory. */
export interface Rights {
  /** Whether a record counts, as far as its author is concerned. */
  counts(record: DirectoryRecord): boolean
  /** Whether an author may remove what others wrote, and has no quota. */
  isAdmin(author: DirectoryRecord['author']): boolean
}

/** What became of a record that was added. */
export type Added =
  /** It replaced what was there. `dropped`: rows that are not part of the node any more, among them maybe its own. */
  | { type: 'kept'; dropped: DirectoryRecord[]; spilled: DirectoryRecord[] }
  /** The same, or a newer one, is here. */
  | { type: 'known' }
  /** Its place is behind the bound: it belongs further down. */
  | { type: 'beyond' }
  /** The author has as many before it as one may have. */
  | { type: 'over-quota' }

/** Some of the records of a node. */
export interface NodePage {
  records: DirectoryRecord[]
  /** Whether the node has more of what was asked for. */
  hasMore: boolean
}

/** The records of a node, in the order of their rows, and how far they reach. */
export class PrefixNode implements NodeHead {
  readonly prefix: Place
  bound: Place | undefined
  children: Uint8Array
  /** By row. */
  readonly #records: DirectoryRecord[]
  readonly #counts = new Map<DirectoryRecord['author'], number>()

  constructor(prefix: Place, head: NodeHead | undefined, records: readonly DirectoryRecord[]) {
    this.prefix = prefix
    this.bound = head?.bound
    this.children = Uint8Array.from(head?.children ?? new Uint8Array(CHILDREN_BYTES))
    this.#records = records.toSorted((a, b) => (a.row < b.row ? -1 : 1))
    for (const { author } of records) this.#count(author, 1)
  }

  get records(): readonly DirectoryRecord[] {
    return this.#records
  }

  /** The record of a row. */
  at(row: Place): DirectoryRecord | undefined {
    const record = this.#records[this.#indexOf(row)]
    return record?.row === row ? record : undefined
  }

  /** Equal for holders that have the same, hex. */
  get digest(): string {
    const bodies = this.#records.flatMap(({ signature, body }) => [signature, body])
    const [bound, children] = [Buffer.from(this.bound ?? '', 'latin1'), this.children]
    return Buffer.from(sha256(bound, children, ...bodies)).toString('hex', 0, DIGEST_BYTES)
  }

  /** Another holder knows of these children, too. */
  learn({ children }: NodeHead): void {
    this.children = eitherOf(this.children, children)
  }

  /** Whether a record is behind the bound, and the node knows that something goes on there. */
  isPast({ place }: DirectoryRecord): boolean {
    if (this.bound === undefined || place <= this.bound) return false
    const at = place.charCodeAt(this.prefix.length)
    return Number.isNaN(at) || hasChild(this, at)
  }

  /** Adds a record that was checked. */
  add(record: DirectoryRecord, rights: Rights): Added {
    const at = record.place.charCodeAt(this.prefix.length)
    if (!Number.isNaN(at)) this.children[at >> 3] = (this.children[at >> 3] ?? 0) | (1 << (at & 7))
    if (this.bound !== undefined && record.place > this.bound) return { type: 'beyond' }
    const index = this.#indexOf(record.row)
    const known = this.#records[index]
    if (known?.row === record.row) {
      if (!isNewer(record, known)) return { type: 'known' }
      this.#records[index] = record
      return { type: 'kept', dropped: [], spilled: [] }
    }
    this.#records.splice(index, 0, record)
    this.#count(record.author, 1)
    const dropped = rights.isAdmin(record.author) ? [] : this.#overQuota(record.author)
    if (dropped.includes(record)) return { type: 'over-quota' }
    return { type: 'kept', dropped, spilled: this.#spill() }
  }

  /**
   * Makes space for a record of an author: takes out the last one of who has most here, admins apart. An author who is no admin
   * gets it only from one who still has more afterwards, so nobody takes back what was taken.
   */
  giveWay(author: DirectoryRecord['author'], rights: Rights): DirectoryRecord[] {
    const others = [...this.#counts].filter(([each]) => each !== author && !rights.isAdmin(each))
    const [most, count] = others.reduce((a, b) => (b[1] > a[1] ? b : a), ['' as DirectoryRecord['author'], 0])
    const isEnough = rights.isAdmin(author) ? count > 0 : count > 1 + (this.#counts.get(author) ?? 0)
    return isEnough ? this.#takeLastOf(most) : []
  }

  /** Another holder has all records up to a place only. Returns what is behind it. */
  lower(bound: Place): DirectoryRecord[] {
    if (this.bound !== undefined && this.bound <= bound) return []
    this.bound = bound
    return this.#remove((record) => record.place > bound)
  }

  /** Takes out records that count no more. */
  revise(rights: Rights): DirectoryRecord[] {
    return this.#remove((record) => !rights.counts(record))
  }

  /** Records that come after a place and begin with a prefix, as far as they count, until `limit` entries and `maxBytes` are reached. */
  page(within: Place, after: Place, limit: number, maxBytes: number, rights: Rights): NodePage {
    const records: DirectoryRecord[] = []
    let [entries, sizeBytes] = [0, 0]
    for (let i = this.#indexOf(after); i < this.#records.length; i++) {
      const record = this.#records[i]
      if (record === undefined || (record.place > within && !record.place.startsWith(within))) break
      if (record.place <= after || !rights.counts(record)) continue
      const isOther = records.at(-1)?.place !== record.place
      sizeBytes += record.body.length + SIGNED_BYTES
      const isFull = records.length === MAX_RECORDS || (isOther && (entries >= limit || sizeBytes > maxBytes))
      if (isFull) return { records, hasMore: true }
      records.push(record)
      if (isOther && !isGoneIn(this.#atPlace(i), rights)) entries++
    }
    return { records, hasMore: false }
  }

  /** All records of the place of one of them, which is the first of these. */
  #atPlace(index: number): DirectoryRecord[] {
    const place = this.#records[index]?.place
    let end = index
    while (this.#records[end]?.place === place && end < this.#records.length) end++
    return this.#records.slice(index, end)
  }

  #overQuota(author: DirectoryRecord['author']): DirectoryRecord[] {
    return (this.#counts.get(author) ?? 0) > AUTHOR_NODE_RECORDS ? this.#takeLastOf(author) : []
  }

  #takeLastOf(author: DirectoryRecord['author']): DirectoryRecord[] {
    const last = this.#records.findLast((record) => record.author === author)
    return last === undefined ? [] : this.#remove((record) => record === last)
  }

  /** A node that is full keeps its first half. */
  #spill(): DirectoryRecord[] {
    if (this.#records.length <= MAX_NODE_RECORDS) return []
    const bound = this.#records[WINDOW_RECORDS - 1]?.place ?? ''
    // What cannot be divided stays whole: all of it is about one place.
    return bound === this.#records.at(-1)?.place ? [] : this.lower(bound)
  }

  #remove(isGone: (record: DirectoryRecord) => boolean): DirectoryRecord[] {
    const gone = this.#records.filter((record) => isGone(record))
    if (gone.length === 0) return gone
    const left = this.#records.filter((record) => !gone.includes(record))
    this.#records.splice(0, this.#records.length, ...left)
    for (const { author } of gone) this.#count(author, -1)
    return gone
  }

  /** Where a row is, or would be. */
  #indexOf(row: Place): number {
    let [low, high] = [0, this.#records.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#records[middle]?.row ?? '') < row) low = middle + 1
      else high = middle
    }
    return low
  }

  #count(author: DirectoryRecord['author'], change: number): void {
    const count = (this.#counts.get(author) ?? 0) + change
    if (count === 0) this.#counts.delete(author)
    else this.#counts.set(author, count)
  }
}

/** The entries that records add up to, in order: those that their authors did not take back, and no admin removed. */
export function entriesOf(records: Iterable<DirectoryRecord>, rights: Rights): DirectoryRecord[] {
  const places = Map.groupBy(newestOf(records), ({ place }) => place)
  return [...places.values()]
    .filter((of) => !isGoneIn(of, rights))
    .flatMap((of) => of.find(isOwn) ?? [])
    .sort((a, b) => (a.place < b.place ? -1 : 1))
}

/** The newest record of each row. */
function newestOf(records: Iterable<DirectoryRecord>): DirectoryRecord[] {
  const rows = new Map<Place, DirectoryRecord>()
  for (const record of records) {
    const known = rows.get(record.row)
    if (known === undefined || isNewer(record, known)) rows.set(record.row, record)
  }
  return [...rows.values()]
}

/** Whether there is no entry at the place of some records. */
function isGoneIn(records: readonly DirectoryRecord[], rights: Rights): boolean {
  const own = records.find(isOwn)
  if (own === undefined || own.isGone === true || !rights.counts(own)) return true
  return records.some((record) => !isOwn(record) && record.timeMs >= own.timeMs && rights.counts(record))
}

function isOwn({ author, of }: DirectoryRecord): boolean {
  return of === author
}

/** Whether a node that a holder told about goes on with a byte. */
export function hasChild({ children }: NodeHead, byte: number): boolean {
  return ((children[byte >> 3] ?? 0) & (1 << (byte & 7))) !== 0
}

/** What several holders say about one node: all has been told up to the lowest bound. */
export function mergedHead(heads: readonly NodeHead[]): NodeHead | undefined {
  if (heads.length === 0) return undefined
  const bounds = heads.flatMap(({ bound }) => bound ?? []).sort()
  const children = heads.map((head) => head.children)
  return { bound: bounds[0], children: children.reduce(eitherOf) }
}

/** The bits that are set in one of them. */
function eitherOf(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte | (b[i] ?? 0))
}

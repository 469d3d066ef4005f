/**
 * Finds entries by the beginning of their keys. The nodes on the path to it are asked about all at once; the first of them
 * that reaches beyond the path tells the entries, and what lies behind its bound is further down. Who looks needs to hold
 * none of it, and checks all that it is told.
 */
import type { PeerId, RoomId } from '../wire/ids.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import type { Asking, Spent } from './asking.ts'
import { ASKED_HOLDERS, COPIES, MAX_LENGTHS, MAX_PAGE_BYTES, MAX_ROUNDS, WIDE_HOLDERS } from './constants.ts'
import type { Place } from './key.ts'
import { entriesOf, hasChild, mergedHead, type NodeHead, type Rights } from './prefix-node.ts'
import { readRecord, SIGNED_BYTES, type DirectoryRecord, type SignedRecord } from './record.ts'
import type { SeenRecord } from './records.ts'

export interface FindingInit {
  self: PeerId
  asking: Asking
  /** The first of those present who hold a node, or would. */
  holders(room: RoomId, prefix: Place, count: number): PeerId[]
  rights(room: RoomId): Rights
  isSigned(room: RoomId, record: SignedRecord): boolean
  /** A peer told what it should not have. */
  lied(peer: PeerId): void
}

export interface Found {
  entries: DirectoryRecord[]
  next: Place | undefined
  isIncomplete: boolean
  spent: Spent
}

interface Answer {
  peer: PeerId
  answer: SeenRecord
}

/** A search under way. */
interface Search {
  room: RoomId
  within: Place
  /** Everything up to it has been told. */
  cursor: Place
  limit: number
  entries: DirectoryRecord[]
  /** What is known of nodes; null: nobody has it. */
  heads: Map<Place, NodeHead | null>
  isIncomplete: boolean
  /** Somebody who was asked is silent, or nobody has a node that should be there: more are asked, as who came lately sees others. */
  isWide: boolean
  bytesLeft: number
  spent: Spent
  done: (found: Found) => void
}

/** Searches: see README.md, rule 5. */
export class Finding {
  readonly #init: FindingInit

  constructor(init: FindingInit) {
    this.#init = init
  }

  /** `after`: the last place that was told before. */
  find(
    room: RoomId,
    within: Place,
    { after = within, limit }: { after?: Place | undefined; limit: number },
    done: (found: Found) => void,
  ): void {
    this.#goOn({
      ...{ room, within, cursor: after, limit, entries: [], heads: new Map(), isIncomplete: false, isWide: false },
      ...{ bytesLeft: MAX_PAGE_BYTES, spent: { rounds: 0, bytes: 0, peers: new Set() }, done },
    })
  }

  #goOn(search: Search): void {
    const { cursor, within, heads, spent } = search
    if (!cursor.startsWith(within)) return this.#end(search, undefined)
    if (spent.rounds >= MAX_ROUNDS) return this.#end(search, cursor)
    for (let length = 0; length <= cursor.length; length++) {
      const prefix = cursor.slice(0, length)
      const head = heads.get(prefix)
      if (head === undefined) return this.#learn(search, length)
      if (head === null) return this.#nothingAt(search, length)
      if (head.bound === undefined || head.bound > cursor) return this.#ask(search, length, length)
      if (length < cursor.length && !hasChild(head, cursor.charCodeAt(length))) return this.#next(search, length)
    }
    // A holder says that it has all up to a place outside of its node.
    this.#end(search, undefined)
  }

  /** Nobody has a node: there is nothing, unless those who held it are gone. */
  #nothingAt(search: Search, length: number): void {
    if (!search.isWide) {
      search.isWide = true
      search.heads.delete(search.cursor.slice(0, length))
      return this.#goOn(search)
    }
    if (length > 0) search.isIncomplete = true
    this.#next(search, length - 1)
  }

  /** Asks about all nodes on the path from a length on. If it is one only, what it has is told along with it. */
  #learn(search: Search, first: number): void {
    const last = Math.min(search.cursor.length, first + MAX_LENGTHS - 1)
    this.#ask(search, first, last)
  }

  #ask(search: Search, first: number, last: number): void {
    const { room, cursor, within, limit, entries, bytesLeft } = search
    const isPage = first === last
    const question = {
      ...{ type: 'look' as const, topic: topicKeyOf(room), path: cursor, within: within.length, first, last },
      ...{ limit: isPage ? limit - entries.length : 0, maxBytes: isPage ? Math.max(bytesLeft, 0) : 0 },
    }
    const lengths = Array.from({ length: last - first + 1 }, (_, i) => first + i)
    const asked = new Set(lengths.flatMap((length) => this.#askedAbout(search, cursor.slice(0, length))))
    this.#init.asking.askAll(
      [...asked].map((peer) => [peer, question] as const),
      (answers) => {
        if (answers.length < asked.size && !search.isWide) {
          search.isWide = true
          return this.#goOn(search)
        }
        const nodes = answers.flatMap(({ answer }) => answer.nodes)
        for (const length of lengths) {
          const head = mergedHead(nodes.filter((node) => node.length === length))
          search.heads.set(cursor.slice(0, length), head ?? null)
        }
        if (lengths.some((length) => !this.#isSure(search, length, answers))) search.isIncomplete = true
        const head = isPage ? search.heads.get(cursor.slice(0, first)) : undefined
        const isReached = head !== undefined && head !== null && (head.bound === undefined || head.bound > cursor)
        if (isReached) this.#told(search, first, head, answers)
        else this.#goOn(search)
      },
      search.spent,
    )
  }

  /** Whether enough of the others that hold a node answered: what this node has itself may not be all yet. */
  #isSure({ room, cursor }: Search, length: number, answers: readonly Answer[]): boolean {
    const { self } = this.#init
    const others = this.#init.holders(room, cursor.slice(0, length), COPIES).filter((peer) => peer !== self)
    const heard = answers.filter(
      ({ peer, answer }) =>
        others.includes(peer) || (peer !== self && answer.nodes.some((node) => node.length === length)),
    )
    return heard.length >= Math.min(ASKED_HOLDERS, others.length)
  }

  /** What this node holds itself costs nothing, and may not be all yet. */
  #askedAbout({ room, isWide }: Search, prefix: Place): PeerId[] {
    const { self } = this.#init
    const holders = (count: number): PeerId[] => this.#init.holders(room, prefix, count)
    if (isWide) return holders(WIDE_HOLDERS)
    const all = holders(COPIES)
    const others = all.filter((peer) => peer !== self).slice(0, ASKED_HOLDERS)
    return all.includes(self) ? [self, ...others] : others
  }

  /** A node told what it has behind the cursor. */
  #told(search: Search, length: number, head: NodeHead, answers: readonly Answer[]): void {
    const { room, cursor, within, limit, entries } = search
    const told = answers.map(({ peer, answer }) => ({ answer, records: this.#checked(search, peer, answer.records) }))
    const sizes = answers.map(({ answer }) =>
      answer.records.reduce((sum, { body }) => sum + body.length + SIGNED_BYTES, 0),
    )
    search.bytesLeft -= Math.max(0, ...sizes)
    // Who was cut short has told all up to the last record of it.
    const cut = told.filter(({ answer }) => answer.hasMore).map(({ records }) => records.at(-1)?.place ?? cursor)
    const [upTo] = [...cut, ...(head.bound === undefined ? [] : [head.bound])].sort()
    const records = told.flatMap((each) => each.records)
    const inside = records.filter(({ place }) => upTo === undefined || place <= upTo)
    const found = entriesOf(inside, this.#init.rights(room)).slice(0, limit - entries.length)
    search.entries.push(...found)
    const last = found.at(-1)?.place
    if (search.entries.length >= limit) {
      const isLast = upTo === undefined && last !== undefined && records.every(({ place }) => place <= last)
      if (!isLast) return this.#end(search, last)
    }
    if (upTo === undefined)
      return length <= within.length ? this.#end(search, undefined) : this.#next(search, length - 1)
    if (upTo === cursor && cut.length > 0) return this.#end(search, cursor)
    search.cursor = upTo
    if (search.bytesLeft <= 0) return this.#end(search, upTo)
    this.#goOn(search)
  }

  /** The records of an answer that are what was asked for, and signed; in order. */
  #checked({ room, cursor, within }: Search, peer: PeerId, signed: readonly SignedRecord[]): DirectoryRecord[] {
    const records: DirectoryRecord[] = []
    for (const each of signed) {
      const record = readOrNothing(each)
      const isAsked = record !== undefined && record.place > cursor && record.place.startsWith(within)
      if (!isAsked || !this.#init.isSigned(room, record)) {
        this.#init.lied(peer)
        return records
      }
      records.push(record)
    }
    return records.sort((a, b) => (a.row < b.row ? -1 : 1))
  }

  /** All below a node on the path has been told, as far as it is on the path: what comes next branches off it above. */
  #next(search: Search, from: number): void {
    const { cursor, within, heads } = search
    for (let length = from; length >= within.length; length--) {
      const head = heads.get(cursor.slice(0, length))
      if (head === undefined || head === null) continue
      for (let byte = cursor.charCodeAt(length) + 1; byte < 256; byte++) {
        if (!hasChild(head, byte)) continue
        search.cursor = cursor.slice(0, length) + String.fromCharCode(byte)
        return this.#goOn(search)
      }
    }
    this.#end(search, undefined)
  }

  #end({ entries, isIncomplete, spent, done }: Search, next: Place | undefined): void {
    done({ entries, next, isIncomplete, spent })
  }
}

function readOrNothing(signed: SignedRecord): DirectoryRecord | undefined {
  try {
    return readRecord(signed)
  } catch {
    return undefined
  }
}

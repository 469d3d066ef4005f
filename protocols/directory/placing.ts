/**
 * Puts records where they belong: into the first node on the path to each that has space for it, at each of its holders. A
 * node that is full says so, and the rest goes one byte further down.
 */
import { topicKeyOf } from '../wire/room-keys.ts'
import type { PeerId, RoomId } from '../wire/ids.ts'
import type { Asking } from './asking.ts'
import { KNOWN_MS, MAX_KNOWN_NODES, MAX_RECORDS } from './constants.ts'
import type { Place } from './key.ts'
import { hasChild, mergedHead, type NodeHead } from './prefix-node.ts'
import type { DirectoryRecord } from './record.ts'
import type { TakenRecord } from './records.ts'

export interface PlacingInit {
  asking: Asking
  holders(room: RoomId, prefix: Place): PeerId[]
}

/** What became of records. */
export interface Placed {
  /** Holders of the one that fewest have. */
  copies: number
  refused: number
  /** No holder of some of them answered. */
  isSilent: boolean
}

/** Writes: see README.md, rule 4. */
export class Placing {
  readonly #init: PlacingInit
  /** Full nodes, up to the highest bound of their holders: nothing behind that has to go by them. */
  readonly #full = new Map<string, NodeHead & { atMs: number }>()

  constructor(init: PlacingInit) {
    this.#init = init
  }

  /** Begins with the node of a prefix. */
  place(
    room: RoomId,
    prefix: Place,
    records: readonly DirectoryRecord[],
    nowMs: number,
    done: (placed: Placed) => void,
  ): void {
    if (records.length === 0) return done(sumOf([]))
    const known = this.#full.get(room + prefix)
    const isPast = ({ place }: DirectoryRecord): boolean =>
      known?.bound !== undefined &&
      nowMs - known.atMs < KNOWN_MS &&
      place > known.bound &&
      hasChild(known, place.charCodeAt(prefix.length))
    const further = records.filter(isPast)
    const here = records.filter((record) => !isPast(record))
    const parts = this.chunksOf(here)
    const results: Placed[] = []
    let open = parts.length + 1
    const one = (placed: Placed): void => {
      results.push(placed)
      if (--open === 0) done(sumOf(results))
    }
    for (const part of parts) this.#put(room, prefix, part, nowMs, one)
    this.further(room, prefix, further, nowMs, one)
  }

  /** As many as one PUT has, each. */
  chunksOf(records: readonly DirectoryRecord[]): DirectoryRecord[][] {
    const chunks: DirectoryRecord[][] = []
    for (let i = 0; i < records.length; i += MAX_RECORDS) chunks.push(records.slice(i, i + MAX_RECORDS))
    return chunks
  }

  #put(room: RoomId, prefix: Place, records: DirectoryRecord[], nowMs: number, done: (placed: Placed) => void): void {
    const question = { type: 'put' as const, topic: topicKeyOf(room), prefix, records }
    const holders = this.#init.holders(room, prefix)
    this.#init.asking.askAll(
      holders.map((peer) => [peer, question] as const),
      (answers) =>
        this.#taken(
          room,
          prefix,
          records,
          answers.map(({ answer }) => answer),
          nowMs,
          done,
        ),
    )
  }

  #taken(
    room: RoomId,
    prefix: Place,
    records: DirectoryRecord[],
    answers: TakenRecord[],
    nowMs: number,
    done: (placed: Placed) => void,
  ): void {
    const head = mergedHead(answers.map((answer) => answer.head))
    if (head === undefined) return done({ copies: 0, refused: 0, isSilent: true })
    this.#note(room, prefix, answers, head, nowMs)
    const { bound } = head
    const isBehind = ({ place }: DirectoryRecord): boolean =>
      bound !== undefined && place > bound && place.length > prefix.length
    const here = records.filter((record) => !isBehind(record))
    const results: Placed[] = []
    if (here.length > 0) {
      const taking = answers.filter(({ kept }) => kept >= here.length).length
      const refused = Math.min(...answers.map((answer) => answer.refused))
      results.push({ copies: taking, refused, isSilent: false })
    }
    this.further(room, prefix, records.filter(isBehind), nowMs, (placed) => done(sumOf([...results, placed])))
  }

  /** Begins with the nodes one byte further down. */
  further(
    room: RoomId,
    prefix: Place,
    records: readonly DirectoryRecord[],
    nowMs: number,
    done: (placed: Placed) => void,
  ): void {
    const groups = Map.groupBy(records, ({ place }) => place.slice(0, prefix.length + 1))
    const results: Placed[] = []
    let open = groups.size
    if (open === 0) return done(sumOf(results))
    for (const [child, of] of groups) {
      this.place(room, child, of, nowMs, (placed) => {
        results.push(placed)
        if (--open === 0) done(sumOf(results))
      })
    }
  }

  #note(room: RoomId, prefix: Place, answers: readonly TakenRecord[], { children }: NodeHead, atMs: number): void {
    const bounds = answers.map(({ head }) => head.bound)
    const highest = bounds.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b), '')
    this.#full.delete(room + prefix)
    if (highest === undefined) return
    this.#full.set(room + prefix, { bound: highest, children, atMs })
    const [oldest] = this.#full.keys()
    if (this.#full.size > MAX_KNOWN_NODES && oldest !== undefined) this.#full.delete(oldest)
  }
}

function sumOf(results: readonly Placed[]): Placed {
  return {
    copies: results.reduce((least, { copies }) => Math.min(least, copies), Infinity),
    refused: results.reduce((sum, { refused }) => sum + refused, 0),
    isSilent: results.some(({ isSilent }) => isSilent),
  }
}

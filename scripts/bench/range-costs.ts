/** What it costs two nodes to find out which documents each lacks, whatever is sent afterwards. */
import { hash } from 'node:crypto'
import type { RangesRecord } from '../../protocols/batch-sync/records.ts'
import type { RoomId, TopicKey } from '../../protocols/wire/ids.ts'
import type { SortKey } from '../../protocols/wire/order.ts'

/** The compiled protocol, as users run it. */
const RECONCILE = new URL('../../dist/protocols/batch-sync/reconcile.js', import.meta.url)
const CODEC = new URL('../../dist/protocols/batch-sync/codec.js', import.meta.url)

/** The documents that two nodes hold, each in the room's order. */
export interface Sets {
  first: SortKey[]
  second: SortKey[]
}

export interface ComparisonCost {
  bytes: number
  /** Messages that wait for one another, in both directions. */
  turns: number
}

/** Where the documents are that only one side has. */
export type Place = 'newest' | 'scattered'

/** Two sets with documents in common and some, half of them on each side, that differ. */
export function setsOf(common: number, different: number, place: Place): Sets {
  const keyOf = (name: string, clock: number): SortKey => ({ clock, digest: hash('sha256', name, 'buffer') })
  const history = Array.from({ length: common }, (_, i) => keyOf(`common ${i}`, i + 1))
  const own = Array.from({ length: different }, (_, i) =>
    keyOf(`own ${i}`, place === 'newest' ? common + 1 + Math.floor(i / 2) : 1 + Math.floor((i * common) / different)),
  )
  const withOwn = (side: number): SortKey[] => [...history, ...own.filter((_, i) => i % 2 === side)].toSorted(compare)
  return { first: withOwn(0), second: withOwn(1) }
}

/** By batch-sync's ranges, until neither answers; what they want of each other is said on the way. */
export async function costOfRanges({ first, second }: Sets): Promise<ComparisonCost> {
  const { openRanges, answerRanges } = (await import(
    RECONCILE.href
  )) as typeof import('../../protocols/batch-sync/reconcile.ts')
  const { encodeFrames } = (await import(CODEC.href)) as typeof import('../../protocols/batch-sync/codec.ts')
  const works = [first, second].map((keys) => ({
    ports: {
      count: () => keys.length,
      sortKeys: (_room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number) => {
        const end = upper === undefined ? keys.length : placeOf(keys, upper)
        const start = placeOf(keys, lower)
        return keys.slice(start, Math.min(end, start + limit))
      },
      pendingKeys: () => [],
    },
    // Neither influences what is compared.
    room: '' as RoomId,
    topic: ''.padEnd(64, '0') as TopicKey,
    salt: SALT,
    historyFrom: 0,
  }))
  const repliesOf = (findings: Iterable<{ reply?: RangesRecord }>): RangesRecord[] =>
    [...findings].flatMap(({ reply }) => (reply === undefined ? [] : [reply]))
  const [opener, answerer] = works
  if (opener === undefined || answerer === undefined) throw new RangeError('two nodes compare')
  let records = repliesOf(openRanges(opener))
  let bytes = 0
  let turns = 0
  for (let work = answerer; records.length > 0; work = work === answerer ? opener : answerer) {
    turns++
    bytes += encodeFrames(records).reduce((sum, { length }) => sum + length, 0)
    const received = records
    records = received.flatMap((record) => repliesOf(answerRanges(work, record)))
  }
  return { bytes, turns }
}

/** A fresh one for each comparison hides collisions; here the same in each run makes runs equal. */
const SALT = new Uint8Array(16)

function compare(a: SortKey, b: SortKey): number {
  return a.clock - b.clock || Buffer.compare(a.digest, b.digest)
}

/** How many keys come before a bound. */
function placeOf(keys: readonly SortKey[], bound: SortKey): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const key = keys[middle]
    if (key !== undefined && compare(key, bound) < 0) low = middle + 1
    else high = middle
  }
  return low
}

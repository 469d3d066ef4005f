/** The vectors of complete reconciliations: what each side sends, and what it finds the other to lack. */
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import {
  answerRanges,
  openingSizes,
  openRanges,
  type Finding,
  type Reconciliation,
} from '../../../../protocols/batch-sync/reconcile.ts'
import type { RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { digestOfDocumentId, type TopicKey } from '../../../../protocols/wire/ids.ts'
import { fromHex, readVectors, toHex, withBytes, withHexBytes } from '../vectors.ts'
import { rangePorts, room } from './held-documents.ts'

type Holder = 'opener' | 'answerer'

interface Exchange {
  name: string
  topic: string
  salt: string
  documents: { clock: number; digest: string; heldBy: Holder | 'both' }[]
  steps: { by: Holder; sends: string[]; record: object | null; frame: string | null }[]
}

interface Vectors {
  exchanges: Exchange[]
  openings: { count: number; sizes: { ranges: number; documents: number }[] }[]
}

const { exchanges, openings } = readVectors<Vectors>('batch-sync/vectors/ranges.json')

function workOf({ topic, salt, documents }: Exchange, side: Holder) {
  const held = documents.filter(({ heldBy }) => heldBy === 'both' || heldBy === side)
  const places = held.map(({ clock, digest }) => ({ clock, digest: fromHex(digest) }))
  return { ports: rangePorts(places), room, topic: topic as TopicKey, salt: fromHex(salt), historyFrom: 0 }
}

function outcomeOf(work: Reconciliation): { records: RangesRecord[]; sends: string[] } {
  const findings: Finding[] = [...work]
  const found = findings.flatMap(({ lacking = [], wanted = [] }) => [...lacking, ...wanted])
  return {
    records: findings.flatMap(({ reply }) => reply ?? []),
    sends: found.map(({ id }) => toHex(digestOfDocumentId(id))),
  }
}

describe('the exchange', () => {
  it.each(exchanges)('$name: each side sends and finds what the vector says', (exchange) => {
    let before: RangesRecord | undefined
    for (const { by, sends, record, frame } of exchange.steps) {
      const work = workOf(exchange, by)
      const outcome = outcomeOf(before === undefined ? openRanges(work) : answerRanges(work, before))
      expect(outcome.records.map(withHexBytes)).toEqual(record === null ? [] : [record])
      expect(outcome.sends).toEqual(sends)
      expect(encodeFrames(outcome.records).map(toHex)).toEqual(frame === null ? [] : [frame])
      const [read] = frame === null ? [] : decodeFrame(fromHex(frame))
      before = read?.type === 'ranges' ? read : undefined
    }
    expect(before, 'nothing is left to answer').toBeUndefined()
  })

  it.each(exchanges)('$name: gives each side exactly what it lacks', ({ documents, steps }) => {
    for (const side of ['opener', 'answerer'] as const) {
      const sent = steps.filter(({ by }) => by === side).flatMap(({ sends }) => sends)
      const alone = documents.filter(({ heldBy }) => heldBy === side).map(({ digest }) => digest)
      expect(sent.toSorted((a, b) => a.localeCompare(b))).toEqual(alone.toSorted((a, b) => a.localeCompare(b)))
    }
  })

  it.each(exchanges)('$name: its records are what the frames hold', ({ steps }) => {
    for (const { record, frame } of steps) {
      if (record === null || frame === null) continue
      expect(encodeFrames([withBytes(record) as unknown as RangesRecord]).map(toHex)).toEqual([frame])
    }
  })
})

describe('the ranges of an opening', () => {
  it.each(openings)('of $count documents have the sizes in the vector', ({ count, sizes }) => {
    const expected = sizes.flatMap(({ ranges, documents }) => Array<number>(ranges).fill(documents))
    expect(openingSizes(count)).toEqual(expected)
  })
})

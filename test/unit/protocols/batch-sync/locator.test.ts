import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LOCATOR_IDS } from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import { documentIdOfDigest, type DocumentId, type PeerKey } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'

const room = documentIdOfDigest(new Uint8Array(32).fill(1))
const peer = 'peer' as PeerKey

const positionOf = (clock: number, number: number): Position => {
  const digest = Buffer.alloc(32)
  digest.writeUInt32BE(clock)
  digest.writeUInt32BE(number, 4)
  return { clock, id: documentIdOfDigest(digest) }
}

/** The locator of a chain of documents with some heads on its end, sent to a peer whose frontier is unknown. */
function locatorOf(chain: Position[], heads: Position[]): DocumentId[] {
  const machine = new BatchSyncMachine(
    {
      has: () => false,
      heads: () => heads,
      document: () => undefined,
      ancestors: () => [],
      documentBefore: (_room, clock) => [...chain, ...heads].findLast((document) => document.clock < clock),
      documentsAfter: () => [],
    },
    () => 0,
  )
  machine.handle({ type: 'command', command: { type: 'open', room } }, 0)
  machine.handle({ type: 'peer-up', peer, creditBytes: 0 }, 0)
  const frontier = [positionOf(9_999_999, 0).id]
  const effects = machine.handle({ type: 'command', command: { type: 'neighbour', room, peer, frontier } }, 0)
  const ids = effects.flatMap((e) => (e.type === 'send' && e.record.type === 'locator' ? e.record.ids : []))
  expect(ids.length).toBeLessThanOrEqual(MAX_LOCATOR_IDS)
  expect(new Set(ids).size).toBe(ids.length)
  return ids
}

const chainOf = (length: number): Position[] => Array.from({ length }, (_, index) => positionOf(index + 1, 0))
const headsAt = (clock: number, count: number): Position[] =>
  Array.from({ length: count }, (_, index) => positionOf(clock, index + 1))

describe('a locator', () => {
  it('names the head, then documents at doubling distances, and the root', () => {
    const chain = chainOf(20)
    const at = (clock: number): DocumentId => chain[clock - 1]!.id
    const ids = locatorOf(chain.slice(0, -1), chain.slice(-1))
    expect(ids).toEqual([at(20), at(19), at(18), at(16), at(12), at(4), at(1)])
  })

  it('names the newest heads where there are too many', () => {
    const old = headsAt(50, 40)
    const heads = [...old, ...headsAt(60, 10)]
    const ids = locatorOf(chainOf(49), heads)
    for (const { id } of heads.slice(-MAX_LOCATOR_IDS / 2)) expect(ids).toContain(id)
  })

  it('names the root and stays within its size, whatever the room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 200 }), (length, count) => {
        const chain = chainOf(length)
        expect(locatorOf(chain, headsAt(length + 1, count))).toContain(chain[0]!.id)
      }),
      { numRuns: 30 },
    )
  })

  it('is empty where there is nothing', () => {
    expect(locatorOf([], [])).toEqual([])
  })
})

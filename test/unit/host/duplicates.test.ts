import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MUTUAL_DIAL_WINDOW_MS } from '../../../src/host/constants.ts'
import { surplusConnections } from '../../../src/host/duplicates.ts'
import type { OpenConnection } from '../../../src/host/duplicates.ts'

interface Pair {
  id: number
  openedBySmaller: boolean
  openedAtMs: number
}

type Seen = OpenConnection & { id: number }

function seenBy(smaller: boolean, connections: readonly Pair[]): Seen[] {
  return connections.map(({ id, openedBySmaller, openedAtMs }) => ({
    id,
    openedAtMs,
    direction: openedBySmaller === smaller ? 'outbound' : 'inbound',
  }))
}

/** What is left once both sides have closed surplus connections. */
function left(connections: readonly Pair[]): number[] {
  const closed = [true, false].flatMap((smaller) => surplusConnections(seenBy(smaller, connections), smaller, true))
  const ids = new Set(closed.map(({ id }) => id))
  return connections.map(({ id }) => id).filter((id) => !ids.has(id))
}

test('one connection stays', () => {
  expect(surplusConnections(seenBy(true, [{ id: 1, openedBySmaller: false, openedAtMs: 5 }]), true, true)).toEqual([])
})

test('of a mutual dial, the connection opened by the smaller peer id stays', () => {
  const first = { id: 1, openedBySmaller: true, openedAtMs: 0 }
  const second = { id: 2, openedBySmaller: false, openedAtMs: 40 }
  expect(left([first, second])).toEqual([1])
  expect(left([second, first])).toEqual([1])
})

test('a peer that dials again has lost the old connection', () => {
  const old = { id: 1, openedBySmaller: true, openedAtMs: 0 }
  const fresh = { id: 2, openedBySmaller: false, openedAtMs: MUTUAL_DIAL_WINDOW_MS + 1 }
  expect(left([old, fresh])).toEqual([2])
})

test('of several opened by one side the newest stays, and only that side chooses, once libp2p has', () => {
  const connections = [1, 2, 3].map((id) => ({ id, openedBySmaller: false, openedAtMs: id }))
  expect(surplusConnections(seenBy(true, connections), true, true)).toEqual([])
  expect(surplusConnections(seenBy(false, connections), false, false)).toEqual([])
  expect(left(connections)).toEqual([3])
})

test('whatever was opened, exactly one connection is left', () => {
  const pair = fc.record({ openedBySmaller: fc.boolean(), openedAtMs: fc.integer({ min: 0, max: 30_000 }) })
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 6 }), (pairs) => {
      const connections = pairs.map((each, id) => ({ ...each, id }))
      expect(left(connections)).toHaveLength(1)
    }),
  )
})

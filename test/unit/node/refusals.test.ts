import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_REFUSED_PEERS, Refusals } from '../../../src/node/refusals.ts'

const peer = (index: number) => `peer ${index}` as PeerId

test('are counted by code, and by the peer that sent it', () => {
  const refusals = new Refusals()
  refusals.count('bad-frame', peer(1))
  refusals.count('bad-frame', peer(2))
  refusals.count('bad-frame', peer(1))
  refusals.count('flooded', peer(1))
  refusals.count('state-full')
  expect(refusals.totals()).toEqual({ 'bad-frame': 3, flooded: 1, 'state-full': 1 })
  expect(refusals.of(peer(1))).toEqual({ 'bad-frame': 2, flooded: 1 })
  expect(refusals.countOf(peer(1))).toBe(3)
  expect(refusals.of(peer(3))).toEqual({})
  expect(refusals.countOf(peer(3))).toBe(0)
})

test('beyond the limit the peer refused longest ago is forgotten, and the totals stay exact', () => {
  const refusals = new Refusals()
  for (let i = 0; i < MAX_REFUSED_PEERS; i++) refusals.count('bad-frame', peer(i))
  refusals.count('bad-frame', peer(0))
  refusals.count('bad-frame', peer(MAX_REFUSED_PEERS))
  expect(refusals.of(peer(0))).toEqual({ 'bad-frame': 2 })
  expect(refusals.of(peer(1))).toEqual({})
  expect(refusals.peers()).toHaveLength(MAX_REFUSED_PEERS)
  expect(refusals.totals()).toEqual({ 'bad-frame': MAX_REFUSED_PEERS + 2 })
})

test.each(['pending-full', 'too-fast', 'disk-full', 'room-full', 'author-full', 'carrier-full'])(
  '%s is the fault of nobody: it counts in total only',
  (code) => {
    const refusals = new Refusals()
    refusals.count(code, 'anna' as PeerId)
    refusals.count(code, 'anna' as PeerId)
    expect(refusals.totals()).toEqual({ [code]: 2 })
    expect([refusals.peers(), refusals.of('anna' as PeerId), refusals.countOf('anna' as PeerId)]).toEqual([[], {}, 0])
  },
)

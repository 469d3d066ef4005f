/** Places on the circle, and who holds what in small rings. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesOfPlace,
  clockwise,
  distance,
  isNearer,
  placeOfBytes,
  placeOfCopy,
  positionOf,
  type ItemKey,
} from '../../../../protocols/ring/circle.ts'
import { holdersOf, MAX_WHOLE, standIns } from '../../../../protocols/ring/holders.ts'
import { PeerTable } from '../../../../protocols/ring/peer-table.ts'
import { sha256 } from '../../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { readVectors, toHex } from '../vectors.ts'

interface Places {
  positions: { peer: PeerId; position: string }[]
  copies: { key: ItemKey; places: string[] }[]
}
const { positions, copies } = readVectors<Places>('ring/vectors/places.json')

const place = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(placeOfBytes)
const nodesOf = (count: number, seed: number) =>
  new Map(
    Array.from({ length: count }, (_, index) => {
      const peer = peerIdOfPublicKey(sha256(Buffer.from(`${seed} ${index}`)))
      return [peer, positionOf(peer) ?? 0n] as const
    }),
  )
const keyOfText = (text: string) => toHex(sha256(Buffer.from(text))) as ItemKey

describe('the vectors', () => {
  it.each(positions)('$peer has its position', ({ peer, position }) => {
    expect(toHex(bytesOfPlace(positionOf(peer) ?? 0n))).toBe(position)
  })

  it.each(copies)('$key has its places', ({ key, places }) => {
    expect(places.map((_, copy) => toHex(bytesOfPlace(placeOfCopy(key, copy))))).toEqual(places)
  })
})

describe('the circle', () => {
  it('has a shorter way between two places, the same in both directions', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(distance(a, b)).toBe(distance(b, a))
        expect([clockwise(a, b), clockwise(b, a)]).toContain(distance(a, b))
        expect(distance(a, b) <= 1n << 255n).toBe(true)
      }),
    )
  })

  it('has one nearest node for each place', () => {
    const opposite = (1n << 255n) + 5n
    const ofTwo = [isNearer(4n, 6n, 5n), isNearer(6n, 4n, 5n), isNearer(5n, opposite, 5n + (1n << 254n))]
    expect(ofTwo).toEqual([true, false, true])
    fc.assert(fc.property(place, place, place, (a, b, to) => a === b || isNearer(a, b, to) !== isNearer(b, a, to)))
  })

  it('has a node for no peer id without an Ed25519 key', () => {
    expect(positionOf('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N' as PeerId)).toBeUndefined()
  })

  it('has the places of more copies between those of fewer', () => {
    const sorted = [1, 2, 4, 8, 16].map((count) =>
      Array.from({ length: count }, (_, copy) => placeOfCopy(keyOfText('a'), copy)).toSorted((a, b) =>
        a < b ? -1 : 1,
      ),
    )
    for (const places of sorted) {
      const gaps = places.map((each, index) => clockwise(each, places[(index + 1) % places.length] ?? each))
      expect(new Set(gaps.map((gap) => gap || 1n << 256n))).toEqual(new Set([(1n << 256n) / BigInt(places.length)]))
    }
  })
})

describe('the table of nodes', () => {
  it('finds neighbours and the nearest node as a search through all does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.nat(), place, (count, seed, to) => {
        const nodes = nodesOf(count, seed)
        const table = new PeerTable()
        for (const [peer, at] of nodes) table.add({ peer, place: at, upSinceMs: 0 })
        const after = [...nodes].toSorted(([, a], [, b]) => (clockwise(to, a) < clockwise(to, b) ? -1 : 1))
        const peers = after.map(([peer]) => peer)
        expect(table.next(to, 3).map(({ peer }) => peer)).toEqual(peers.slice(0, 3))
        expect(table.previous(to, 3).map(({ peer }) => peer)).toEqual(peers.toReversed().slice(0, 3))
        const nearest = after.reduce<(typeof after)[0] | undefined>(
          (best, node) => (best === undefined || isNearer(node[1], best[1], to) ? node : best),
          undefined,
        )
        expect(table.nearest(to, () => true)?.peer).toBe(nearest?.[0])
        const others = after.filter(([peer]) => peer !== nearest?.[0])
        const second = table.nearest(to, (peer) => peer !== nearest?.[0])?.peer
        expect(second === undefined).toBe(others.length === 0)
        if (nearest !== undefined) table.delete(nearest[0])
        expect(table.nearest(to, () => true)?.peer).toBe(second)
      }),
    )
  })

  it('does not count a node at a place among the neighbours of that place', () => {
    const [own = ['', 0n] as const, ...others] = nodesOf(3, 1)
    const table = new PeerTable()
    for (const [peer, at] of [own, ...others]) table.add({ peer: peer as PeerId, place: at, upSinceMs: 0 })
    expect(table.next(own[1], 3).map(({ peer }) => peer)).not.toContain(own[0])
    expect(table.previous(own[1], 3)).toHaveLength(2)
  })
})

describe('holders', () => {
  it.each([1, 2, 3, 5, 50])('are as many as there can be in a ring of %i', (count) => {
    for (let index = 0; index < 50; index++) {
      const key = keyOfText(`item ${index}`)
      const nodes = nodesOf(count, index)
      for (const wanted of [1, 2, 4, 8, 16]) {
        const holders = holdersOf(key, wanted, nodes)
        expect(new Set(holders).size).toBe(Math.min(wanted, count))
        expect(holders.length).toBe(Math.min(wanted, count))
      }
    }
  })

  it('are the nearest nodes of all places, and others only in their stead', () => {
    for (let index = 0; index < 50; index++) {
      const nodes = nodesOf(5, index)
      const key = keyOfText(`item ${index}`)
      const nearest = Array.from(
        { length: 4 },
        (_, copy) => holdersOf(key, 1, nodes) && nearestTo(placeOfCopy(key, copy), nodes),
      )
      const holders = new Set(holdersOf(key, 4, nodes))
      for (const peer of nearest) expect(holders).toContain(peer)
      expect(standIns(key, 4, nodes).toSorted()).toEqual(
        [...holders].filter((peer) => !nearest.includes(peer)).toSorted(),
      )
    }
  })

  it('have nobody in their stead where more nodes are than anybody knows', () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed)
    const inStead = (count: number) => seeds.flatMap((seed) => standIns(keyOfText(`${seed}`), 4, nodesOf(count, seed)))
    expect(inStead(MAX_WHOLE)).not.toEqual([])
    expect(inStead(MAX_WHOLE + 1)).toEqual([])
  })
})

function nearestTo(to: bigint, nodes: ReadonlyMap<PeerId, bigint>): PeerId | undefined {
  return [...nodes].toSorted(([, a], [, b]) => (isNearer(a, b, to) ? -1 : 1))[0]?.[0]
}

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeSymbols } from '../../../../../protocols/ring/reconciliation/index.ts'
import { CodedPart } from '../../../../../protocols/ring/slices/coded-part.ts'
import { MAX_SLICE_IDS, STEPS } from '../../../../../protocols/ring/slices/constants.ts'
import { contains, without, type Part } from '../../../../../protocols/ring/slices/parts.ts'
import type { PlacedItem, SlicesPorts } from '../../../../../protocols/ring/slices/ports.ts'
import { toHex } from '../../vectors.ts'

const NONCE = new Uint8Array(16)

/** Items at places from 0 on, each with an id that says its place. */
function itemAt(place: number): PlacedItem {
  const id = new Uint8Array(32)
  new DataView(id.buffer).setUint32(0, place)
  return { place: BigInt(place), id }
}

function portsOf(items: PlacedItem[]): SlicesPorts {
  return {
    itemsIn: (part, limit) => {
      const way = ({ place }: PlacedItem): bigint => BigInt.asUintN(256, place - part.from)
      const inPart = items.filter(({ place }) => contains(part, place))
      return inPart.toSorted((a, b) => Number(way(a) - way(b))).slice(0, limit)
    },
    packed: () => undefined,
    read: () => undefined,
    isWelcome: () => false,
    isFor: () => false,
  }
}

function read(coded: CodedPart, ports: SlicesPorts): number {
  let steps = 0
  for (; !coded.isRead; steps++) coded.step(ports)
  return steps
}

const place = fc.integer({ min: 0, max: 40 })
const part = fc.record({ from: place, to: place }).map(({ from, to }): Part => ({ from: BigInt(from), to: BigInt(to) }))

it('the pieces of a part without another one are what is in the first only', () => {
  fc.assert(
    fc.property(part, part, place, (first, second, at) => {
      const pieces = without(first, second).filter((piece) => contains(piece, BigInt(at)))
      const isIn = contains(first, BigInt(at)) && !contains(second, BigInt(at))
      expect(pieces).toHaveLength(isIn ? 1 : 0)
    }),
    { numRuns: 2_000 },
  )
})

it('a part has the items in it, wherever it was before', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.uniqueArray(place), (parts, places) => {
      const ports = portsOf(places.map(itemAt))
      const [first, ...others] = parts as [Part, ...Part[]]
      const coded = new CodedPart(first, NONCE, NONCE)
      read(coded, ports)
      for (const next of others) {
        coded.move(next)
        read(coded, ports)
      }
      const fresh = new CodedPart(parts.at(-1)!, NONCE, NONCE)
      read(fresh, ports)
      expect(fresh.set.size).toBe(places.filter((at) => contains(parts.at(-1)!, BigInt(at))).length)
      expect(toHex(encodeSymbols(coded.set, 0, 40))).toBe(toHex(encodeSymbols(fresh.set, 0, 40)))
    }),
  )
})

it('a part is read in steps, and takes what comes and goes meanwhile', () => {
  const items = Array.from({ length: 3 * STEPS }, (_, index) => itemAt(2 * index))
  const ports = portsOf(items)
  const coded = new CodedPart({ from: 0n, to: 0n }, NONCE, NONCE)
  coded.step(ports)
  expect([coded.isRead, coded.set.size]).toEqual([false, STEPS])
  const [gone] = items.splice(5, 1) as [PlacedItem]
  coded.change(gone, false)
  items.push(itemAt(1))
  coded.change(itemAt(1), true)
  read(coded, ports)
  expect([coded.set.size, coded.set.has(gone.id), coded.set.has(itemAt(1).id)]).toEqual([3 * STEPS, false, true])
})

it('an item elsewhere does not join a part', () => {
  const coded = new CodedPart({ from: 5n, to: 9n }, NONCE, NONCE)
  coded.change(itemAt(9), true)
  coded.change(itemAt(5), true)
  expect([coded.set.has(itemAt(9).id), coded.set.has(itemAt(5).id)]).toEqual([false, true])
})

it('a part is too long with more than MAX_SLICE_IDS, and is read no further', () => {
  let given = 0
  const ports: SlicesPorts = {
    ...portsOf([]),
    itemsIn: (_part, limit) => Array.from({ length: limit }, () => itemAt(++given)),
  }
  const coded = new CodedPart({ from: 0n, to: 0n }, NONCE, NONCE)
  read(coded, ports)
  expect(coded.isTooLong).toBe(true)
  expect(given).toBeLessThanOrEqual(MAX_SLICE_IDS + STEPS)
})

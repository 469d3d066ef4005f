/** What of a slice a node takes, and what it costs; who holds which part. */
import { describe, expect, it } from 'vitest'
import { isNearer, placeOfCopy, positionOf } from '../../../../protocols/ring/circle.ts'
import { MAX_ITEM_BYTES } from '../../../../protocols/ring/constants.ts'
import { COSTS } from '../../../../protocols/ring/costs.ts'
import { encodeItem, readItem } from '../../../../protocols/ring/item-codec.ts'
import { itemId, keyOf, signItem, type Item } from '../../../../protocols/ring/items.ts'
import { Item as ItemMessage } from '../../../../protocols/ring/messages.ts'
import type { RingEffect } from '../../../../protocols/ring/ports.ts'
import { CodedSet, comparisonKey, encodeSymbols } from '../../../../protocols/ring/reconciliation/index.ts'
import { ITEMS_BYTES, MAX_WANTED } from '../../../../protocols/ring/slices/constants.ts'
import { contains, type Part, type SlicesRecord } from '../../../../protocols/ring/slices/index.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { MAX_INPUT_STEPS } from '../../../../protocols/wire/pieces.ts'
import { eventsIn, faultsIn, OneNode, peerOf } from './one-node.ts'

const WHOLE: Part = { from: 0n, to: 0n }
const BEN = peerOf('ben')
const NONCE = new Uint8Array(16)

function itemOf(text: string, more: Partial<Item> = {}): Item {
  return { value: Buffer.from(text), signed: undefined, ttlSeconds: 60, copies: 4, ...more }
}

const packed = (item: Item): Uint8Array => ItemMessage.encode(encodeItem(item))

/** Lets a peer that has opened a comparison of the whole ring give items to a node. */
function give(node: OneNode, ...items: Uint8Array[]): RingEffect[] {
  const receive = (record: SlicesRecord): RingEffect[] => node.receive(BEN, { type: 'slice', record })
  receive({ type: 'open', slice: 1, part: WHOLE, nonce: NONCE, answererNonce: new Uint8Array(), end: 8 })
  return receive({ type: 'items', slice: 1, isOpener: true, items })
}

const slicesSent = (effects: readonly RingEffect[]): [PeerId, SlicesRecord][] =>
  effects.flatMap((effect): [PeerId, SlicesRecord][] =>
    effect.type === 'send' && effect.record.type === 'slice' ? [[effect.to, effect.record.record]] : [],
  )

/** What a node gives to a holder that has nothing, in a comparison that it opened. */
function giftsTo(node: OneNode, holder: PeerId, open: SlicesRecord): Item[] {
  if (open.type !== 'open') return []
  const set = new CodedSet(comparisonKey(open.nonce, NONCE))
  const gifts: Item[] = []
  let sent = 0
  const say = (record: SlicesRecord): SlicesRecord[] =>
    slicesSent(node.receive(holder, { type: 'slice', record })).flatMap(([to, said]) => (to === holder ? [said] : []))
  for (let records: SlicesRecord[] = [open], record = records.shift(); record !== undefined; record = records.shift()) {
    if (record.type === 'open' || record.type === 'more') {
      const symbols = encodeSymbols(set, sent, record.end)
      records = say({ type: 'symbols', slice: record.slice, nonce: NONCE, first: sent, symbols })
      sent = record.end
    } else if (record.type === 'items') {
      gifts.push(...record.items.flatMap((bytes) => readItem(bytes) ?? []))
      records = say({ type: 'taken', slice: record.slice, kept: record.items.length })
    }
  }
  return gifts
}

describe('a node that is given items for the slice of a peer', () => {
  it('keeps those that it is to hold, with what is left of their life', () => {
    const node = new OneNode()
    node.up(BEN)
    const item = itemOf('an item')
    expect(faultsIn(give(node, packed(item)))).toEqual([])
    expect(node.items.heldItem(keyOf(item))).toMatchObject({ copies: 4, expiresAtMs: node.wallMs + 60_000 })
  })

  it('keeps none whose places others own', () => {
    const node = new OneNode()
    const peers = Array.from({ length: 30 }, (_, index) => peerOf(index))
    node.up(BEN, ...peers)
    const items = Array.from({ length: 60 }, (_, index) => itemOf(`item ${index}`, { copies: 1 }))
    give(node, ...items.map(packed))
    const own = positionOf(node.self) ?? 0n
    const places = [BEN, ...peers].map((peer) => positionOf(peer) ?? 0n)
    const away = (a: bigint, b: bigint): bigint => {
      const way = BigInt.asUintN(256, a - b)
      return way > 1n << 255n ? (1n << 256n) - way : way
    }
    const isOurs = (item: Item): boolean => {
      const place = placeOfCopy(keyOf(item), 0)
      return places.every((other) => away(own, place) < away(other, place))
    }
    for (const item of items) expect(node.held(keyOf(item))).toBe(isOurs(item))
  })

  it('refuses forged ones, those that have expired, and whatever its quota has no space for', () => {
    const node = new OneNode(400)
    node.up(BEN)
    const signer = signerOfSeed(new Uint8Array(32).fill(1))
    const signed = signItem(signer, { name: 'home', sequence: 1, value: Buffer.from('a'), ttlSeconds: 60, copies: 4 })
    const forged = packed({ ...signed, value: Buffer.from('b') })
    expect(faultsIn(give(node, forged, Buffer.from('nonsense')))).toEqual([[BEN, 'bad-item']])
    give(node, packed(itemOf('old', { ttlSeconds: 0 })))
    expect(node.items.heldTotals().items).toBe(0)
    give(node, ...[1, 2, 3, 4].map((index) => packed(itemOf(`item ${index}`))))
    expect(node.items.heldTotals().items).toBe(2)
  })

  it('keeps the newest of two versions that come at once or one after the other, under its id', () => {
    const node = new OneNode()
    node.up(BEN)
    const signer = signerOfSeed(new Uint8Array(32).fill(1))
    const version = (sequence: number): Item =>
      signItem(signer, { name: 'home', sequence, value: Buffer.from('a'), ttlSeconds: 60, copies: 4 })
    const hexId = (item: Item): string => Buffer.from(itemId(item)).toString('hex')
    give(node, packed(version(2)), packed(version(1)))
    give(node, packed(version(1)))
    expect(node.items.heldItem(keyOf(version(1)))).toMatchObject({ sequence: 2, id: hexId(version(2)) })
    give(node, packed(version(3)))
    expect(node.items.itemOfId(hexId(version(2)))).toBeUndefined()
    expect(node.items.itemOfId(hexId(version(3)))?.sequence).toBe(3)
    expect(node.items.heldTotals().items).toBe(1)
  })
})

it('an item that is stored is told to a peer that keeps its part up to date, unless that one gave it', () => {
  const node = new OneNode()
  const carla = peerOf('carla')
  node.up(BEN, carla)
  const tellings = (effects: readonly RingEffect[]): unknown[] =>
    effects.flatMap((effect) =>
      effect.type === 'send' && effect.record.type === 'slice' && effect.record.record.type === 'changed'
        ? [[effect.to, effect.record.record.slice]]
        : [],
    )
  expect(tellings(give(node, packed(itemOf('given'))))).toEqual([])
  node.receive(BEN, { type: 'slice', record: { type: 'end', slice: 1, isOpener: true, isRefused: false } })
  expect(tellings(node.ask(carla, { type: 'store', item: itemOf('stored') }))).toEqual([[BEN, 1]])
  expect(tellings(node.ask(carla, { type: 'store', item: itemOf('stored as well') }))).toEqual([])
})

it('an item that is put into a slice is reported, and one outside is not', () => {
  const node = new OneNode()
  node.up(BEN)
  const items = Array.from({ length: 20 }, (_, index) => itemOf(`item ${index}`))
  const part = { from: 0n, to: 1n << 255n }
  node.command({ type: 'slice', slice: 7, part })
  const effects = items.flatMap((item) => node.ask(BEN, { type: 'store', item }))
  const expected = items.map(keyOf).filter((key) => contains(part, placeOfCopy(key, 0)))
  expect(eventsIn(effects, 'slice-item').map(({ item }) => item.key)).toEqual(expected)
  expect(expected.length).toBeGreaterThan(0)
  expect(node.machine.heldIn(part, 100).map(({ key }) => key)).toEqual(expected.toSorted())
})

it('a part across the end of the numbers is listed clockwise', () => {
  const node = new OneNode()
  node.up(BEN)
  const keys = Array.from({ length: 20 }, (_, index) => {
    const item = itemOf(`item ${index}`)
    node.ask(BEN, { type: 'store', item })
    return keyOf(item)
  }).toSorted()
  const listed = node.machine.heldIn({ from: 1n << 255n, to: 1n << 254n }, 100).map(({ key }) => key)
  expect(listed).toEqual([...keys.filter((key) => key >= '8'), ...keys.filter((key) => key < '4')])
})

it('in a ring of many, each holder is compared in a piece of its own, and these cover all but what the node owns', () => {
  const node = new OneNode()
  node.up(...Array.from({ length: 6 }, (_, index) => peerOf(index)))
  const effects = node.command({ type: 'slice', slice: 1, part: WHOLE })
  const parts = effects.flatMap((effect) =>
    effect.type === 'send' && effect.record.type === 'slice' && effect.record.record.type === 'open'
      ? [effect.record.record.part]
      : [],
  )
  expect(parts).toHaveLength(6)
  const size = parts.reduce((sum, { from, to }) => sum + BigInt.asUintN(256, to - from), 0n)
  expect(size).toBeLessThan(1n << 256n)
  const own = positionOf(node.self) ?? 0n
  const ofOwn = (1n << 256n) - size
  expect(parts.some((part) => contains(part, own))).toBe(false)
  node.command({ type: 'slice', slice: 2, part: undefined })
  const { from, to } = node.machine.slice(2)?.part ?? WHOLE
  expect(BigInt.asUintN(256, to - from)).toBe(ofOwn)
})

it('a holder of other copies of what a node owns is given those, and no item of fewer copies', () => {
  const node = new OneNode()
  const peers = Array.from({ length: 12 }, (_, index) => peerOf(index))
  node.up(...peers)
  const items = Array.from({ length: 300 }, (_, index) => itemOf(`item ${index}`, { copies: index % 2 === 0 ? 1 : 4 }))
  for (const item of items) node.ask(peers[0]!, { type: 'store', item })
  const places = [node.self, ...peers].map((peer) => ({ peer, place: positionOf(peer)! }))
  const ownerOf = (place: bigint): PeerId =>
    places.toSorted((a, b) => (isNearer(a.place, b.place, place) ? -1 : 1))[0]!.peer
  const openings = slicesSent(node.command({ type: 'slice', slice: 1, part: undefined }))
  const given = openings.flatMap(([holder, open]) => giftsTo(node, holder, open).map((item) => ({ holder, item })))
  for (const { holder, item } of given) {
    const owners = Array.from({ length: item.copies }, (_, copy) => ownerOf(placeOfCopy(keyOf(item), copy)))
    expect(owners).toContain(holder)
  }
  expect(new Set(given.map(({ item }) => item.copies))).toEqual(new Set([4]))
})

it('no record of a slice costs more than one input, but for a single large item', () => {
  const stepsOf = (record: SlicesRecord): number => COSTS.stepsOf({ type: 'slice', record })
  const items = Array<Uint8Array>(MAX_WANTED).fill(new Uint8Array(ITEMS_BYTES / MAX_WANTED))
  expect(stepsOf({ type: 'items', slice: 1, isOpener: true, items })).toBeLessThanOrEqual(MAX_INPUT_STEPS)
  expect(stepsOf({ type: 'items', slice: 1, isOpener: true, items: [new Uint8Array(MAX_ITEM_BYTES)] })).toBeGreaterThan(
    MAX_ITEM_BYTES / 4_096,
  )
  const checksums = Array<number>(MAX_WANTED).fill(1)
  expect(stepsOf({ type: 'want', slice: 1, checksums })).toBeGreaterThan(
    stepsOf({ type: 'want', slice: 1, checksums: [1] }),
  )
  expect(stepsOf({ type: 'more', slice: 1, end: 9 })).toBeGreaterThanOrEqual(512)
})

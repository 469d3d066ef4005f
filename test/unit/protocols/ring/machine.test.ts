/** What a node keeps, offers and lets go of, and whom it wants as neighbours. */
import { beforeEach, describe, expect, it } from 'vitest'
import { distance, isNearer, placeOfCopy, positionOf, type Place } from '../../../../protocols/ring/circle.ts'
import {
  LEAVES,
  MAX_CALLS,
  MAX_EVICTED,
  MAX_OWN_REQUESTS,
  MAX_TTL_SECONDS,
  REPAIR_MS,
  REPAIR_STEP_MS,
  STABILISE_MS,
  UNREACHABLE_MS,
  WANT_MS,
} from '../../../../protocols/ring/constants.ts'
import { keyOf, signItem, type Item } from '../../../../protocols/ring/items.ts'
import type { RingEffect } from '../../../../protocols/ring/index.ts'
import type { ToldPeer } from '../../../../protocols/ring/records.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { answersIn, answerTo, eventsIn, OneNode, peerOf, requestsIn } from './one-node.ts'

let node: OneNode
const ASKER = peerOf('asker')
const signer = signerOfSeed(new Uint8Array(32).fill(1))
const placeOf = (peer: PeerId): Place => positionOf(peer) ?? 0n
const item = (text: string, more: Partial<Item> = {}): Item => {
  return { value: Buffer.from(text), signed: undefined, ttlSeconds: 60, copies: 1, ...more }
}
const named = (sequence: number, text = 'hello') =>
  signItem(signer, { name: 'home', sequence, value: Buffer.from(text), ttlSeconds: 60, copies: 4 })
const store = (stored: Item) => answersIn(node.ask(ASKER, { type: 'store', item: stored }))[0]
const get = (stored: Item) => answersIn(node.ask(ASKER, { type: 'get-item', key: keyOf(stored) }))[0]
const byDistance = (place: Place, count: number): PeerId[] =>
  Array.from({ length: count }, (_, index) => peerOf(index)).toSorted((a, b) =>
    isNearer(placeOf(a), placeOf(b), place) ? -1 : 1,
  )
const told = (...peers: PeerId[]): ToldPeer[] => peers.map((peer) => ({ peer, record: Buffer.from(peer) }))

/** A peer that comes while no other one does, so that it is asked. */
const met = (peer: PeerId): RingEffect[] => {
  node.nowMs += 1_000
  return node.up(peer)
}

beforeEach(() => {
  node = new OneNode()
  node.up(ASKER)
})

describe('what is kept', () => {
  it('is found until it expires', () => {
    expect(store(item('a'))).toEqual({ type: 'stored', outcome: 'held', sequence: 0 })
    node.wallMs += 59_500
    expect(get(item('a'))).toMatchObject({ item: { value: Uint8Array.of(97), ttlSeconds: 1 } })
    node.wallMs += 500
    expect(get(item('a'))).toEqual({ type: 'found', item: undefined })
  })

  it('lives as long, and as often, as the last one who put it wanted at least', () => {
    store(item('a', { ttlSeconds: MAX_TTL_SECONDS, copies: 2 }))
    store(item('a', { copies: 4 }))
    expect(get(item('a'))).toMatchObject({ item: { ttlSeconds: MAX_TTL_SECONDS, copies: 4 } })
  })

  it('is the one with the highest sequence, whatever comes after it', () => {
    store(named(2))
    expect(store(named(1))).toEqual({ type: 'stored', outcome: 'newer', sequence: 2 })
    expect(get(named(1))).toMatchObject({ item: { signed: { sequence: 2 } } })
    expect(store(named(3))).toMatchObject({ outcome: 'held' })
    expect(get(named(1))).toMatchObject({ item: { signed: { sequence: 3 } } })
    expect(node.items.heldTotals().items).toBe(1)
  })

  it('of two values with one sequence is the same everywhere', () => {
    const [a, b] = [named(1, 'a'), named(1, 'b')]
    store(a)
    store(b)
    const first = get(a)
    node = new OneNode()
    node.up(ASKER)
    store(b)
    store(a)
    expect(get(a)).toEqual(first)
  })

  it('stays within the quota: the farthest goes first, then the oldest, and what is farther than all is refused', () => {
    const farness = (each: Item): bigint => distance(placeOfCopy(keyOf(each), 0), placeOf(node.self))
    const all = Array.from({ length: 40 }, (_, index) => item(`${index}`, { value: Buffer.alloc(1_000, index) }))
    const nearestFirst = all.toSorted((a, b) => (farness(a) < farness(b) ? -1 : 1))
    node = new OneNode(10_000)
    node.up(ASKER)
    const outcomes = nearestFirst.toReversed().map(store)
    expect(outcomes.every((outcome) => outcome?.type === 'stored' && outcome.outcome === 'held')).toBe(true)
    expect(node.items.heldTotals().sizeBytes).toBeLessThanOrEqual(10_000)
    expect(node.machine.view).toMatchObject(node.items.heldTotals())
    expect(nearestFirst.slice(0, 4).every((each) => node.held(keyOf(each)))).toBe(true)
    expect(store(nearestFirst.at(-1)!)).toMatchObject({ outcome: 'full' })
  })

  it('does not make way in any number for one item', () => {
    const sizeBytes = 200
    node = new OneNode((MAX_EVICTED + 10) * sizeBytes)
    node.up(ASKER)
    for (let index = 0; node.items.heldTotals().items < MAX_EVICTED + 5; index++) {
      if (index % 400 === 0) node.nowMs += 60_000
      store(item(`${index}`.padEnd(sizeBytes - 128)))
    }
    const large = item('', { value: new Uint8Array((MAX_EVICTED + 9) * sizeBytes) })
    expect(store(large)).toMatchObject({ outcome: 'full' })
    expect(node.items.heldTotals().items).toBeGreaterThan(MAX_EVICTED)
  })

  it('is listed in order in both directions', () => {
    const keys = ['a', 'b', 'c'].map((text) => keyOf(item(text))).toSorted()
    for (const text of ['a', 'b', 'c']) store(item(text))
    const list = (isPrevious: boolean, after?: (typeof keys)[0]) => {
      const [answer] = answersIn(node.ask(ASKER, { type: 'get-items', after, isPrevious, limit: 2 }))
      return answer?.type === 'items' ? answer.items.map(({ key }) => key) : []
    }
    expect(list(false)).toEqual(keys.slice(0, 2))
    expect(list(false, keys[1])).toEqual(keys.slice(2))
    expect(list(true)).toEqual(keys.toReversed().slice(0, 2))
    expect(list(true, keys[1])).toEqual(keys.slice(0, 1))
  })
})

describe('neighbours', () => {
  it('are told on both sides, and not again while they are the same', () => {
    const peers = Array.from({ length: 20 }, (_, index) => peerOf(index))
    node.up(...peers)
    const body = { type: 'get-peers' as const, previous: 8, next: 3 }
    const [first] = answersIn(node.ask(ASKER, { ...body, digest: undefined }))
    if (first?.type !== 'peers') throw new Error('no neighbours were told')
    expect([first.previous.length, first.next.length]).toEqual([8, 3])
    expect(first.next.map(({ peer }) => peer).slice(0, LEAVES)).toEqual(node.machine.view.next.map(({ peer }) => peer))
  })

  it('of another ring are wanted, wherever they lie: the nearest on each side that a peer told who came', () => {
    const [via = '' as PeerId, ...others] = byDistance(placeOf(node.self), 60).toReversed()
    node.up(...others.slice(-12))
    const [lookup] = requestsIn(met(via), 'get-peers')
    const [before, beforeThat, after] = others as [PeerId, PeerId, PeerId]
    const far = { type: 'peers' as const, isSame: false, previous: told(before, beforeThat), next: told(after) }
    const wanted = eventsIn(node.receive(via, answerTo(lookup!, far)), 'wanted').map(({ peer }) => peer)
    expect(wanted).toEqual([before, after])
  })

  it('that were told and are nearer are wanted, one after another as they do not come', () => {
    const [first = '' as PeerId, second = '' as PeerId, third = '' as PeerId, ...others] = byDistance(
      placeOf(node.self),
      100,
    )
    const teller = others.at(-1)!
    const [lookup] = requestsIn(met(teller), 'get-peers')
    const peers = { type: 'peers' as const, isSame: false, previous: told(first, second, third), next: [] }
    const wanted = (effects: readonly RingEffect[]) => eventsIn(effects, 'wanted').map(({ peer }) => peer)
    const atFirst = wanted(node.receive(teller, answerTo(lookup!, peers)))
    expect(atFirst).toContain(first)
    expect(atFirst).toContain(second)
    expect(atFirst.length).toBeLessThanOrEqual(2 * LEAVES)
    const effects = node.fire('stabilise', 2 * WANT_MS)
    for (const peer of wanted(effects)) expect(atFirst).not.toContain(peer)
    const again = requestsIn(effects, 'get-peers').find(({ to }) => to === teller)
    expect(wanted(node.receive(teller, answerTo(again!, peers)))).not.toContain(first)
    node.fire('stabilise', UNREACHABLE_MS)
    const [once] = requestsIn(node.fire('stabilise', 2 * STABILISE_MS), 'get-peers').filter(({ to }) => to === teller)
    expect(wanted(node.receive(teller, answerTo(once!, peers)))).toContain(first)
  })

  it('that did not come are wanted again where a peer tells of them that came since', () => {
    const [first = '' as PeerId, ...others] = byDistance(placeOf(node.self), 100)
    const peers = { type: 'peers' as const, isSame: false, previous: told(first), next: [] }
    const wantedBy = (peer: PeerId): PeerId[] => {
      const [lookup] = requestsIn(met(peer), 'get-peers')
      return eventsIn(node.receive(peer, answerTo(lookup!, peers)), 'wanted').map((event) => event.peer)
    }
    expect(wantedBy(others.at(-1)!)).toContain(first)
    node.fire('stabilise', 2 * WANT_MS)
    expect(wantedBy(others.at(-2)!)).toContain(first)
  })

  it('of which many come at once are asked by way of the first and the last', () => {
    node = new OneNode()
    const peers = byDistance(0n, 20)
    const lookups = (effects: readonly RingEffect[]) =>
      requestsIn(effects, 'get-peers').filter(({ target }) => target !== undefined)
    expect(lookups(node.up(...peers)).map(({ to }) => to)).toEqual(peers.slice(0, 1))
    expect(lookups(node.fire('stabilise', 1_000)).map(({ to }) => to)).toEqual(peers.slice(-1))
  })

  it('that a liar tells without end stay few', () => {
    const [lookup] = requestsIn(met(peerOf('liar')), 'get-peers')
    const many = {
      type: 'peers' as const,
      isSame: false,
      previous: told(...byDistance(0n, 8)),
      next: told(...byDistance(1n << 255n, 8)),
    }
    const wanted = new Set<PeerId>()
    let request = lookup
    for (let round = 0; round < 20 && request !== undefined; round++) {
      for (const { peer } of eventsIn(node.receive(peerOf('liar'), answerTo(request, many)), 'wanted')) wanted.add(peer)
      request = requestsIn(node.fire('stabilise', 1_000), 'get-peers').find(({ to }) => to === peerOf('liar'))
    }
    expect(wanted.size).toBeGreaterThan(0)
    // Those that could be neighbours, and the nearest on each side that the lookup told.
    expect(wanted.size).toBeLessThanOrEqual(2 * LEAVES + 2)
  })

  it('leave a node without timers once all are gone, and it asks again when one comes', () => {
    node.down(ASKER)
    const quiet = [
      node.fire('stabilise', STABILISE_MS * 2),
      node.fire('fingers', STABILISE_MS),
      node.fire('repair', REPAIR_MS * 2),
    ]
    expect(quiet.flat()).toEqual([])
    const effects = node.up(ASKER)
    expect(requestsIn(effects, 'get-peers')).toHaveLength(1)
    expect(effects).toContainEqual(expect.objectContaining({ type: 'timer', timer: { type: 'stabilise' } }))
  })
})

describe('repair', () => {
  const STRANGER = peerOf('stranger')
  /** Items of one copy that belong to a peer, which comes up. */
  const handOver = (count: number) => {
    node = new OneNode()
    const items: Item[] = []
    for (let index = 0; items.length < count; index++) {
      const each = item(`${index}`)
      if (isNearer(placeOf(STRANGER), placeOf(node.self), placeOfCopy(keyOf(each), 0))) items.push(each)
    }
    node.up(ASKER)
    for (const each of items) store(each)
    node.down(ASKER)
    node.up(STRANGER)
    return items
  }
  const offered = (afterMs: number) => {
    let effects: RingEffect[] = []
    for (let step = 0; step < 3 && requestsIn(effects, 'offer').length === 0; step++) {
      effects = node.fire('repair', step === 0 ? afterMs : REPAIR_STEP_MS)
    }
    return requestsIn(effects, 'offer')
  }

  it('offers a new neighbour what is its, sends what it lacks, and lets go of it once it is held there', () => {
    const items = handOver(3)
    const [offer] = offered(2 * REPAIR_MS)
    expect(offer?.body).toMatchObject({ items: { length: 3 } })
    node.receive(STRANGER, answerTo(offer!, { type: 'wanted', lacking: [true, false, true] }))
    const stores = requestsIn(node.fire('repair', REPAIR_STEP_MS), 'store')
    expect(stores).toHaveLength(2)
    expect(items.every((each) => node.held(keyOf(each)))).toBe(true)
    for (const request of stores)
      node.receive(STRANGER, answerTo(request, { type: 'stored', outcome: 'held', sequence: 0 }))
    node.fire('repair', REPAIR_STEP_MS)
    expect(node.items.heldTotals().items).toBe(0)
    expect(node.machine.view.items).toBe(0)
  })

  it('keeps what nobody has taken', () => {
    const items = handOver(2)
    const [offer] = offered(2 * REPAIR_MS)
    node.receive(STRANGER, answerTo(offer!, { type: 'wanted', lacking: [true, true] }))
    const stores = requestsIn(node.fire('repair', REPAIR_STEP_MS), 'store')
    for (const request of stores)
      node.receive(STRANGER, answerTo(request, { type: 'stored', outcome: 'full', sequence: 0 }))
    node.fire('repair', REPAIR_STEP_MS)
    expect(items.every((each) => node.held(keyOf(each)))).toBe(true)
  })

  it('lets go of what has expired', () => {
    handOver(2)
    node.wallMs += 60_000
    node.fire('repair', 2 * REPAIR_MS)
    node.fire('repair', REPAIR_STEP_MS)
    expect(node.items.heldTotals().items).toBe(0)
  })
})

describe('a call', () => {
  const results = (effects: readonly RingEffect[]) => eventsIn(effects, 'done').map(({ result }) => result)

  it('of a node that is alone is about itself', () => {
    node = new OneNode()
    const put = results(node.command({ type: 'put', call: 1, item: item('a', { copies: 4 }) }))
    expect(put).toMatchObject([{ type: 'put', isHeld: true, holders: [node.self] }])
    const got = results(node.command({ type: 'get', call: 2, key: keyOf(item('a')), copies: 4 }))
    expect(got).toMatchObject([{ type: 'got', item: { value: Uint8Array.of(97) } }])
    const none = results(node.command({ type: 'get', call: 3, key: keyOf(item('b')), copies: 4 }))
    expect(none).toMatchObject([{ type: 'got', item: undefined }])
    const ping = results(node.command({ type: 'ping', call: 4, place: 5n, payload: new Uint8Array(0) }))
    expect(ping).toMatchObject([{ type: 'pinged', by: node.self, path: [] }])
  })

  it('is refused above the number of calls at a time', () => {
    const far = byDistance(placeOfCopy(keyOf(item('a')), 0), 50)
    node.up(...far)
    const get = (call: number) => results(node.command({ type: 'where', call, key: keyOf(item('a')), copies: 1 }))
    for (let call = 0; call < MAX_CALLS; call++) expect(get(call)).toEqual([])
    expect(get(MAX_CALLS)).toEqual([{ type: 'failed', failure: 'too-many' }])
  })

  it('ends, also where more requests wait than a node keeps', () => {
    const far = byDistance(0n, 50)
    node.up(...far)
    const where = (call: number) =>
      results(node.command({ type: 'where', call, key: keyOf(item(`${call}`)), copies: 16 }))
    const most = MAX_OWN_REQUESTS / 16
    const early = Array.from({ length: most + 60 }, (_, call) => where(call)).flat()
    expect(early.length).toBeGreaterThan(0)
    node.fire('requests', 20_000)
    node.fire('calls', 30_000)
    expect(
      results(node.command({ type: 'ping', call: 9_999, place: placeOf(node.self), payload: new Uint8Array(0) })),
    ).toHaveLength(1)
  })
})

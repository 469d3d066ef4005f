/** Requests on their way: which peer is next, what is sent again, what is refused, and what is never held for long. */
import { beforeEach, describe, expect, it } from 'vitest'
import { isNearer, positionOf, type ItemKey, type Place } from '../../../../protocols/ring/circle.ts'
import {
  ITEM_BYTES_BURST,
  MAX_FORWARDED,
  MAX_FORWARDED_BYTES,
  MAX_FORWARDED_PER_PEER,
  MAX_SENDS,
  REQUEST_BURST,
  REQUEST_MS,
  RESEND_MS,
} from '../../../../protocols/ring/constants.ts'
import { keyOf, type Item } from '../../../../protocols/ring/items.ts'
import { placeOfCopy } from '../../../../protocols/ring/circle.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { answersIn, answerTo, eventsIn, faultsIn, OneNode, peerOf, requestsIn } from './one-node.ts'

let node: OneNode
const placeOf = (peer: PeerId): Place => positionOf(peer) ?? 0n
const own = (): Place => placeOf(node.self)
const item = (text: string, sizeBytes = 0): Item => {
  return {
    value: Buffer.concat([Buffer.from(text), Buffer.alloc(sizeBytes)]),
    signed: undefined,
    ttlSeconds: 60,
    copies: 1,
  }
}
/** Peers that are nearer to a place than the node is, the nearest first. */
const nearerTo = (place: Place, count: number): PeerId[] => {
  const peers = Array.from({ length: 400 }, (_, index) => peerOf(index)).filter((peer) =>
    isNearer(placeOf(peer), own(), place),
  )
  return peers.toSorted((a, b) => (isNearer(placeOf(a), placeOf(b), place) ? -1 : 1)).slice(0, count)
}
const fartherFrom = (place: Place): PeerId => {
  const found = Array.from({ length: 400 }, (_, index) => peerOf(index)).find((peer) =>
    isNearer(own(), placeOf(peer), place),
  )
  if (found === undefined) throw new Error('all peers are nearer')
  return found
}
const far = (): Place => BigInt.asUintN(256, own() + (1n << 254n))
const getId = { type: 'get-id' as const, key: undefined }

beforeEach(() => {
  node = new OneNode()
})

describe('a request for a place', () => {
  it('goes to the nearest peer, with one hop less, and the answer goes back', () => {
    const [next = '' as PeerId, other = '' as PeerId] = nearerTo(far(), 2)
    const asker = fartherFrom(far())
    node.up(other, next, asker)
    const [forwarded] = requestsIn(node.ask(asker, getId, { target: far(), isTraced: true }), 'get-id')
    expect(forwarded).toMatchObject({ to: next, hops: 39, target: far() })
    const body = { type: 'id' as const, items: 1, sizeBytes: 2, holds: false, sequence: 0 }
    const back = node.receive(next, answerTo(forwarded!, body, { from: peerOf('far'), path: [next] }))
    expect(back).toEqual([
      {
        type: 'send',
        to: asker,
        record: { type: 'answer', request: 1, from: peerOf('far'), path: [node.self, next], body },
      },
    ])
    expect(node.machine.forwarded).toBe(0)
  })

  it('is answered where nobody is nearer, also by a node without peers but one', () => {
    const asker = fartherFrom(far())
    node.up(asker)
    expect(answersIn(node.ask(asker, getId, { target: far() }))).toMatchObject([{ type: 'id' }])
  })

  it('passes the nodes that shall not answer, and comes to an end where there are no others', () => {
    const [next = '' as PeerId, second = '' as PeerId] = nearerTo(far(), 2)
    const asker = fartherFrom(far())
    node.up(next, second, asker)
    const around = { target: far(), except: [next] }
    expect(requestsIn(node.ask(asker, getId, around), 'get-id')).toMatchObject([{ to: second }])
    const nobody = { target: far(), except: [next, second, node.self] }
    expect(answersIn(node.ask(asker, getId, nobody))).toEqual([{ type: 'failure', failure: 'nobody' }])
  })

  it('ends after its last hop', () => {
    const asker = fartherFrom(far())
    node.up(...nearerTo(far(), 1), asker)
    const ended = node.ask(asker, getId, { target: far(), hops: 0 })
    expect(answersIn(ended)).toEqual([{ type: 'failure', failure: 'too-many-hops' }])
  })

  it('does not go back: from a node that is nearer it is refused, so no route is a loop', () => {
    const [nearer = '' as PeerId] = nearerTo(far(), 1)
    node.up(nearer)
    const effects = node.ask(nearer, getId, { target: far() })
    expect(faultsIn(effects)).toEqual([[nearer, 'not-nearer']])
    expect(answersIn(effects)).toEqual([{ type: 'failure', failure: 'nobody' }])
  })

  it('is sent again, and then to the next best, and back to its start as nobody', () => {
    const peers = nearerTo(far(), 4)
    const asker = fartherFrom(far())
    node.up(...peers, asker)
    const sentTo = requestsIn(node.ask(asker, getId, { target: far() }), 'get-id').map(({ to }) => to)
    const answers: unknown[] = []
    for (let tick = 0; tick < 4 * MAX_SENDS; tick++) {
      const effects = node.fire('requests', RESEND_MS)
      sentTo.push(...requestsIn(effects, 'get-id').map(({ to }) => to))
      answers.push(...answersIn(effects))
    }
    const expected = peers.slice(0, 3).flatMap((peer) => Array<PeerId>(MAX_SENDS).fill(peer))
    expect(sentTo).toEqual(expected)
    expect(answers).toEqual([{ type: 'failure', failure: 'nobody' }])
  })

  it('stays with a peer that is still working on it, but not for ever', () => {
    const [next = '' as PeerId] = nearerTo(far(), 2)
    const asker = fartherFrom(far())
    node.up(...nearerTo(far(), 2), asker)
    const [first] = requestsIn(node.ask(asker, getId, { target: far() }), 'get-id')
    for (let ms = 0; ms < REQUEST_MS - RESEND_MS; ms += RESEND_MS) {
      const again = requestsIn(node.fire('requests', RESEND_MS), 'get-id')
      expect(again.every(({ to }) => to === next)).toBe(true)
      node.receive(next, { type: 'pending', request: first!.request })
    }
    node.fire('requests', RESEND_MS)
    expect(node.machine.forwarded).toBe(0)
  })

  it('takes another way at once if a peer goes, and is answered here if all that were nearer are gone', () => {
    const [next = '' as PeerId, second = '' as PeerId] = nearerTo(far(), 2)
    const asker = fartherFrom(far())
    node.up(next, second, asker)
    node.ask(asker, getId, { target: far() })
    expect(requestsIn(node.down(next), 'get-id')).toMatchObject([{ to: second }])
    expect(answersIn(node.down(second))).toMatchObject([{ type: 'id' }])
  })

  it('is forgotten when who asked is gone', () => {
    const asker = fartherFrom(far())
    node.up(...nearerTo(far(), 1), asker)
    node.ask(asker, getId, { target: far() })
    node.down(asker)
    expect(node.machine.forwarded).toBe(0)
  })

  it('that comes again is not asked again', () => {
    const asker = fartherFrom(far())
    node.up(...nearerTo(far(), 1), asker)
    node.ask(asker, getId, { target: far(), request: 7 })
    const again = node.ask(asker, getId, { target: far(), request: 7 })
    expect(again).toEqual([{ type: 'send', to: asker, record: { type: 'pending', request: 7 } }])
  })
})

describe('too much', () => {
  it('of one peer is refused and counted, and then it has its rate', () => {
    const asker = peerOf('asker')
    node.up(asker)
    for (let count = 0; count < REQUEST_BURST; count++) expect(faultsIn(node.ask(asker, getId))).toEqual([])
    const refused = node.ask(asker, getId)
    expect(faultsIn(refused)).toEqual([[asker, 'request-flood']])
    expect(answersIn(refused)).toEqual([{ type: 'failure', failure: 'busy' }])
    node.down(asker)
    node.up(asker)
    expect(faultsIn(node.ask(asker, getId))).toEqual([[asker, 'request-flood']])
    node.nowMs += 1_000
    expect(faultsIn(node.ask(asker, getId))).toEqual([])
  })

  it('in items of one peer is refused', () => {
    const asker = peerOf('asker')
    node.up(asker)
    const sizeBytes = 1_000_000
    const storing = (index: number) => node.ask(asker, { type: 'store', item: item(`${index}`, sizeBytes) })
    const most = Math.ceil(ITEM_BYTES_BURST / sizeBytes)
    for (let index = 0; index < most; index++) expect(faultsIn(storing(index))).toEqual([])
    expect(faultsIn(storing(most))).toEqual([[asker, 'request-flood']])
  })

  it('that is forwarded for one peer, or for all, or in bytes, is refused as busy', () => {
    const farther = Array.from({ length: 400 }, (_, index) => peerOf(index)).filter((peer) =>
      isNearer(own(), placeOf(peer), far()),
    )
    node.up(...nearerTo(far(), 1), ...farther.slice(0, 20))
    const asks = (asker: PeerId, count: number) =>
      Array.from({ length: count }, () => answersIn(node.ask(asker, getId, { target: far() }))).flat()
    const busy = { type: 'failure', failure: 'busy' }
    expect(asks(farther[0]!, MAX_FORWARDED_PER_PEER)).toEqual([])
    expect(asks(farther[0]!, 1)).toEqual([busy])
    const others = MAX_FORWARDED / MAX_FORWARDED_PER_PEER
    for (const asker of farther.slice(1, others)) expect(asks(asker, MAX_FORWARDED_PER_PEER)).toEqual([])
    expect(asks(farther[others]!, 1)).toEqual([busy])
  })

  it('bytes that are forwarded are refused as busy', () => {
    const sizeBytes = 1_000_000
    let refused = 0
    const most = Math.floor(MAX_FORWARDED_BYTES / sizeBytes)
    for (let index = 0; index <= most; index++) {
      const large = item(`${index}`, sizeBytes)
      const place = placeOfCopy(keyOf(large), 0)
      const [next] = nearerTo(place, 1)
      if (next === undefined) throw new Error('no peer is nearer')
      const asker = fartherFrom(place)
      node.up(next, asker)
      const effects = node.ask(asker, { type: 'store', item: large }, { target: place })
      refused += answersIn(effects).filter(({ type }) => type === 'failure').length
    }
    expect(refused).toBeGreaterThan(0)
    expect(node.machine.forwarded).toBeLessThanOrEqual(most)
  })
})

describe('an answer', () => {
  const key = keyOf(item('right'))
  /** The node forwards a request for the item to a peer. */
  const forwarded = () => {
    const place = placeOfCopy(key, 0)
    const peers = nearerTo(place, 2)
    const asker = fartherFrom(place)
    node.up(...peers, asker)
    const [request] = requestsIn(node.ask(asker, { type: 'get-item', key }, { target: place }), 'get-item')
    return { peers, asker, request: request! }
  }

  it('with another item than was asked for is counted, and somebody else is asked', () => {
    const { peers, request } = forwarded()
    const effects = node.receive(peers[0]!, answerTo(request, { type: 'found', item: item('wrong') }))
    expect(faultsIn(effects)).toEqual([[peers[0], 'wrong-item']])
    expect(requestsIn(effects, 'get-item')).toMatchObject([{ to: peers[1] }])
    expect(answersIn(effects)).toEqual([])
  })

  it('of another kind is counted, and somebody else is asked', () => {
    const { peers, request } = forwarded()
    const effects = node.receive(peers[0]!, answerTo(request, { type: 'stored', outcome: 'held', sequence: 0 }))
    expect(faultsIn(effects)).toEqual([[peers[0], 'wrong-answer']])
    expect(requestsIn(effects, 'get-item')).toMatchObject([{ to: peers[1] }])
  })

  it('of somebody else, or to nothing that was asked, has no effect', () => {
    const { peers, request } = forwarded()
    const right = { type: 'found' as const, item: item('right') }
    expect(answersIn(node.receive(peers[1]!, answerTo(request, right)))).toEqual([])
    const unasked = node.receive(peers[0]!, answerTo({ request: request.request + 1 }, right))
    expect(faultsIn(unasked)).toEqual([[peers[0], 'unasked-answer']])
    expect(answersIn(node.receive(peers[0]!, answerTo(request, right)))).toEqual([right])
  })

  it('to a list is refused if its keys are out of order, on the wrong side or too many', () => {
    const listed = (...keys: number[]) =>
      keys.map((byte) => {
        return { key: byte.toString(16).padStart(64, '0') as ItemKey, sequence: 0, sizeBytes: 1 }
      })
    const lists = [listed(4, 3), listed(3, 3), listed(2), listed(3, 4, 5)]
    for (const items of lists) {
      node = new OneNode()
      const [next = '' as PeerId] = nearerTo(far(), 1)
      const asker = fartherFrom(far())
      node.up(next, asker)
      const body = { type: 'get-items' as const, after: listed(2)[0]!.key, isPrevious: false, limit: 2 }
      const [request] = requestsIn(node.ask(asker, body, { target: far() }), 'get-items')
      expect(faultsIn(node.receive(next, answerTo(request!, { type: 'items', items })))).toEqual([[next, 'wrong-list']])
    }
  })
})

describe('an item that is to be stored', () => {
  it('is counted once, if several who put it are answered here at one time', () => {
    const nearby = Array.from({ length: 99 }, (_, i) => item(`item ${i}`))
    const stored = nearby.find((each) => nearerTo(placeOfCopy(keyOf(each), 0), 1).length === 1)!
    const target = placeOfCopy(keyOf(stored), 0)
    const [next = '' as PeerId] = nearerTo(target, 1)
    const asker = fartherFrom(target)
    node.up(next, asker)
    for (let i = 0; i < 3; i++) node.ask(asker, { type: 'store', item: stored }, { target })
    expect(answersIn(node.down(next))).toMatchObject(Array(3).fill({ outcome: 'held' }))
    expect(node.items.heldTotals().items).toBe(1)
    expect(node.machine.view).toMatchObject(node.items.heldTotals())
  })

  it('is refused at a place that is none of its own, so nobody chooses where it lies', () => {
    const asker = fartherFrom(own() + 1n)
    node.up(asker)
    const effects = node.ask(asker, { type: 'store', item: item('a') }, { target: own() + 1n })
    expect(faultsIn(effects)).toEqual([[asker, 'misplaced-item']])
    expect(node.items.heldTotals().items).toBe(0)
  })

  it('is refused without a valid signature, or if it has expired', () => {
    const asker = peerOf('asker')
    node.up(asker)
    const signed = { author: peerOf('author'), name: 'home', sequence: 1, signature: new Uint8Array(64) }
    const forged = node.ask(asker, { type: 'store', item: { ...item('a'), signed } })
    const expired = node.ask(asker, { type: 'store', item: { ...item('a'), ttlSeconds: 0 } })
    expect([...faultsIn(forged), ...faultsIn(expired)]).toEqual([
      [asker, 'bad-item'],
      [asker, 'bad-item'],
    ])
    expect(node.items.heldTotals().items).toBe(0)
  })
})

it('a message for this node is told to its user, and answered', () => {
  const asker = peerOf('asker')
  node.up(asker)
  const hello = { type: 'hello' as const, payload: Buffer.from('hi'), record: Buffer.from('r') }
  const effects = node.ask(asker, hello)
  expect(eventsIn(effects, 'hello')).toEqual([{ ...hello, from: asker }])
  expect(answersIn(effects)).toMatchObject([{ type: 'hello', record: Buffer.from(`record of ${node.self}`) }])
})

it('records of a peer whose stream is not open, or that has no Ed25519 key, are ignored', () => {
  node.up('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N' as PeerId)
  expect(node.machine.view.connected).toBe(0)
  expect(node.ask(peerOf('nobody'), getId)).toEqual([])
})

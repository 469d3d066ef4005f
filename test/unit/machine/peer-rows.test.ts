/** What is stored about the peers of rooms over restarts. */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_PEER_FRONTIERS } from '../../../src/machine/constants.ts'
import { PeerRows } from '../../../src/machine/batch-sync/peer-rows.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { idOf } from '../../acceptance/store-rows.ts'
import { at } from '../room/history.ts'
import { Nodes } from './nodes.ts'

const room = idOf('room')
const otherRoom = idOf('other room')
const peerOf = (index: number) => `peer-${index}` as PeerId

function setUp() {
  const store = memoryStore()
  const rows = new PeerRows(store)
  const tell = (peer: PeerId, seenMs: number, of = room): void => {
    rows.write({ type: 'put-peer-frontier', room: of, peer, frontier: [idOf(seenMs)], seenMs }, at(0))
  }
  const sent = (peer: PeerId, label: string, of = room): void => {
    rows.write({ type: 'put-unacked', room: of, peer, id: idOf(label), sends: 2, sentMs: 5 }, at(0))
  }
  return { store, rows, tell, sent }
}

describe('the rows of peers', () => {
  it('are put, replaced and deleted as the machine says', () => {
    const { store, rows, tell, sent } = setUp()
    tell(peerOf(1), 1)
    tell(peerOf(1), 2)
    sent(peerOf(1), 'a')
    sent(peerOf(1), 'b')
    rows.write({ type: 'delete-unacked', room, peer: peerOf(1), id: idOf('a') }, at(0))
    expect(store.peerFrontiers(room)).toEqual([{ peer: peerOf(1), frontier: [idOf(2)], seenMs: 2 }])
    expect(store.unacked(room, peerOf(1))).toEqual([{ id: idOf('b'), sends: 2, sentMs: 5 }])
  })

  it('have the wall time in whole milliseconds, although a monotonic clock has fractions', () => {
    const { store, rows } = setUp()
    const now = { monotonicMs: 1_000.75, wallMs: 1_700_000_000_000 }
    rows.write({ type: 'put-peer-frontier', room, peer: peerOf(1), frontier: [], seenMs: 1_000.75 }, now)
    rows.write({ type: 'put-unacked', room, peer: peerOf(1), id: idOf('a'), sends: 1, sentMs: 990.5 }, now)
    expect(store.peerFrontiers(room)).toMatchObject([{ seenMs: now.wallMs }])
    expect(store.unacked(room, peerOf(1))).toMatchObject([{ sentMs: now.wallMs - 10 }])
  })

  it(`are kept for ${MAX_PEER_FRONTIERS} peers of a room; the one seen longest ago goes, with all its rows`, () => {
    const { store, tell, sent } = setUp()
    tell(peerOf(0), 0, otherRoom)
    sent(peerOf(0), 'elsewhere', otherRoom)
    for (let i = 0; i < MAX_PEER_FRONTIERS; i++) {
      tell(peerOf(i), 100 + i)
      sent(peerOf(i), 'a')
    }
    expect(store.peerFrontiers(room)).toHaveLength(MAX_PEER_FRONTIERS)
    tell(peerOf(0), 1_000)
    tell(peerOf(MAX_PEER_FRONTIERS), 1_001)
    const kept = store.peerFrontiers(room).map(({ peer }) => peer)
    expect(kept).toHaveLength(MAX_PEER_FRONTIERS)
    expect(kept.slice(0, 2)).toEqual([peerOf(MAX_PEER_FRONTIERS), peerOf(0)])
    expect(kept).not.toContain(peerOf(1))
    expect(store.unacked(room, peerOf(1))).toEqual([])
    expect(store.unacked(room, peerOf(0))).toHaveLength(1)
    expect(store.unacked(otherRoom, peerOf(0)), 'other rooms have rows of their own').toHaveLength(1)
    expect(store.peerFrontiers(otherRoom)).toHaveLength(1)
  })
})

describe('a node', () => {
  it('remembers what a peer holds and was last sent, until it is acknowledged', () => {
    const nodes = new Nodes()
    const anna = nodes.add('anna', 1)
    const bob = nodes.add('bob', 2)
    const shared = anna.create()
    bob.command({ type: 'join', room: shared })
    nodes.link(anna, bob)
    nodes.run(5_000)
    const heads = anna.store.newestHeads(shared, Infinity).map(({ id }) => id)
    expect(anna.store.peerFrontiers(shared)).toMatchObject([{ peer: bob.peer }])
    const said = anna.say(shared, 'on its way')
    anna.restart()
    expect(anna.store.unacked(shared, bob.peer)).toMatchObject([{ id: said, sends: 1 }])
    expect(anna.store.peerFrontiers(shared)).toMatchObject([{ peer: bob.peer, frontier: heads }])
    nodes.run(5_000)
    expect(bob.has(said)).toBe(true)
    expect(anna.store.unacked(shared, bob.peer)).toEqual([])
  })
})

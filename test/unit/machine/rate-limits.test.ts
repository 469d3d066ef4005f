/** How much a node takes from whom, and that nobody has to pay for others. */
import { describe, expect, it } from 'vitest'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { BYTES_RATE_PER_PEER, DEFER_MS } from '../../../src/machine/constants.ts'
import { MAX_PENDING_BYTES_PER_PEER } from '../../../src/room/constants.ts'
import { Rooms } from '../../../src/machine/rooms.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { at, chainOf, NOW_MS, peerA, peerB, rootOf, signerOf } from '../room/history.ts'
import { Nodes, RawPeer } from './nodes.ts'

const root = rootOf()
const room = root.id

/** The rooms of a node that carries the room, so that nothing is folded. */
function carryingRooms(): Rooms {
  const init = {
    store: memoryStore(),
    signer: signerOf(99),
    random: seededRandom(1),
    apps: byName(builtInApps),
    authorName: () => 'Node',
  }
  const rooms = new Rooms(init)
  rooms.carry(room, Number.MAX_SAFE_INTEGER, NOW_MS)
  rooms.receive(room, [root.block], peerA, at(NOW_MS))
  return rooms
}

/** More than an author writes in ten minutes by hand, or in one go by most programs. */
const YOUNG = 40_000

/** Documents in one MESSAGE; the last one is signed. */
const PER_MESSAGE = 500

/** A signed document after the root, written at a given time. */
function writtenAt(author: number, timeMs: number, { text = 'hello', signer = signerOf(author) } = {}): Document {
  const fields = { room, author: signerOf(author).author, seq: 0, previous: null, parents: [room], clock: 2, timeMs }
  return encodeDocument({ ...fields, epoch: 0, kind: 'message', links: [], body: encodeText(text) }, signer)
}

describe('an author', () => {
  it('may write as much as there is, however young it is', { timeout: 120_000 }, () => {
    const rooms = carryingRooms()
    const history = chainOf(root, 1, YOUNG, PER_MESSAGE)
    let accepted = 0
    for (let i = 0; i < history.length; i += PER_MESSAGE) {
      const blocks = history.slice(i, i + PER_MESSAGE).map(({ block }) => block)
      const intake = rooms.receive(room, blocks, peerA, at(NOW_MS))?.intake
      expect(intake?.deferred).toEqual([])
      accepted += intake?.accepted.length ?? 0
    }
    expect(accepted).toBe(history.length)
  })
})

describe('a peer', () => {
  it(`may bring ${BYTES_RATE_PER_PEER.burst} bytes at once, then ${BYTES_RATE_PER_PEER.perSecond} a second`, () => {
    const rooms = carryingRooms()
    const text = 'x'.repeat(60_000)
    // Old documents by many authors: only the bytes count.
    const documentAt = (index: number) => writtenAt(1_000 + index, 0, { text })
    let broughtBytes = 0
    let count = 0
    const bring = (from: PeerId, nowMs: number): boolean => {
      const document = documentAt(count)
      const intake = rooms.receive(room, [document.block], from, at(nowMs))?.intake
      if (intake?.deferred.length === 1) return false
      count++
      broughtBytes += document.block.length
      return true
    }
    while (bring(peerA, NOW_MS)) expect(broughtBytes).toBeLessThan(2 * BYTES_RATE_PER_PEER.burst)
    expect(broughtBytes).toBeGreaterThan(BYTES_RATE_PER_PEER.burst - text.length)
    expect(broughtBytes).toBeLessThan(BYTES_RATE_PER_PEER.burst + 2 * text.length)
    expect(bring(peerB, NOW_MS), 'another peer may').toBe(true)
    expect(bring(peerA, NOW_MS)).toBe(false)
    expect(bring(peerA, NOW_MS + 10)).toBe(true)
    broughtBytes = 0
    while (bring(peerA, NOW_MS + 1_000)) expect(broughtBytes).toBeLessThan(2 * BYTES_RATE_PER_PEER.perSecond)
    expect(broughtBytes).toBeGreaterThan(0.9 * BYTES_RATE_PER_PEER.perSecond)
  })
})

describe('a peer that brings what others wait for', () => {
  it('does not pay for what others brought', () => {
    const init = {
      store: memoryStore(),
      signer: signerOf(99),
      random: seededRandom(1),
      apps: byName(builtInApps),
      authorName: () => 'Node',
    }
    const rooms = new Rooms(init)
    rooms.carry(room, Number.MAX_SAFE_INTEGER, NOW_MS)
    const text = 'x'.repeat(60_000)
    const perPeer = Math.floor(MAX_PENDING_BYTES_PER_PEER / 60_500)
    const waiting = Array.from({ length: 8 * perPeer }, (_, i) => writtenAt(1_000 + (i % 50), i, { text }))
    for (const [i, { block }] of waiting.entries()) {
      rooms.receive(room, [block], `peer-${Math.floor(i / perPeer)}` as PeerId, at(NOW_MS))
    }
    expect(rooms.get(room)?.graph.pendingCount).toBe(waiting.length)
    expect(rooms.receive(room, [root.block], peerA, at(NOW_MS))?.intake.accepted).toHaveLength(1 + waiting.length)
    let broughtBytes = 0
    for (let i = 0; broughtBytes < BYTES_RATE_PER_PEER.burst / 2; i++) {
      const { block } = writtenAt(5_000 + i, 0, { text })
      expect(rooms.receive(room, [block], peerA, at(NOW_MS))?.intake.deferred).toEqual([])
      broughtBytes += block.length
    }
  })
})

describe('a node', () => {
  it(`tells a peer which documents came too fast, and to resend them after ${DEFER_MS} ms`, () => {
    const nodes = new Nodes()
    const anna = nodes.add('anna', 1)
    anna.command({ type: 'carry', room, maxBytes: Number.MAX_SAFE_INTEGER })
    const mallory = new RawPeer(nodes, 'mallory')
    nodes.link(anna, mallory)
    mallory.enter(anna, room)
    mallory.sendDocuments(anna, room, [root])
    const text = 'x'.repeat(60_000)
    const count = Math.ceil(BYTES_RATE_PER_PEER.burst / text.length)
    for (let i = 0; i < count; i++) mallory.sendDocuments(anna, room, [writtenAt(1_000 + i, NOW_MS, { text })])
    const more = writtenAt(1, NOW_MS)
    mallory.sendDocuments(anna, room, [more])
    nodes.run(10)
    expect(mallory.received.findLast(({ type }) => type === 'defer')).toEqual({
      ...{ type: 'defer', topic: topicKeyOf(room), ids: [more.id], afterMs: DEFER_MS },
    })
    expect(anna.faultCodes()).toEqual(['too-fast'])
    nodes.run(DEFER_MS)
    mallory.sendDocuments(anna, room, [more])
    nodes.run(10)
    expect(anna.has(more.id)).toBe(true)
  })
})

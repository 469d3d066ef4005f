/** How much a node takes from whom, and that nobody has to pay for others. */
import { beforeAll, describe, expect, it } from 'vitest'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { BYTES_RATE_PER_PEER, DEFER_MS, NEW_FOR_MS, RATE_PER_AUTHOR } from '../../../src/machine/constants.ts'
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
    authorName: 'Node',
  }
  const rooms = new Rooms(init)
  rooms.carry(room, Number.MAX_SAFE_INTEGER, NOW_MS)
  rooms.receive(room, [root.block], peerA, at(NOW_MS))
  return rooms
}

/** Documents in one MESSAGE of the flood; the last one is signed. */
const PER_MESSAGE = 500

/** As many documents by one author as are allowed at once. */
let flood: Document[]

beforeAll(() => {
  flood = chainOf(root, 1, RATE_PER_AUTHOR.burst, PER_MESSAGE)
})

const blocksOf = (documents: readonly Document[]) => documents.map(({ block }) => block)

/** A signed document after the root, written at a given time. */
function writtenAt(author: number, timeMs: number, { text = 'hello', signer = signerOf(author) } = {}): Document {
  const fields = { room, author: signerOf(author).author, seq: 0, previous: null, parents: [room], clock: 2, timeMs }
  return encodeDocument({ ...fields, epoch: 0, kind: 'message', links: [], body: encodeText(text) }, signer)
}

describe('an author', () => {
  it(`may write ${RATE_PER_AUTHOR.burst} documents at once, then ${RATE_PER_AUTHOR.perSecond} a second`, () => {
    const rooms = carryingRooms()
    expect(rooms.receive(room, blocksOf(flood), peerA, at(NOW_MS))?.intake.deferred).toEqual([])
    const more = writtenAt(1, NOW_MS)
    expect(rooms.receive(room, [more.block], peerA, at(NOW_MS))?.intake).toMatchObject({
      ...{ accepted: [], durable: [], rejected: ['too-fast'], deferred: [more.id] },
    })
    const other = writtenAt(2, NOW_MS)
    expect(rooms.receive(room, [other.block], peerA, at(NOW_MS))?.intake.durable, 'others may').toEqual([other.id])
    const later = NOW_MS + 1_000 / RATE_PER_AUTHOR.perSecond
    expect(rooms.receive(room, [more.block], peerB, at(later))?.intake.durable).toEqual([more.id])
    expect(rooms.receive(room, [writtenAt(1, NOW_MS + 1).block], peerB, at(later))?.intake.rejected).toEqual([
      'too-fast',
    ])
  })

  it(`is not limited in what it wrote ${NEW_FOR_MS} ms ago, but is in what its clock calls the future`, () => {
    const rooms = carryingRooms()
    rooms.receive(room, blocksOf(flood), peerA, at(NOW_MS))
    const verdict = (timeMs: number) =>
      rooms.receive(room, [writtenAt(1, timeMs).block], peerA, at(NOW_MS))?.intake.rejected[0] ?? 'welcome'
    expect(verdict(NOW_MS - NEW_FOR_MS)).toBe('welcome')
    expect(verdict(0), 'a clock at 1970').toBe('welcome')
    expect(verdict(NOW_MS - NEW_FOR_MS + 1)).toBe('too-fast')
    expect(verdict(NOW_MS + 1_000 * NEW_FOR_MS), 'a clock far ahead').toBe('too-fast')
  })

  it('pays nothing for what others write in its name', () => {
    const rooms = carryingRooms()
    const forger = signerOf(66)
    const forged = Array.from({ length: 500 }, (_, i) => writtenAt(1, NOW_MS, { text: `forged ${i}`, signer: forger }))
    expect(rooms.receive(room, blocksOf(forged), peerB, at(NOW_MS))?.intake.rejected).toHaveLength(forged.length)
    const unproven = flood.slice(0, PER_MESSAGE - 1)
    expect(rooms.receive(room, blocksOf(unproven), peerB, at(NOW_MS))?.intake.accepted).toEqual([])
    expect(rooms.receive(room, blocksOf(flood), peerA, at(NOW_MS))?.intake.deferred).toEqual([])
  })

  it('pays once for a document that arrives twice', () => {
    const rooms = carryingRooms()
    const most = blocksOf(flood.slice(0, -PER_MESSAGE))
    for (const peer of [peerA, peerB, peerA]) rooms.receive(room, most, peer, at(NOW_MS))
    const more = writtenAt(1, NOW_MS)
    expect(rooms.receive(room, [more.block], peerA, at(NOW_MS))?.intake.durable).toEqual([more.id])
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
      authorName: 'Node',
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
    for (let i = 0; i < flood.length; i += PER_MESSAGE) {
      mallory.sendDocuments(anna, room, flood.slice(i, i + PER_MESSAGE))
    }
    const more = writtenAt(1, NOW_MS)
    mallory.sendDocuments(anna, room, [more])
    nodes.run(10)
    expect(mallory.ids('ack')).toHaveLength(1 + flood.length)
    expect(mallory.received.filter(({ type }) => type === 'defer')).toEqual([
      { type: 'defer', topic: topicKeyOf(room), ids: [more.id], afterMs: DEFER_MS },
    ])
    expect(anna.faultCodes()).toEqual(['too-fast'])
    nodes.run(DEFER_MS)
    mallory.sendDocuments(anna, room, [more])
    nodes.run(10)
    expect(anna.has(more.id)).toBe(true)
  })
})

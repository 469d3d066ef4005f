/**
 * Rooms with many concurrent heads, such as anybody can make in an open room: what nodes exchange depends on what
 * they lack, not on the number of heads. The documents of the invented authors are not signed, and nodes take
 * them as if they were, because checking 20,000 signatures would take most of the time.
 */
import { describe, expect, it } from 'vitest'
import { MAX_PARENTS } from '../../../protocols/document/constants.ts'
import { decodeDocument, encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS } from '../../../protocols/room-state/constants.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { NOW_MS, rootOf } from '../room/history.ts'
import { Nodes, storeWith, type TestNode } from './nodes.ts'

const TRUSTING = { decode: decodeDocument, isSignatureValid: () => true }

/** Metadata and acknowledgements of both sides, and a message that joins as many heads as it can name. */
const MAX_EXCHANGE_BYTES = 32_768

const root = rootOf()
const room: RoomId = root.id

/** Documents that all follow the root, each by another author. */
function inventedHeads(count: number): Document[] {
  return Array.from({ length: count }, (_, i) =>
    encodeDocument({
      ...{ room, author: peerIdOfPublicKey(sha256(Buffer.from(`invented ${i}`))), seq: 0, previous: null },
      ...{ parents: [room], clock: 2, timeMs: NOW_MS, epoch: 0, kind: 'message', links: [], body: encodeText('hi') },
    }),
  )
}

interface Pair {
  nodes: Nodes
  anna: TestNode
  bob: TestNode
  heads: readonly Document[]
}

/** Two nodes that hold the same and have met; Bob joined as a newcomer. */
function met(count: number): Pair {
  const nodes = new Nodes(TRUSTING)
  const heads = inventedHeads(count)
  const anna = nodes.add('anna', 1, storeWith([root, ...heads], TRUSTING))
  const bob = nodes.add('bob', 2)
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(120_000)
  return { nodes, anna, bob, heads }
}

function sentBytes({ sent }: Nodes): number {
  return sent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function recordTypes({ sent }: Nodes): Set<string> {
  return new Set(sent.map(({ record }) => record.type))
}

function expectEqual({ anna, bob }: Pair): void {
  expect(bob.documents(room)).toEqual(anna.documents(room))
  expect(anna.stateHash(room)).toBe(bob.stateHash(room))
}

describe.each([300, 9_000, 20_000])('in a room with %i heads', (count) => {
  it('what is exchanged is what is lacking', () => {
    const pair = met(count)
    const { nodes, anna, bob, heads } = pair
    expectEqual(pair)
    const toBob = nodes.documentsTo(bob)
    expect(new Set(toBob).size, 'a newcomer gets everything').toBeGreaterThanOrEqual(1 + count)
    expect(toBob.length, 'once').toBeLessThanOrEqual(count + 4)
    expect(nodes.documentsTo(anna).filter((id) => heads.some((head) => head.id === id))).toEqual([])

    const before = anna.store.headCount(room)
    for (const [i, author] of [anna, bob, anna, bob].entries()) {
      nodes.forgetSent()
      const id = author.say(room, `text ${i}`)
      nodes.run(10_000)
      expect([...nodes.documentsTo(anna), ...nodes.documentsTo(bob)], 'a message moves itself').toEqual([id])
      expect(recordTypes(nodes)).not.toContain('ranges')
      expect(sentBytes(nodes)).toBeLessThan(MAX_EXCHANGE_BYTES)
    }
    expectEqual(pair)
    expect(anna.store.headCount(room), 'each joins many').toBeLessThanOrEqual(
      Math.max(1, before - 4 * (MAX_PARENTS - 1)),
    )

    nodes.forgetSent()
    nodes.run(60 * 60_000)
    expect(nodes.sent, 'then there is nothing to say').toEqual([])

    nodes.unlink(anna, bob)
    nodes.link(anna, bob)
    nodes.run(60_000)
    expect(nodes.documentsTo(anna), 'nor documents to send when they meet again').toEqual([])
    expect(nodes.documentsTo(bob)).toEqual([])
    expect(recordTypes(nodes)).not.toContain('ranges')
    expect(sentBytes(nodes)).toBeLessThan(MAX_EXCHANGE_BYTES)

    nodes.forgetSent()
    nodes.unlink(anna, bob)
    const missed = ['a', 'b', 'c'].map((text) => anna.say(room, text))
    nodes.link(anna, bob)
    nodes.run(60_000)
    expect(nodes.documentsTo(bob), 'but those that were missed').toEqual(missed)
    expect(nodes.documentsTo(anna)).toEqual([])
    expectEqual(pair)

    nodes.forgetSent()
    nodes.unlink(anna, bob)
    const [byAnna, byBob] = [anna.say(room, 'from anna'), bob.say(room, 'from bob')]
    nodes.link(anna, bob)
    nodes.run(60_000)
    expect(nodes.documentsTo(bob), 'on both sides').toEqual([byAnna])
    expect(nodes.documentsTo(anna)).toEqual([byBob])
    expectEqual(pair)
  }, 120_000)
})

it('both sides meet after a restart without sending documents again', () => {
  const pair = met(2 * MAX_FRONTIER_IDS + 50)
  const { nodes, anna, bob } = pair
  nodes.forgetSent()
  anna.restart()
  nodes.run(60_000)
  expect(nodes.documentsTo(anna)).toEqual([])
  expect(nodes.documentsTo(bob)).toEqual([])
  const id = bob.say(room, 'after it')
  nodes.run(10_000)
  expect(nodes.documentsTo(anna)).toEqual([id])
  expectEqual(pair)
})

it('heads that come to both sides in another order are the same in the end', () => {
  const nodes = new Nodes(TRUSTING)
  const heads = inventedHeads(3 * MAX_FRONTIER_IDS)
  const third = heads.length / 3
  const anna = nodes.add('anna', 1, storeWith([root, ...heads.slice(0, 2 * third)], TRUSTING))
  const bob = nodes.add('bob', 2, storeWith([root, ...heads.slice(third)], TRUSTING))
  nodes.link(anna, bob)
  nodes.run(60_000)
  expectEqual({ nodes, anna, bob, heads })
  const invented = new Set(heads.map(({ id }) => id))
  expect(nodes.documentsTo(anna).filter((id) => invented.has(id))).toHaveLength(third)
  expect(nodes.documentsTo(bob).filter((id) => invented.has(id))).toHaveLength(third)
})

/** Nodes tell each other which rooms they announce, and those that are not near nothing. */
import { beforeEach, expect, it } from 'vitest'
import { ASK_AGAIN_MS } from '../../../protocols/nearby/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode } from './private-party.ts'

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  ;[anna, bob] = [1, 2].map((index) => addNode(nodes, index)) as [TestNode, TestNode]
  room = anna.command({ type: 'create', name: 'Kitchen', app: 'chat' }).room!
  nodes.link(anna, bob)
  nodes.run(1_000)
})

/** What a node hears if it asks. */
function heard(node: TestNode): string[] {
  node.command({ type: 'ask-nearby' })
  nodes.run(100)
  const { nearby } = node.machine.wings
  expect(nearby.awaited).toBe(0)
  const offers = nearby.announced(0).flatMap((each) => each.offers)
  // Time passes, though nothing happens.
  nodes.scheduler.after(ASK_AGAIN_MS, () => undefined)
  nodes.run(ASK_AGAIN_MS)
  return offers.map(({ name }) => name)
}

it('tells a peer that asks what is announced, and no longer when that is ended', () => {
  expect(heard(bob)).toEqual([])
  anna.command({ type: 'note', room, personal: { announced: {} } })
  expect(heard(bob)).toEqual(['Kitchen'])
  expect(bob.events).toContainEqual({ type: 'nearby', peer: anna.peer })
  anna.restart()
  nodes.run(1_000)
  expect(heard(bob)).toEqual(['Kitchen'])
  anna.command({ type: 'note', room, personal: { announced: undefined } })
  expect(heard(bob)).toEqual([])
})

it('tells nothing to a peer elsewhere', () => {
  anna.command({ type: 'note', room, personal: { announced: {} } })
  anna.isNear = false
  expect(heard(bob)).toEqual([])
})

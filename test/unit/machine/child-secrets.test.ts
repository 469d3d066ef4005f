/** Keys of rooms below others, for whoever became a member of the one above only after following them. */
import { expect, it } from 'vitest'
import { familyOf, follow, SETTLE_MS, startThread } from './family.ts'
import type { TestNode } from './nodes.ts'
import { addNode, invite, join, keyOf, textsOf } from './private-party.ts'

it('are opened with the secrets for the room above, also those that came later', () => {
  const { nodes, all, room, message } = familyOf(2)
  const [anna, bob] = all as [TestNode, TestNode]
  const thread = startThread(bob, room, message)
  follow(anna, thread, room)
  bob.say(thread, 'which soup?')
  nodes.run(SETTLE_MS)
  const dave = addNode(nodes, 4)
  join(dave, room, invite(anna, room, 9))
  follow(dave, thread, room)
  for (const node of all) nodes.link(dave, node)
  nodes.run(SETTLE_MS * 5)
  expect(textsOf(dave, thread)).toEqual(['which soup?'])
  expect(keyOf(dave, thread)).toBe(keyOf(bob, thread))
})

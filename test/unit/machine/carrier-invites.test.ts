/** Carriers that are invited, so that the members of a room know of them. */
import { beforeEach, expect, it } from 'vitest'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { DEFAULT_CARRIED_BYTES as maxBytes } from '../../../src/machine/constants.ts'
import { encodeAct, rankOf, type Role } from '../../../src/room/access/acts.ts'
import { Nodes, type TestNode } from './nodes.ts'

const seed = Buffer.alloc(32, 5)
const inviteSeed = seed.toString('hex')

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  carl = nodes.add('carl', 2)
  room = anna.command({ type: 'create', name: 'Family', app: 'chat', access: 'public-read' }).room!
})

function invite(role: Exclude<Role, 'none'>): void {
  const { author: key } = signerOfSeed(seed)
  anna.command({ type: 'write', room, ...encodeAct({ type: 'invite', key, role, expiresMs: undefined, uses: 1 }) })
}

const rank = (node: TestNode) => node.machine.rooms.get(room)?.graph.gate.control?.rank(carl.signer.author)
const recordOf = (node: TestNode) => node.machine.rooms.get(room)!.record

it('a carrier accepts its invite once it arrives, and goes on carrying', () => {
  carl.command({ type: 'carry', room, maxBytes, inviteSeed })
  invite('carrier')
  nodes.link(anna, carl)
  nodes.run(5_000)
  expect([rank(anna), rank(carl)]).toEqual([rankOf('carrier'), rankOf('carrier')])
  expect(recordOf(carl)).toMatchObject({ carriedBytesMax: maxBytes })
  expect(recordOf(carl).inviteSeed).toBeUndefined()
  const said = anna.say(room, 'hello')
  nodes.run(5_000)
  expect(carl.has(said)).toBe(true)
  expect(() => carl.say(room, 'no')).toThrow('only carries')
})

it('so does one that carries the room already, with as much as before', () => {
  invite('carrier')
  carl.command({ type: 'carry', room, maxBytes })
  nodes.link(anna, carl)
  nodes.run(5_000)
  expect(rank(anna)).toBe(0)
  carl.command({ type: 'carry', room, maxBytes, inviteSeed })
  nodes.run(5_000)
  expect(rank(anna)).toBe(rankOf('carrier'))
})

it('a carrier does not accept to become a member that reads', () => {
  invite('writer')
  carl.command({ type: 'carry', room, maxBytes, inviteSeed })
  nodes.link(anna, carl)
  nodes.run(5_000)
  expect(rank(anna)).toBe(0)
  expect(recordOf(carl).inviteSeed).toBe(inviteSeed)
  carl.command({ type: 'join', room, inviteSeed })
  nodes.run(5_000)
  expect(rank(anna)).toBe(rankOf('writer'))
})

/** Each check of rooms with members fails where it should. */
import { beforeEach, expect, test } from 'vitest'
import { documentIdOfDigest, type DocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { accessFaults } from '../../../src/simulate/access-checkers.ts'
import type { AccessWatch } from '../../../src/simulate/access-watch.ts'
import { Cheater } from '../../../src/simulate/cheats.ts'
import { Life } from '../../../src/simulate/life.ts'
import type { SimulatedNode } from '../../../src/simulate/simulated-node.ts'
import type { SimulatedRoom } from '../../../src/simulate/simulated-room.ts'
import { readScenario } from '../../../src/simulate/read-scenario.ts'

type Four = [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode]

const SCENARIO = `
duration: 10m
nodes: [Anna, Bob, Carol, Dora, Carrier]
access: private
members: { Bob: admin }
carriers: [Carrier]
membership:
  - { by: Anna, remove: Carol, at: 5m }
workload:
  writes:
    - { by: [Anna, Bob, Dora], count: 4, every: 2m }
`

let life: Life
let room: SimulatedRoom & { watch: AccessWatch }
let id: RoomId
let anna: SimulatedNode
let bob: SimulatedNode
let carol: SimulatedNode
let dora: SimulatedNode
let carrier: SimulatedNode

beforeEach(() => {
  life = new Life(readScenario(SCENARIO, 'my.yaml', 'my'), 1)
  life.network.runFor(3_600_000)
  room = life.rooms[0] as typeof room
  ;({ id } = room)
  ;[anna, bob, carol, dora, carrier] = life.network.nodes as [SimulatedNode, ...Four]
})

const faults = (): string[] => accessFaults(room, room.watch)
const say = (node: SimulatedNode, text: string): void => {
  node.command({ type: 'write', room: id, kind: 'message', body: encodeText(text) })
  life.network.runFor(100)
}
const newestOf = (node: SimulatedNode): DocumentId => node.store.authorHead(id, node.peer)!.id

test('nothing is wrong if all agree', () => {
  expect(faults()).toEqual([])
  expect(room.watch.hidden.get(carol)?.size).toBeGreaterThan(3)
})

test('a member that takes itself for removed is reported', () => {
  const misled = bob.machine.rooms.require(id)
  const nowhere = documentIdOfDigest(new Uint8Array(32))
  const removal = { id: nowhere, clock: 1, author: anna.peer, atMs: 0, from: anna.peer }
  misled.put({ ...misled.record, personal: { removal } })
  expect(faults()).toEqual([`Bob takes itself for removed by ${anna.peer}`])
})

test('a member or a carrier that lacks something is reported', () => {
  life.network.connectWhere(() => false)
  say(anna, 'only here')
  const newest = newestOf(anna)
  for (const node of [bob, dora, carrier]) {
    expect(faults()).toContain(`${node.name} lacks ${newest}, which Anna has`)
    expect(faults()).toContain(`${node.name} lacks ${newest}, acknowledged to the user of Anna`)
  }
  expect(faults()).toContainEqual(expect.stringMatching(/^Bob has state \w+; Anna has \w+$/))
  expect(faults()).not.toContainEqual(expect.stringMatching(/^Car\w+ has state/))
})

test('what a member has alone is reported if it counts', () => {
  life.network.connectWhere(() => false)
  say(dora, 'only here')
  const newest = newestOf(dora)
  expect(faults()).toContain(`Dora has ${newest}, which Anna does not have`)
  // Nobody ever took anything from her.
  expect(faults()).toContain(`${newest} by Dora does not count, though nobody removed it`)
  room.watch.founding.delete(dora)
  expect(faults().some((line) => line.includes('nobody removed it'))).toBe(false)
})

test('a key that is not here is reported', () => {
  life.network.connectWhere(() => false)
  anna.command({ type: 'rekey', room: id })
  life.network.runFor(100)
  expect(faults()).toContainEqual(expect.stringMatching(/^Bob writes with the key \w+, not \w+$/))
})

test('a document that cheats is reported if it counts', () => {
  const forged = newestOf(dora)
  const removal = anna.machine.rooms
    .require(id)
    .graph.gate.control!.acts()
    .find(({ saying }) => saying.type === 'role')!
  room.watch.forged.push({ id: forged, removals: [] })
  expect(faults()).toEqual([])
  room.watch.forged.push({ id: forged, removals: [removal.id] })
  expect(faults()).toContain(`${forged} counts at Bob, though its author was removed`)
})

test('a carrier that has something in clear text is reported', () => {
  room.watch.hides('access/role')
  expect(faults()).toContain("Carrier carries 'access/role' in clear text")
  // Too short to be none by chance.
  room.watch.hides('role')
  expect(faults().some((line) => line.includes("'role'"))).toBe(false)
})

test('what somebody reads who was removed is reported, unless it may have the key', () => {
  const [, key] = [...room.watch.hidden.get(carol)!][0]!
  const later = [...room.watch.hidden.get(carol)!].map(([document]) => document)
  // As if Bob were removed: he reads everything.
  room.watch.hidden.set(bob, new Map(later.map((document) => [document, 'no such key'])))
  expect(faults()).toContain(`Bob reads ${later[0]}, whose author knew that it was removed`)
  room.watch.hidden.set(bob, new Map(later.map((document) => [document, key])))
  expect(room.watch.isGranted(bob, key)).toBe(true)
  expect(room.watch.isGranted(carol, key)).toBe(false)
  expect(faults()).toEqual([])
})

test('a document that nobody needs is reported', () => {
  life.network.connectWhere(() => false)
  const forged = new Cheater(carol, id, () => 0.5).forge('backdate', 'not to be kept', [anna, bob])!
  const { id: document, block, clock, author, seq } = forged
  anna.store.apply({
    type: 'put-document',
    document: { id: document, room: id, block, clock, author, seq },
    removedHeads: [],
  })
  anna.store.commit()
  expect(faults()).toContain(`Anna keeps ${document}, on which nobody built who may write`)
})

test('what is written under a stale epoch is reported', () => {
  const control = anna.machine.rooms.require(id).graph.gate.control!
  const document = dora.store
    .documents(id, { limit: 1_000 })
    .find(({ author, seq }) => author === dora.peer && seq === 1)!
  expect(control.epochs!.all.length).toBeGreaterThan(1)
  // It was written under the first key, which was current then.
  room.watch.wrote(dora, document.block)
  expect(faults()).toContain(`Dora wrote ${document.id} under a stale epoch`)
})

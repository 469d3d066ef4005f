/** What members with bad intentions, or wrong clocks, can do to what another one keeps. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, stateBlocks } from '../../../src/room/checkpoint.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'
import { LONG_MS, keep, trim, writeMany } from './trimming.ts'

const DAY_MS = 86_400_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId
/** Documents that were read from bob's store. */
let read: number

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  const store = memoryStore()
  const documents = store.documents.bind(store)
  read = 0
  store.documents = (...args) => {
    const rows = documents(...args)
    read += rows.length
    return rows
  }
  bob = nodes.add('bob', 2, store)
  room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
})

const state = (node: TestNode) => node.stateHash(room)

describe('documents that only one node has', () => {
  it('are not dropped for a checkpoint whose author lacks them, whatever number it says', () => {
    const carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    nodes.link(bob, carl)
    nodes.run(LONG_MS)
    nodes.unlink(bob, carl)
    nodes.unlink(bob, anna)
    const only = bob.say(room, 'only here')
    for (let i = 0; i < 3; i++) carl.say(room, `${i}`)
    const relay = new RawPeer(nodes, 'relay')
    nodes.link(relay, bob)
    relay.enter(bob, room)
    const pass = (): void => {
      relay.sendDocuments(bob, room, carl.store.documents(room, { limit: Infinity }))
      nodes.run(LONG_MS)
    }
    pass()
    const { documents } = bob.store.totals(room)
    const body = checkpointBody(documents, stateBlocks(bob.machine.rooms.require(room).view.encode()))
    carl.command({ type: 'write', room, kind: CHECKPOINT_KIND, body })
    carl.say(room, 'behind it')
    pass()
    expect(bob.store.totals(room).documents).toBe(documents + 2)
    expect(keep(bob, room, { documents: 1 })).toBe(0)
    expect(bob.store.document(only)).toBeDefined()
  })

  it('are not all read again each time', () => {
    nodes.unlink(anna, bob)
    writeMany(nodes, bob, room, 600)
    expect(keep(bob, room, { documents: 50 })).toBe(0)
    read = 0
    expect(trim(bob, room)).toBe(0)
    expect(read).toBeLessThan(100)
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(trim(bob, room)).toBeGreaterThan(400)
    expect(state(bob)).toBe(state(anna))
  })
})

describe('times of documents', () => {
  it('of years to come keep nothing', () => {
    anna.clockOffsetMs = -30 * DAY_MS
    writeMany(nodes, anna, room, 100)
    anna.clockOffsetMs = 3_000 * DAY_MS
    writeMany(nodes, anna, room, 40)
    anna.clockOffsetMs = -30 * DAY_MS
    writeMany(nodes, anna, room, 300)
    expect(keep(bob, room, { ageMs: 10 * DAY_MS })).toBeGreaterThan(200)
    expect(state(bob)).toBe(state(anna))
  })

  it('drop nothing where the own clock is far behind', () => {
    writeMany(nodes, anna, room, 400)
    bob.clockOffsetMs = -3_000 * DAY_MS
    expect(keep(bob, room, { ageMs: DAY_MS })).toBe(0)
    bob.clockOffsetMs = 2 * DAY_MS
    expect(trim(bob, room)).toBeGreaterThan(200)
  })
})

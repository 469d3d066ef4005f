/** What comes first when a node joins a room with a long history, and when it is told that its state is here. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { STATE_FIRST_MS } from '../../../src/machine/constants.ts'
import { Nodes, type TestNode } from './nodes.ts'

/** How long a frame keeps a link busy, so that a history takes its time. */
const FRAME_MS = 100
const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  carl = nodes.add('carl', 3)
  room = anna.create()
})

const write = (count: number) => {
  for (let i = 0; i < count; i++) anna.say(room, `${i} `.padEnd(1_000, '.'))
}
const isJoined = () => carl.events.some(({ type }) => type === 'joined')
const timesJoined = () => carl.events.filter(({ type }) => type === 'joined').length
const historyTo = (node: TestNode) =>
  nodes.sent.filter(({ to, record }) => to === node.peer && record.type === 'message')

function runUntil(isSo: () => boolean): void {
  for (let i = 0; i < 10_000 && !isSo(); i++) nodes.run(1)
  expect(isSo()).toBe(true)
}

function join(): void {
  carl.command({ type: 'join', room })
  nodes.link(anna, carl)
}

describe('a room with a long history', () => {
  beforeEach(() => {
    write(3 * CHECKPOINT_DOCUMENTS)
    nodes.frameMs = FRAME_MS
  })

  it('gives its state before any of the history, and the newest documents next, at once', () => {
    join()
    runUntil(isJoined)
    expect(historyTo(carl)).toEqual([])
    const joinedMs = nodes.scheduler.nowMs
    runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    expect(nodes.scheduler.nowMs - joinedMs).toBeLessThan(3 * FRAME_MS)
    expect(carl.machine.rooms.require(room).isPreview).toBe(true)
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(timesJoined()).toBe(1)
  })

  it('gives its history, too, if the state takes long', () => {
    nodes.frameMs = STATE_FIRST_MS
    join()
    runUntil(() => historyTo(carl).length > 0)
    expect(isJoined()).toBe(false)
    nodes.run(10 * LONG_MS)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(timesJoined()).toBe(1)
  })

  it('tells how much of the state is here', () => {
    join()
    const { root, sizeBytes } = anna.machine.rooms.require(room).record.checkpoint!
    const have = () => carl.machine.wings['ensure-map'].progress(room, root, nodes.scheduler.nowMs)?.sizeBytes
    const told: (number | undefined)[] = []
    carl.onEvent = ({ type }) => {
      if (type === 'progress' && !isJoined()) told.push(have())
    }
    runUntil(isJoined)
    // The block that names the others, and some of those.
    expect(told.length).toBeGreaterThan(1)
    expect(told[0]).toBeLessThan(sizeBytes / 2)
  })

  it('tells once that its state is here, also if the node restarted before', () => {
    join()
    runUntil(() => carl.machine.rooms.require(room).record.status === 'open')
    expect(isJoined()).toBe(false)
    carl.restart()
    runUntil(isJoined)
    expect(carl.machine.rooms.require(room).isPreview).toBe(true)
    carl.restart()
    nodes.run(LONG_MS)
    carl.restart()
    nodes.run(LONG_MS)
    expect(timesJoined()).toBe(1)
  })
})

describe('a room without a checkpoint', () => {
  it('gives its history at once, and tells once that the state is here, also after a restart', () => {
    write(CHECKPOINT_DOCUMENTS / 2)
    nodes.frameMs = FRAME_MS
    join()
    runUntil(() => historyTo(carl).length > 0)
    carl.restart()
    runUntil(isJoined)
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    carl.restart()
    nodes.run(LONG_MS)
    expect(timesJoined()).toBe(1)
  })

  it('is not waited for after others who have nothing', () => {
    const dora = nodes.add('dora', 4)
    dora.command({ type: 'join', room })
    carl.command({ type: 'join', room })
    nodes.link(carl, dora)
    nodes.run(LONG_MS)
    expect(timesJoined()).toBe(0)
    write(CHECKPOINT_DOCUMENTS)
    nodes.link(anna, carl)
    runUntil(isJoined)
    expect(historyTo(carl)).toEqual([])
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(dora.documents(room)).toEqual(anna.documents(room))
  })
})

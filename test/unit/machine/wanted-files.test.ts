/** What a node fetches because it was told to: over restarts and damage, for several rooms, and not without space. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_ROOTS } from '../../../protocols/ensure-map/constants.ts'
import { EnsureMapMachine } from '../../../protocols/ensure-map/index.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { collectGarbage, hasAll, heldBlocks, makeFile, share, type MadeFile } from '../room/shared-files.ts'

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

/** Lets everything happen that some node can bring about. */
const settle = (): void => nodes.run(5_000)

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  room = anna.create()
  bob.command({ type: 'join', room })
  bob.command({ type: 'limit-files', room, autoFetchBytesMax: 0 })
  nodes.link(anna, bob)
  settle()
})

const pin = ({ id }: MadeFile): void => void bob.command({ type: 'ensure', room, id })

const state = ({ id }: MadeFile) => bob.store.ensured(room, id)?.state

describe('a requested file', () => {
  it('is refused beyond the most that a node may fetch, unless it was requested before', () => {
    const [a, b] = [makeFile(1, 1), makeFile(2, 1)]
    pin(a)
    const searching = vi.spyOn(EnsureMapMachine.prototype, 'searching', 'get').mockReturnValue(MAX_ROOTS)
    expect(() => pin(b)).toThrow(expect.objectContaining({ code: 'too-many' }))
    pin(a)
    searching.mockReturnValue(MAX_ROOTS - 1)
    pin(b)
    searching.mockRestore()
    expect(bob.store.ensuredRows({ state: 'searching' })).toHaveLength(2)
  })

  it('stays if another room needs it, when one room releases it', () => {
    const file = makeFile(1, 3)
    share(anna, room, file)
    const other = anna.create('Garden')
    bob.command({ type: 'join', room: other })
    share(anna, other, file)
    settle()
    pin(file)
    settle()
    expect(bob.store.ensured(other, file.id)).toMatchObject({ state: 'complete' })
    bob.command({ type: 'release', room, id: file.id })
    expect(bob.events.filter(({ type }) => type === 'released')).toHaveLength(1)
    expect(collectGarbage(bob)).toBe(0)
    bob.command({ type: 'release', room: other, id: file.id })
    expect(collectGarbage(bob)).toBe(file.blocks.length)
  })

  it('goes on being fetched for another room, when one room releases it on the way', () => {
    const file = makeFile(1, 40)
    share(anna, room, file)
    const other = anna.create('Garden')
    bob.command({ type: 'join', room: other })
    settle()
    nodes.unlink(anna, bob)
    for (const each of [room, other]) bob.command({ type: 'ensure', room: each, id: file.id })
    nodes.frameMs = 50
    nodes.link(anna, bob)
    nodes.run(120)
    bob.command({ type: 'release', room, id: file.id })
    settle()
    expect(bob.store.ensured(other, file.id)).toMatchObject({ state: 'complete', blocks: file.blocks.length })
    expect(hasAll(bob, file)).toBe(true)
  })

  it('is requested from no peer while the node has no space', () => {
    const file = makeFile(1, 3)
    share(anna, room, file)
    settle()
    bob.command({ type: 'pause', isPaused: true })
    pin(file)
    nodes.forgetSent()
    settle()
    expect(nodes.sent.filter(({ record }) => record.type === 'want')).toEqual([])
    bob.command({ type: 'pause', isPaused: false })
    settle()
    expect(hasAll(bob, file)).toBe(true)
  })

  it('continues after restarts of both sides, and no block that arrived is sent again', () => {
    const file = makeFile(1, 400, 10_000)
    share(anna, room, file)
    settle()
    nodes.frameMs = 100
    pin(file)
    let held: BlockId[] = []
    for (const victim of [bob, anna, bob, undefined]) {
      nodes.forgetSent()
      nodes.run(victim === undefined ? 60_000 : 500)
      const sent = nodes.sent.flatMap(({ record }) => (record.type === 'block' ? [record.id] : []))
      expect(sent.filter((id) => held.includes(id))).toEqual([])
      const before = held.length
      held = heldBlocks(bob, file)
      expect(held.length).toBeGreaterThan(before)
      if (victim === undefined) break
      expect(held.length).toBeLessThan(file.blocks.length)
      victim.restart()
    }
    expect(hasAll(bob, file)).toBe(true)
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'complete', blocks: file.blocks.length })
  })

  it('is requested again if a power cut damaged what had arrived', () => {
    const file = makeFile(1, 3)
    share(anna, room, file)
    settle()
    nodes.unlink(anna, bob)
    bob.command({ type: 'put-blocks', blocks: file.blocks.slice(0, 2) })
    pin(file)
    // The damage is found out on reading; then the block is gone.
    const { store } = bob
    const read = store.block.bind(store)
    const damaged = vi.spyOn(store, 'block').mockImplementation((id) => {
      if (id !== file.id) return read(id)
      damaged.mockRestore()
      store.apply({ type: 'delete-blocks', ids: [id] })
      return undefined
    })
    bob.restart()
    settle()
    expect(state(file)).toBe('searching')
    nodes.link(anna, bob)
    settle()
    expect(hasAll(bob, file)).toBe(true)
    expect(state(file)).toBe('complete')
  })
})

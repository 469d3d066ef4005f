/** What nodes keep of the files that others share: what is fetched automatically, what stays, and what goes. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { DAG_OVERHEAD_BYTES, DEFAULT_AUTO_FETCH_BYTES, FOLDER_OVERHEAD_BYTES } from '../../../src/machine/constants.ts'
import { dagBytesMax } from '../../../src/machine/ensure-map/room-files.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import { Nodes, type TestNode } from './nodes.ts'
import {
  announce,
  blockBytes,
  collectGarbage,
  hasAll,
  heldBlocks,
  link,
  makeFile,
  PART_BYTES,
  share,
  type MadeFile,
} from '../room/shared-files.ts'

/** Longer than anything takes that some node has. */
const SETTLE_MS = 5_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  room = anna.create()
})

const settle = (): void => nodes.run(SETTLE_MS)

function join(node: TestNode): void {
  node.command({ type: 'join', room })
  nodes.link(anna, node)
  settle()
}

function limit(node: TestNode, limits: { autoFetchBytesMax?: number; bytesMax?: number }): void {
  node.command({ type: 'limit-files', room, ...limits })
}

function pin(node: TestNode, file: MadeFile, maxBytes = dagBytesMax({ ...file, type: 'file' })): void {
  node.command({ type: 'ensure', room, id: file.id, maxBytes })
}

const stateOf = (node: TestNode, { id }: { id: BlockId }) => node.store.ensured(room, id)?.state

/** Which of some files are complete at a node. */
const kept = (node: TestNode, files: readonly MadeFile[]): number[] =>
  files.flatMap((file, i) => (stateOf(node, file) === 'complete' ? [i] : []))

/** Files of one part, shared one after another, each once the previous one has arrived. */
function shareEach(count: number, firstSeed = 100, sizeBytes = PART_BYTES): MadeFile[] {
  return Array.from({ length: count }, (_, i) => {
    const file = makeFile(firstSeed + i, 1, sizeBytes)
    share(anna, room, file)
    settle()
    return file
  })
}

function expectNoFaults(): void {
  expect([...anna.faults, ...bob.faults]).toEqual([])
}

describe('a file is fetched automatically', () => {
  it('up to the size set for the room, and later if that is raised', () => {
    join(bob)
    const [small, large] = [makeFile(1, 3), makeFile(2, 4)]
    limit(bob, { autoFetchBytesMax: small.sizeBytes })
    share(anna, room, small)
    share(anna, room, large)
    settle()
    expect([stateOf(bob, small), stateOf(bob, large)]).toEqual(['complete', undefined])
    limit(bob, { autoFetchBytesMax: large.sizeBytes })
    settle()
    expect(stateOf(bob, large)).toBe('complete')
    expect(bob.store.ensured(room, large.id)).toMatchObject({ pinned: false, sizeBytes: blockBytes(large) })
    expectNoFaults()
  })

  it('up to 1 MiB by default', () => {
    join(bob)
    expect(bob.machine.wings['ensure-map'].fileLimits(room).autoFetchBytesMax).toBe(DEFAULT_AUTO_FETCH_BYTES)
    const [a, b] = [makeFile(1, 1), makeFile(2, 1)]
    announce(anna, room, a, { sizeBytes: DEFAULT_AUTO_FETCH_BYTES })
    announce(anna, room, b, { sizeBytes: DEFAULT_AUTO_FETCH_BYTES + 1 })
    settle()
    expect([stateOf(bob, a), stateOf(bob, b)]).toEqual(['searching', undefined])
  })

  it('if it fits, in a room that keeps little', () => {
    join(bob)
    const file = makeFile(1, 3)
    limit(bob, { bytesMax: blockBytes(file) })
    share(anna, room, file)
    settle()
    expect(stateOf(bob, file)).toBe('complete')
  })

  it('never if that size is 0, not even an empty one', () => {
    join(bob)
    limit(bob, { autoFetchBytesMax: 0 })
    const empty = { id: new MemoryBlocks().raw(''), sizeBytes: 0 }
    announce(anna, room, empty)
    link(anna, room, [makeFile(1, 1).id])
    settle()
    expect(bob.store.ensuredRows({})).toEqual([])
  })

  it('by a newcomer too, with the history', () => {
    const file = makeFile(1, 3)
    share(anna, room, file)
    join(bob)
    expect(hasAll(bob, file)).toBe(true)
    expectNoFaults()
  })

  it('up to the size of any other file, if its document does not say how large it is', () => {
    join(bob)
    limit(bob, { autoFetchBytesMax: 2 * PART_BYTES })
    const [small, large] = [makeFile(1, 2), makeFile(2, 100)]
    for (const file of [small, large]) {
      anna.command({ type: 'put-blocks', blocks: file.blocks })
      anna.command({ type: 'ensure', room, id: file.id })
      link(anna, room, [file.id])
    }
    settle()
    expect([stateOf(bob, small), stateOf(bob, large)]).toEqual(['complete', 'failed'])
  })
})

describe('a document that lies', () => {
  it('with less than its file has is found out, and nothing of the file is kept', () => {
    join(bob)
    const file = makeFile(1, 200)
    share(anna, room, file, { sizeBytes: 10 })
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'failed', failure: 'too-large', pinned: false })
    const held = heldBlocks(bob, file)
    expect(held.length * PART_BYTES).toBeLessThan(DAG_OVERHEAD_BYTES)
    expect(collectGarbage(bob)).toBe(held.length)
    expect(heldBlocks(bob, file)).toEqual([])
    expect(bob.machine.wings['ensure-map'].fileLimits(room)).toMatchObject({ pinnedBytes: 0, unpinnedBytes: 0 })
  })

  it.each([
    ['before', [10, 200_000]],
    ['after', [200_000, 10]],
  ])('%s a true one does not keep the file away', (_when, sizes) => {
    join(bob)
    const file = makeFile(1, 200)
    share(anna, room, file, { sizeBytes: sizes[0]! })
    announce(anna, room, file, { sizeBytes: sizes[1]! })
    settle()
    expect(stateOf(bob, file)).toBe('complete')
  })

  it('is forgiven once another one tells the truth', () => {
    join(bob)
    const file = makeFile(1, 200)
    share(anna, room, file, { sizeBytes: 10 })
    settle()
    announce(anna, room, file)
    settle()
    expect(stateOf(bob, file)).toBe('complete')
  })

  it('with more than its file has gets no more than that', () => {
    join(bob)
    const file = makeFile(1, 2)
    share(anna, room, file, { sizeBytes: 500_000 })
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'complete', sizeBytes: blockBytes(file) })
    expect(bob.machine.wings['ensure-map'].fileLimits(room).unpinnedBytes).toBe(blockBytes(file))
  })

  it('about a single block must be right to the byte', () => {
    join(bob)
    const file = makeFile(1, 1)
    share(anna, room, file, { sizeBytes: PART_BYTES - 1 })
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'failed', failure: 'too-large' })
  })

  it('by the names in its folder is found out, before it takes more than a file may', () => {
    join(bob)
    limit(bob, { autoFetchBytesMax: 10_000 })
    const made = new MemoryBlocks()
    const part = made.raw('x')
    const names = Array.from({ length: 400 }, (_, i) => [`${i}`.padStart(200, 'x'), part] as const)
    const id = made.folder(names)
    const blocks = [id, part].map((each) => ({ id: each, block: made.get(each) }))
    share(anna, room, { id, sizeBytes: 1, blocks }, { type: 'folder' })
    settle()
    expect(bob.store.ensured(room, id)).toMatchObject({ state: 'failed', failure: 'too-large' })
    // On request, it is fetched.
    pin(bob, { id, sizeBytes: 1, blocks }, dagBytesMax({ id, type: 'folder', sizeBytes: 1 }))
    settle()
    expect(stateOf(bob, { id })).toBe('complete')
  })
})

describe('the bytes of blocks of a file', () => {
  const { id } = makeFile(1, 2)

  it('are its own plus at most a tenth, a constant, and for a folder those of names', () => {
    expect(dagBytesMax({ id, type: 'file', sizeBytes: 1_000 })).toBe(1_100 + DAG_OVERHEAD_BYTES)
    expect(dagBytesMax({ id, type: 'folder', sizeBytes: 1_000 })).toBe(1_100 + FOLDER_OVERHEAD_BYTES)
    expect(dagBytesMax({ id: makeFile(1, 1).id, type: 'file', sizeBytes: 1_000 })).toBe(1_000)
  })
})

describe('if space is short', () => {
  beforeEach(() => join(bob))

  it('the oldest file that is not pinned goes first', () => {
    limit(bob, { bytesMax: 3 * PART_BYTES })
    const files = shareEach(3)
    pin(bob, files[0]!)
    files.push(...shareEach(2, 200))
    expect(kept(bob, files)).toEqual([0, 3, 4])
    expect(bob.machine.wings['ensure-map'].fileLimits(room)).toMatchObject({
      pinnedBytes: PART_BYTES,
      unpinnedBytes: 2 * PART_BYTES,
    })
    bob.command({ type: 'unpin', room, id: files[0]!.id })
    files.push(...shareEach(1, 300))
    expect(kept(bob, files)).toEqual([3, 4, 5])
    expect(collectGarbage(bob)).toBe(3)
    expect(files.filter((file) => hasAll(bob, file))).toEqual([files[3], files[4], files[5]])
    expectNoFaults()
  })

  it('a file that nobody has counts too, and gives way to a new one', () => {
    limit(bob, { bytesMax: 3 * PART_BYTES })
    const files = Array.from({ length: 5 }, (_, i) => makeFile(100 + i, 1))
    for (const file of files) announce(anna, room, file)
    settle()
    expect(files.map((file) => stateOf(bob, file))).toEqual([
      ...[undefined, undefined],
      ...['searching', 'searching', 'searching'],
    ])
    files.push(...shareEach(1, 200))
    expect(kept(bob, files)).toEqual([5])
    expect(bob.store.ensuredRows({ state: 'searching' })).toHaveLength(2)
  })

  it('nothing is fetched automatically if pinned files leave no space', () => {
    limit(bob, { bytesMax: 2 * PART_BYTES })
    const files = shareEach(2)
    for (const file of files) pin(bob, file)
    files.push(...shareEach(1, 200))
    expect(kept(bob, files)).toEqual([0, 1])
    expect(bob.store.ensuredRows({})).toHaveLength(2)
  })

  it('pinning beyond it is refused, even while what was pinned is on its way', () => {
    const [a, b] = [makeFile(1, 1), makeFile(2, 1)]
    limit(bob, { bytesMax: 2 * PART_BYTES - 1, autoFetchBytesMax: 0 })
    for (const file of [a, b]) announce(anna, room, file)
    settle()
    pin(bob, a)
    expect(() => pin(bob, b)).toThrow(expect.objectContaining({ name: 'KithError', code: 'quota' }))
    expect(bob.store.ensured(room, b.id)).toBeUndefined()
    expect(bob.machine.wings['ensure-map'].fileLimits(room).pinnedBytes).toBe(0)
    bob.command({ type: 'release', room, id: a.id })
    pin(bob, b)
    expect(stateOf(bob, b)).toBe('searching')
  })

  it('a pinned file is not counted twice if it is requested again', () => {
    const file = makeFile(1, 5)
    const maxBytes = dagBytesMax({ ...file, type: 'file' })
    limit(bob, { bytesMax: maxBytes, autoFetchBytesMax: 0 })
    announce(anna, room, file)
    settle()
    pin(bob, file)
    pin(bob, file)
    share(anna, room, file)
    settle()
    pin(bob, file)
    expect(bob.machine.wings['ensure-map'].fileLimits(room).pinnedBytes).toBe(blockBytes(file))
    limit(bob, { bytesMax: blockBytes(file) })
    pin(bob, file)
    expect(() => pin(bob, makeFile(2, 5))).toThrow(expect.objectContaining({ code: 'quota' }))
  })

  it('a pinned file may not grow because a document says so', () => {
    const file = makeFile(1, 3)
    pin(bob, file, PART_BYTES)
    announce(anna, room, file)
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'searching', maxBytes: PART_BYTES })
  })

  it('a file requested without a limit goes once it is unpinned', () => {
    const file = makeFile(1, 3)
    limit(bob, { bytesMax: PART_BYTES, autoFetchBytesMax: 0 })
    share(anna, room, file)
    bob.command({ type: 'ensure', room, id: file.id })
    settle()
    expect(bob.machine.wings['ensure-map'].fileLimits(room).pinnedBytes).toBe(blockBytes(file))
    bob.command({ type: 'unpin', room, id: file.id })
    expect(stateOf(bob, file)).toBeUndefined()
  })

  it('pinning evicts others', () => {
    limit(bob, { bytesMax: 3 * PART_BYTES })
    const files = shareEach(3)
    const wanted = makeFile(1, 1)
    announce(anna, room, wanted, { sizeBytes: 10 ** 9 })
    settle()
    pin(bob, wanted, 2 * PART_BYTES)
    expect(kept(bob, files)).toEqual([2])
  })

  it('a lower limit evicts others, and is refused below what is pinned', () => {
    const files = shareEach(4)
    pin(bob, files[1]!)
    limit(bob, { bytesMax: 2 * PART_BYTES })
    expect(kept(bob, files)).toEqual([1, 3])
    expect(() => limit(bob, { bytesMax: PART_BYTES - 1 })).toThrow(expect.objectContaining({ code: 'quota' }))
    expect(bob.machine.wings['ensure-map'].fileLimits(room).bytesMax).toBe(2 * PART_BYTES)
    expect(kept(bob, files)).toEqual([1, 3])
  })

  it('a higher limit brings back what fits, the newest first, and removes nothing for it', () => {
    limit(bob, { bytesMax: 2 * PART_BYTES })
    const files = shareEach(5)
    expect(kept(bob, files)).toEqual([3, 4])
    limit(bob, { bytesMax: 3 * PART_BYTES })
    settle()
    expect(kept(bob, files)).toEqual([2, 3, 4])
    limit(bob, { autoFetchBytesMax: PART_BYTES })
    settle()
    expect(kept(bob, files)).toEqual([2, 3, 4])
  })

  it('all is the same after a restart', () => {
    limit(bob, { bytesMax: 2 * PART_BYTES, autoFetchBytesMax: PART_BYTES })
    const files = shareEach(2)
    pin(bob, files[0]!)
    const before = bob.machine.wings['ensure-map'].fileLimits(room)
    bob.restart()
    settle()
    expect(bob.machine.wings['ensure-map'].fileLimits(room)).toEqual(before)
    files.push(...shareEach(1, 200))
    expect(kept(bob, files)).toEqual([0, 2])
  })

  it('a block that two files share stays with the one that stays', () => {
    const made = new MemoryBlocks()
    const parts = [made.raw('a'.repeat(PART_BYTES)), made.raw('b'.repeat(PART_BYTES)), made.raw('c'.repeat(PART_BYTES))]
    const fileOf = (...ids: BlockId[]): MadeFile => {
      const id = made.file(ids.map((part) => [part, PART_BYTES]))
      const blocks = [id, ...ids].map((each) => ({ id: each, block: made.get(each) }))
      return { id, sizeBytes: ids.length * PART_BYTES, blocks }
    }
    const [first, second] = [fileOf(parts[0]!, parts[1]!), fileOf(parts[1]!, parts[2]!)]
    for (const file of [first, second]) share(anna, room, file)
    settle()
    limit(bob, { bytesMax: blockBytes(second) })
    expect(kept(bob, [first, second])).toEqual([1])
    expect(collectGarbage(bob)).toBe(2)
    expect(hasAll(bob, second)).toBe(true)
    expect(heldBlocks(bob, first)).toEqual([parts[1]])
  })
})

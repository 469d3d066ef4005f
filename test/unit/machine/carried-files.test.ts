/** What carriers keep of the files that members share: as much as fits into the quota beside the documents. */
import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { DEFAULT_AUTO_FETCH_BYTES, FOLDER_OVERHEAD_BYTES } from '../../../src/machine/constants.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { hasAll, heldBlocks, link, madeFile, makeFile, share, type MadeFile } from '../room/shared-files.ts'

/** Longer than anything takes that some node has. */
const SETTLE_MS = 5_000

/** A carrier takes documents as long as there is space for one of the largest size. */
const FILE_BYTES = 2 * MAX_DOCUMENT_BYTES

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  carl = nodes.add('carl', 2)
  nodes.link(anna, carl)
  room = anna.create()
})

const settle = (): void => nodes.run(SETTLE_MS)

/** Lets carl carry the room, with a number of bytes beyond the documents that the room has now. */
function carry(filesBytes: number): void {
  carl.command({ type: 'carry', room, maxBytes: anna.store.totals(room).sizeBytes + filesBytes })
  settle()
}

const quota = (): number => carl.machine.rooms.require(room).record.carriedBytesMax ?? 0

const stateOf = ({ id }: MadeFile) => carl.store.ensured(room, id)?.state

/** Which of some files carl has. */
const kept = (files: readonly MadeFile[]): number[] =>
  files.flatMap((file, i) => (stateOf(file) === 'complete' ? [i] : []))

/** Files that anna shares one after another, each once the previous one has arrived. */
function shareEach(count: number): MadeFile[] {
  return Array.from({ length: count }, (_, i) => {
    const file = makeFile(100 + i, 1, FILE_BYTES)
    share(anna, room, file)
    settle()
    return file
  })
}

describe('a carrier', () => {
  it('keeps files of any size that fit, and passes them on to nodes that never met their author', () => {
    const file = makeFile(1, 1_500)
    expect(file.sizeBytes).toBeGreaterThan(DEFAULT_AUTO_FETCH_BYTES)
    share(anna, room, file)
    carry(2 * file.sizeBytes)
    expect(hasAll(carl, file)).toBe(true)
    nodes.unlink(anna, carl)
    const bob = nodes.add('bob', 3)
    bob.command({ type: 'join', room })
    nodes.link(carl, bob)
    settle()
    bob.command({ type: 'ensure', room, id: file.id })
    settle()
    expect(hasAll(bob, file)).toBe(true)
    expect([...carl.faults, ...bob.faults]).toEqual([])
  })

  it('keeps what it has if something new does not fit', () => {
    carry(3 * FILE_BYTES - 1)
    const files = shareEach(3)
    expect(kept(files)).toEqual([0, 1])
  })

  it('gives its documents the space that they need', () => {
    const files = shareEach(3)
    carry(3 * FILE_BYTES)
    expect(kept(files)).toEqual([0, 1, 2])
    for (let i = 0; i < FILE_BYTES / 10_000 + 1; i++) anna.say(room, `${i}`.padEnd(10_000))
    settle()
    expect(kept(files)).toEqual([2])
    expect(carl.documents(room)).toEqual(anna.documents(room))
    const { unpinnedBytes, bytesMax } = carl.machine.wings['ensure-map'].fileLimits(room)
    expect(carl.store.totals(room).sizeBytes + unpinnedBytes).toBeLessThanOrEqual(quota())
    expect(bytesMax).toBe(quota() - carl.store.totals(room).sizeBytes)
  })

  it('never exceeds its quota, however much arrives at once', () => {
    const files = Array.from({ length: 40 }, (_, i) => makeFile(100 + i, 10, 10_000))
    for (const file of files) share(anna, room, file)
    nodes.frameMs = 20
    carry(1_000_000)
    let most = 0
    for (let i = 0; i < 1_000; i++) {
      nodes.run(10)
      const blocks = files.flatMap((file) => heldBlocks(carl, file))
      const blocksBytes = blocks.reduce((sum, id) => sum + (carl.store.blockSizeBytes(id) ?? 0), 0)
      most = Math.max(most, carl.store.totals(room).sizeBytes + blocksBytes)
    }
    expect(most).toBeLessThanOrEqual(quota())
    // Each might have been larger, so some waited until it was clear that they fit.
    expect(kept(files)).toHaveLength(9)
  })

  it('fetches what it had no space for once there is space', () => {
    const folders = Array.from({ length: 4 }, (_, i) => {
      const made = new MemoryBlocks()
      return madeFile(made, made.folder([['name', made.raw(`${i}`)]]), 1)
    })
    for (const folder of folders) share(anna, room, folder, { type: 'folder' })
    // One at a time, because a folder may be full of names.
    carry(FOLDER_OVERHEAD_BYTES + FILE_BYTES)
    expect(folders.every((folder) => hasAll(carl, folder))).toBe(true)
    expect(carl.faults).toEqual([])
  })

  it('does not retry what has failed, nor what never fits', () => {
    carry(FILE_BYTES)
    share(anna, room, makeFile(1, 200), { sizeBytes: 1 })
    share(anna, room, makeFile(2, 1), { sizeBytes: 10 ** 12 })
    settle()
    nodes.forgetSent()
    const late = makeFile(3, 1)
    share(anna, room, late)
    nodes.run(60_000)
    const asked = nodes.sent.flatMap(({ record }) => (record.type === 'want' ? record.ids : []))
    expect(asked).toEqual([late.id])
    expect(carl.store.ensuredRows({}).map(({ state }) => state)).toEqual(['failed', 'complete'])
  })

  it('uses only a part of its free space for something of unknown size', () => {
    carry(4 * FILE_BYTES)
    const [large, small] = [makeFile(1, 1, FILE_BYTES), makeFile(2, 1, FILE_BYTES / 2)]
    for (const file of [large, small]) {
      anna.command({ type: 'put-blocks', blocks: file.blocks })
      anna.command({ type: 'ensure', room, id: file.id })
      link(anna, room, [file.id])
      settle()
    }
    expect([stateOf(large), stateOf(small)]).toEqual(['failed', 'complete'])
  })

  it('drops what exceeds a smaller quota, and fetches what fits into a larger one', () => {
    carry(4 * FILE_BYTES)
    const files = shareEach(3)
    carry(FILE_BYTES)
    expect(kept(files)).toEqual([2])
    carry(2 * FILE_BYTES)
    expect(kept(files)).toEqual([1, 2])
  })

  it('keeps what is pinned, even if documents have taken its space', () => {
    const [file] = shareEach(1)
    carry(FILE_BYTES)
    const pin = () => carl.command({ type: 'ensure', room, id: file!.id, maxBytes: FILE_BYTES })
    pin()
    for (let i = 0; i < 5; i++) anna.say(room, `${i}`.padEnd(10_000))
    settle()
    expect(carl.machine.wings['ensure-map'].fileLimits(room)).toMatchObject({
      pinnedBytes: FILE_BYTES,
      unpinnedBytes: 0,
    })
    expect(carl.machine.wings['ensure-map'].fileLimits(room).bytesMax).toBeLessThan(FILE_BYTES)
    pin()
    expect(kept([file!])).toEqual([0])
  })

  it('has its limits from what it carries', () => {
    carry(FILE_BYTES)
    expect(carl.machine.wings['ensure-map'].fileLimits(room).bytesMax).toBe(FILE_BYTES)
    const limit = () => carl.command({ type: 'limit-files', room, bytesMax: 10 ** 9 })
    expect(limit).toThrow(expect.objectContaining({ code: 'carried' }))
    const over = () => carl.command({ type: 'ensure', room, id: makeFile(1, 1).id, maxBytes: FILE_BYTES + 1 })
    expect(over).toThrow(expect.objectContaining({ code: 'quota' }))
    expect(over).toThrow(/kith carry --max/)
  })

  it('fetches what is small like a member once it joins', () => {
    carry(FILE_BYTES)
    const [file, other] = [makeFile(1, 1, FILE_BYTES), makeFile(2, 1, FILE_BYTES)]
    for (const each of [file, other]) share(anna, room, each)
    settle()
    expect([stateOf(file), stateOf(other)]).toContain(undefined)
    carl.command({ type: 'join', room })
    settle()
    expect([stateOf(file), stateOf(other)]).toEqual(['complete', 'complete'])
  })
})

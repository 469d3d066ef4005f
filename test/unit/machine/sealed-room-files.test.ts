/** What nodes keep of sealed files: members, who know their sizes, and carriers, who know nothing of them. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { DAG_OVERHEAD_BYTES, FOLDER_OVERHEAD_BYTES, FOLDER_SEALING_BYTES } from '../../../src/machine/constants.ts'
import { dagBytesMax } from '../../../src/machine/ensure-map/room-files.ts'
import {
  blockBytes,
  collectGarbage,
  hasAll,
  link,
  makeFile,
  PART_BYTES,
  sealedFile,
  share,
} from '../room/shared-files.ts'
import { Nodes, type TestNode } from './nodes.ts'

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
  nodes.link(anna, bob)
})

const settle = (): void => nodes.run(SETTLE_MS)
const stateOf = (node: TestNode, { id }: { id: BlockId }) => node.store.ensured(room, id)?.state

describe('a sealed file', () => {
  it.each([1, 3])('of %i parts is fetched by members, with what opens it', (parts) => {
    bob.command({ type: 'join', room })
    const file = sealedFile(makeFile(1, parts))
    share(anna, room, file, { sealing: file.sealing })
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'complete', sizeBytes: blockBytes(file) })
    expect(bob.store.files(room, {})[0]?.file).toMatchObject({ root: file.id, sealing: file.sealing })
    expect([...anna.faults, ...bob.faults]).toEqual([])
  })

  it('of a single block must have the size that its author says, to the byte', () => {
    bob.command({ type: 'join', room })
    const file = sealedFile(makeFile(1, 1))
    share(anna, room, file, { sizeBytes: PART_BYTES - 1, sealing: file.sealing })
    settle()
    expect(bob.store.ensured(room, file.id)).toMatchObject({ state: 'failed', failure: 'too-large' })
  })

  it.each([
    ['has failed', true],
    ['is looked for', false],
  ])('that is larger than what is fetched by itself is put off once its size is known, where it %s', (_, isFailed) => {
    bob.command({ type: 'join', room })
    const file = sealedFile(makeFile(1, 3_000))
    const isThere = (): void => {
      anna.command({ type: 'put-blocks', blocks: file.blocks })
      anna.command({ type: 'ensure', room, id: file.id })
    }
    if (isFailed) isThere()
    link(anna, room, [file.id])
    settle()
    expect(stateOf(bob, file)).toBe(isFailed ? 'failed' : 'searching')
    if (!isFailed) isThere()
    share(anna, room, file, { sealing: file.sealing })
    settle()
    expect(stateOf(bob, file)).toBeUndefined()
  })

  it('is fetched and given by a carrier that knows neither its size nor its key', () => {
    bob.command({ type: 'carry', room, maxBytes: 1_000_000 })
    const file = sealedFile(makeFile(1, 100))
    anna.command({ type: 'put-blocks', blocks: file.blocks })
    anna.command({ type: 'ensure', room, id: file.id })
    // Of a sealed document, a carrier sees the link alone.
    link(anna, room, [file.id])
    settle()
    expect([stateOf(bob, file), hasAll(bob, file), collectGarbage(bob)]).toEqual(['complete', true, 0])
    expect(bob.store.files(room, {})).toEqual([])
    nodes.unlink(anna, bob)
    const carol = nodes.add('carol', 3)
    carol.command({ type: 'join', room })
    nodes.link(bob, carol)
    settle()
    carol.command({ type: 'ensure', room, id: file.id })
    settle()
    expect(hasAll(carol, file)).toBe(true)
  })
})

describe('the bytes of blocks of a sealed file', () => {
  it('are those of the file, its layout and its sealing', () => {
    const { id, sealing } = sealedFile(makeFile(1, 2))
    const described = { id, sizeBytes: 1_000, sealing }
    expect(dagBytesMax({ ...described, type: 'file' })).toBe(1_170 + DAG_OVERHEAD_BYTES)
    expect(dagBytesMax({ ...described, type: 'folder' })).toBe(1_170 + FOLDER_OVERHEAD_BYTES + FOLDER_SEALING_BYTES)
    const small = sealedFile(makeFile(1, 1))
    expect(dagBytesMax({ ...small, type: 'file', sizeBytes: 1_000 })).toBe(1_016)
  })

  it('are enough for small blocks', () => {
    const many = sealedFile(makeFile(1, 2_000))
    expect(blockBytes(many)).toBeLessThanOrEqual(dagBytesMax({ ...many, type: 'file' }))
  })
})

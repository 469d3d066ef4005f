/** What nodes request from each other by id: blocks that documents link to, and missing ancestors. */
import { beforeEach, describe, expect, it } from 'vitest'
import { FILE_KIND } from '../../../protocols/file/constants.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { fileBody } from '../../../src/files/file-document.ts'
import { Writer } from '../room/history.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'

let nodes: Nodes
let anna: TestNode
let bob: TestNode

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
})

describe('a block that a document links to', () => {
  let room: RoomId

  beforeEach(() => {
    room = anna.create()
    bob.command({ type: 'join', room })
  })

  /** Lets a node share a file of one block. */
  function share(node: TestNode, sizeBytes: number): BlockId {
    const block = new Uint8Array(sizeBytes).fill(7)
    const id = blockIdOf('raw', block)
    node.command({ type: 'put-blocks', blocks: [{ id, block }] })
    node.command({ type: 'ensure', room, id })
    const body = fileBody({ name: 'soup.pdf', type: 'file', sizeBytes })
    node.command({ type: 'write', room, kind: FILE_KIND, body, links: [id] })
    return id
  }

  it('is fetched with it if it is small, and is passed on', () => {
    const carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    const id = share(anna, 1_000)
    nodes.link(anna, bob)
    nodes.run(5_000)
    nodes.unlink(anna, bob)
    nodes.link(bob, carl)
    nodes.run(5_000)
    for (const node of [bob, carl]) {
      expect(node.store.block(id)).toEqual(anna.store.block(id))
      expect(node.store.ensured(room, id)).toMatchObject({ state: 'complete', pinned: false })
    }
    expect([...anna.faults, ...bob.faults, ...carl.faults]).toEqual([])
  })

  it('is fetched on request if it is too large for that, even after a restart', () => {
    bob.command({ type: 'limit-files', room, autoFetchBytesMax: 999 })
    const id = share(anna, 1_000)
    nodes.link(anna, bob)
    nodes.run(5_000)
    expect(bob.store.block(id)).toBeUndefined()
    nodes.unlink(anna, bob)
    bob.command({ type: 'ensure', room, id })
    bob.restart()
    nodes.link(anna, bob)
    nodes.run(5_000)
    expect(bob.store.ensured(room, id)).toMatchObject({ state: 'complete', pinned: true })
    expect(bob.store.block(id)).toEqual(anna.store.block(id))
    expect([...anna.faults, ...bob.faults]).toEqual([])
  })
})

describe('an ancestor that is missing', () => {
  it("is requested from its descendant's sender, and adds both to the room", () => {
    const writer = new Writer()
    const { room, documents } = writer
    const [ancestor, newest] = [writer.say(0, 'one'), writer.say(0, 'two')]
    const mallory = new RawPeer(nodes, 'mallory')
    bob.command({ type: 'join', room })
    nodes.link(bob, mallory)
    mallory.enter(bob, room, [newest.id])
    mallory.sendDocuments(bob, room, [documents[0]!, newest])
    nodes.run(5_000)
    expect(bob.documents(room)).not.toContain(newest.id)
    expect(mallory.ids('want')).toEqual([ancestor.id])
    mallory.giveDocuments(bob, room, [ancestor])
    nodes.run(10)
    expect(bob.documents(room)).toEqual(expect.arrayContaining([ancestor.id, newest.id]))
    expect(bob.faults).toEqual([])
  })
})

/** What a neighbour learns first of a room, and what becomes of documents that come before (batch-sync, rule 12). */
import { describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import { Writer } from '../room/history.ts'
import { Nodes, RawPeer, storeWith, type Party } from './nodes.ts'

/** The types of what one sent to another about rooms, in order. */
const typesBetween = ({ sent }: Nodes, from: Party, to: Party): string[] =>
  sent.filter((each) => each.from === from.peer && each.to === to.peer).map(({ record }) => record.type)

const DOCUMENT_RECORDS = ['message', 'ack', 'offer', 'request', 'ranges', 'defer']

function expectMetadataFirst(nodes: Nodes, from: Party, to: Party): void {
  const types = typesBetween(nodes, from, to)
  expect(types.filter((type) => DOCUMENT_RECORDS.includes(type))).not.toEqual([])
  expect(types[0]).toBe('metadata')
}

describe('METADATA goes first', () => {
  it('on a new link, and on the next one', () => {
    const nodes = new Nodes()
    const [a, b] = [nodes.add('a', 0), nodes.add('b', 1)]
    const room = a.create()
    b.command({ type: 'join', room })
    const said = a.say(room, 'hello')
    for (const text of ['while apart', 'and again']) {
      nodes.forgetSent()
      const later = a.say(room, text)
      nodes.link(a, b)
      nodes.run(5_000)
      expectMetadataFirst(nodes, a, b)
      expectMetadataFirst(nodes, b, a)
      expect([said, later].every((id) => b.has(id))).toBe(true)
      expect([...a.faultCodes(), ...b.faultCodes()]).toEqual([])
      nodes.unlink(a, b)
    }
  })

  it('when a room is joined later, by either side', () => {
    const nodes = new Nodes()
    const [a, b] = [nodes.add('a', 0), nodes.add('b', 1)]
    nodes.link(a, b)
    nodes.run(1_000)
    const room = a.create()
    a.say(room, 'hello')
    nodes.run(5_000)
    nodes.forgetSent()
    b.command({ type: 'join', room })
    nodes.run(5_000)
    expectMetadataFirst(nodes, a, b)
    expectMetadataFirst(nodes, b, a)
    expect(b.documents(room)).toEqual(a.documents(room))
    expect([...a.faultCodes(), ...b.faultCodes()]).toEqual([])
  })
})

describe('a MESSAGE before the METADATA', () => {
  const writer = new Writer()
  const [root] = writer.documents as [Document]
  const said = writer.say(0, 'hello')

  it('is dropped, counted and not answered; sent again after it, it is taken', () => {
    const nodes = new Nodes()
    const node = nodes.add('node', 1, storeWith([root]))
    const peer = new RawPeer(nodes, 'peer')
    nodes.link(node, peer)
    nodes.run(1_000)
    peer.sendDocuments(node, root.id, [said])
    nodes.run(1_000)
    expect(node.has(said.id)).toBe(false)
    expect(node.faultCodes()).toEqual(['message-outside-room'])
    peer.enter(node, root.id)
    nodes.run(10_000)
    expect(node.has(said.id), 'the METADATA does not bring it back').toBe(false)
    expect(peer.ids('ack')).toEqual([])
    peer.sendDocuments(node, root.id, [said])
    nodes.run(1_000)
    expect(node.has(said.id)).toBe(true)
    expect(peer.ids('ack')).toEqual([said.id])
  })
})

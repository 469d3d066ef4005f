/** What is told of who may do what adds up to what holds, in whatever order acts come. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { AccessNews, type AccessChange } from '../../../../src/room/access/access-news.ts'
import { inviteStates } from '../../../../src/room/access/invite-states.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { peerA, shuffle, signerOf, welcome } from '../history.ts'
import { membersRoot, MembersWriter, randomMembers } from './random-members.ts'

const watch = (graph: RoomGraph, room: { isJoining: boolean } = { isJoining: false }): AccessNews =>
  new AccessNews({
    get control() {
      return graph.gate.control
    },
    self: signerOf(1).author,
    get isJoining() {
      return room.isJoining
    },
    lack: undefined,
    removal: undefined,
  })

/** What those who heard all that was told believe; `wrong`: changes whose beginning is not what was told before. */
class Listener {
  readonly ranks = new Map<PeerId, number>()
  readonly invites = new Map<string, string>()
  readonly wrong: AccessChange[] = []

  hear(changes: readonly AccessChange[]): void {
    for (const change of changes) {
      if (change.type === 'member') {
        const { peer, before, rank } = change
        if ((this.ranks.get(peer) ?? 0) !== before) this.wrong.push(change)
        if (rank === 0) this.ranks.delete(peer)
        else this.ranks.set(peer, rank)
      } else if (change.type === 'invite') {
        const { invite, before, status } = change
        if (this.invites.get(invite.id) !== before) this.wrong.push(change)
        if (status === 'void') this.invites.delete(invite.id)
        else this.invites.set(invite.id, status)
      }
    }
  }
}

describe('what is told', () => {
  it('adds up to what holds, and says of each difference what it was before', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 5, max: 40 }), (seed, steps) => {
        const { documents, root } = randomMembers(seededRandom(seed), steps)
        const graph = new RoomGraph(root.id, memoryStore())
        graph.receive([root.block], peerA, welcome)
        const news = watch(graph)
        const listener = new Listener()
        listener.ranks.set(root.author, graph.gate.control!.rank(root.author))
        for (let round = 0; round < 3; round++) {
          for (const { block } of shuffle(documents, seededRandom(seed + round))) {
            graph.receive([block], peerA, welcome)
            listener.hear(news.changes())
          }
          for (let asked = graph.missing(); asked.length > 0; asked = graph.missing()) {
            const blocks = documents.filter(({ id }) => asked.includes(id)).map(({ block }) => block)
            graph.receive(blocks, peerA, welcome)
            listener.hear(news.changes())
          }
        }
        const control = graph.gate.control!
        const ranked = control.authors().filter((peer) => control.rank(peer) > 0)
        expect(listener.wrong).toEqual([])
        expect(listener.ranks).toEqual(new Map(ranked.map((peer) => [peer, control.rank(peer)])))
        expect(listener.invites).toEqual(new Map([...inviteStates(control)].map(([id, { status }]) => [id, status])))
        expect(news.changes()).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('is nothing while the room is joined, and then only what this node was given', () => {
    const writer = new MembersWriter(membersRoot(seededRandom(7)))
    const [self, other] = [signerOf(1).author, signerOf(2).author]
    for (const member of [self, other]) writer.act(0, writer.heads(), { type: 'role', member, role: 'writer' })
    const graph = new RoomGraph(writer.root.id, memoryStore())
    const room = { isJoining: true }
    const news = watch(graph, room)
    graph.receive(
      writer.documents.map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(news.changes()).toEqual([])
    room.isJoining = false
    expect(news.changes()).toMatchObject([{ type: 'member', peer: self, before: 0 }])
    expect(news.changes()).toEqual([])
  })

  it('says that who let somebody in had no right to, once that turns out', () => {
    const writer = new MembersWriter(membersRoot(seededRandom(7)))
    const [admin, member] = [signerOf(1).author, signerOf(2).author]
    writer.act(0, writer.heads(), { type: 'role', member: admin, role: 'admin' })
    const base = writer.heads()
    const letIn = writer.act(1, base, { type: 'role', member, role: 'writer' })
    const removal = writer.act(0, base, { type: 'role', member: admin, role: 'none' })
    const graph = new RoomGraph(writer.root.id, memoryStore())
    const receive = (...documents: { block: Uint8Array }[]) =>
      graph.receive(
        documents.map(({ block }) => block),
        peerA,
        welcome,
      )
    receive(writer.root, ...base, letIn)
    const news = watch(graph)
    receive(removal)
    expect(news.changes()).toMatchObject([
      { type: 'member', peer: member, rank: 0, setting: undefined },
      { type: 'member', peer: admin, rank: 0, setting: { how: 'role', by: writer.root.author } },
    ])
  })
})

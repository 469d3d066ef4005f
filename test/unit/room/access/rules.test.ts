/** The rules about members, each over random rooms: what holds whatever anybody writes, and in whatever order it comes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ACCEPTANCES } from '../../../../protocols/access/constants.ts'
import { encodeDocument, type Document } from '../../../../protocols/document/document.ts'
import { acceptance, actOf } from '../../../../src/room/access/acts.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { inviteBoxes } from '../../../../src/room/sealing/recipients.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { NOW_MS, peerA, signerOf, welcome } from '../history.ts'
import { before, counts, has, nodeWith } from './node-with.ts'
import { inviteSigner, membersRoot, MembersWriter, randomMembers } from './random-members.ts'

const OWNER = 0
const ADMIN = 1
const BOB = 2
const CAROL = 3

/** A room whose owner has made an admin and two writers. */
function family(): { writer: MembersWriter; made: Document[] } {
  const writer = new MembersWriter(membersRoot(seededRandom(7)))
  const made: Document[] = []
  for (const [member, role] of [
    [ADMIN, 'admin'],
    [BOB, 'writer'],
    [CAROL, 'writer'],
  ] as const) {
    made.push(writer.act(OWNER, writer.heads(), { type: 'role', member: signerOf(member).author, role }))
  }
  return { writer, made }
}

/** The same with an invite for one. */
function inviting() {
  const { writer } = family()
  const key = inviteSigner(0)
  const invite = writer.act(ADMIN, writer.heads(), {
    ...{ type: 'invite', key: key.author, role: 'writer', uses: 1, expiresMs: undefined },
  })
  const accept = (author: number, after: Document): Document =>
    writer.act(author, [after], acceptance(writer.root.id, invite.id, signerOf(author).author, key))
  return { writer, invite, accept }
}

describe('admins who remove each other in a circle', () => {
  /** Of so many, each removes the next one, beside the others. */
  function circle(size: number) {
    const writer = new MembersWriter(membersRoot(seededRandom(7)))
    const admins = Array.from({ length: size }, (_, i) => signerOf(i + 1).author)
    for (const member of admins) writer.act(OWNER, writer.heads(), { type: 'role', member, role: 'admin' })
    const base = writer.heads()
    const removals = admins.map((_, i) =>
      writer.act(i + 1, base, { type: 'role', member: admins[(i + 1) % size]!, role: 'none' }),
    )
    return { documents: writer.documents, admins, removals }
  }

  it.each([
    [3, [0, 1, 2]],
    [3, [2, 1, 0]],
    [4, [0, 2, 1, 3]],
    [4, [1, 3, 0, 2]],
  ])('are all removed, %i of them, also where their acts come one by one as %j', (size, order) => {
    const { documents, admins, removals } = circle(size)
    const graph = nodeWith(documents.slice(0, -size))
    for (const index of order) graph.receive([removals[index]!.block], peerA, welcome)
    expect(admins.map((admin) => graph.gate.control!.rank(admin))).toEqual(admins.map(() => 0))
    expect(removals.map((removal) => counts(graph, removal))).toEqual(removals.map(() => true))
  })
})

const rooms = fc.record({ seed: fc.integer(), steps: fc.integer({ min: 5, max: 40 }) })

describe('who may write', () => {
  it('what an author never admitted writes stays out, unless a member builds on it', () => {
    const { writer } = family()
    const stranger = writer.say(5, writer.heads())
    const apart = nodeWith(writer.documents)
    expect(has(apart, stranger)).toBe(false)
    writer.say(BOB, [stranger])
    const built = nodeWith(writer.documents)
    expect([has(built, stranger), counts(built, stranger)]).toEqual([true, false])
  })

  it('what strangers write on each other does not wait, in whatever order it comes', () => {
    const { writer, made } = family()
    const first = writer.say(5, made.slice(-1))
    const others = Array.from({ length: 20 }, () => writer.say(5, [first])).reverse()
    const graph = nodeWith([writer.root, ...made])
    for (const document of others) graph.receive([document.block], peerA, welcome)
    expect(graph.pendingCount).toBeGreaterThan(0)
    graph.receive([first.block], peerA, welcome)
    expect(graph.pendingCount).toBe(0)
  })

  it('nobody is asked for what only acts of a removed author wait for, until somebody follows them', () => {
    const { writer, made } = family()
    const known = made.slice(-1)
    const removal = writer.act(OWNER, known, { type: 'role', member: signerOf(ADMIN).author, role: 'none' })
    const missing = writer.say(ADMIN, known)
    const beside = writer.act(ADMIN, [missing], { type: 'role', member: signerOf(BOB).author, role: 'none' })
    const graph = nodeWith([writer.root, ...made])
    const receive = (...documents: Document[]) =>
      graph.receive(
        documents.map(({ block }) => block),
        peerA,
        welcome,
      )
    expect(receive(beside).awaited).toEqual([missing.id])
    expect(receive(removal).unawaited).toContain(missing.id)
    expect([graph.isPending(beside.id), graph.missing()]).toEqual([true, []])
    expect(receive(writer.say(CAROL, [beside])).durable).toHaveLength(1)
    expect(graph.missing()).toEqual([missing.id])
    receive(missing)
    expect([has(graph, beside), graph.pendingCount]).toEqual([true, 0])
  })

  it('nobody is asked for what an act waits for that arrives after the removal of its author', () => {
    const { writer, made } = family()
    const known = made.slice(-1)
    const removal = writer.act(OWNER, known, { type: 'role', member: signerOf(ADMIN).author, role: 'none' })
    const missing = writer.say(ADMIN, known)
    const beside = writer.act(ADMIN, [missing], { type: 'role', member: signerOf(BOB).author, role: 'none' })
    const graph = nodeWith([writer.root, ...made, removal])
    expect(graph.receive([beside.block], peerA, welcome).awaited).toEqual([])
    expect([graph.isPending(beside.id), graph.missing()]).toEqual([true, []])
  })

  it('nothing without a signature of its own is here, whatever proves it', () => {
    const { writer, made } = family()
    const { block: _, id: _id, ...fields } = writer.say(BOB, made.slice(-1))
    const unsigned = encodeDocument(fields)
    const proof = encodeDocument(
      { ...fields, seq: fields.seq + 1, previous: unsigned.id, parents: [], clock: fields.clock + 1 },
      signerOf(BOB),
    )
    const graph = nodeWith([writer.root, ...made])
    expect(graph.receive([unsigned.block, proof.block], peerA, welcome).accepted).toEqual([])
  })

  it('an admin who was given less does not come back with an invite from before', () => {
    const { writer } = family()
    const key = inviteSigner(0)
    const invite = writer.act(ADMIN, writer.heads(), {
      ...{ type: 'invite', key: key.author, role: 'admin', uses: 1, expiresMs: undefined },
    })
    const lowered = writer.act(OWNER, [invite], { type: 'role', member: signerOf(ADMIN).author, role: 'writer' })
    const back = writer.act(ADMIN, [lowered], acceptance(writer.root.id, invite.id, signerOf(ADMIN).author, key))
    expect(counts(nodeWith(writer.documents), back)).toBe(false)
  })

  it('what is only here for an acceptance leaves with it, however far before it, and nothing that others follow', () => {
    const { writer, invite, accept } = inviting()
    const followed = writer.say(5, [invite])
    const said = writer.say(BOB, [followed])
    const first = writer.say(5, [followed])
    const second = writer.act(5, [first], { type: 'role', member: signerOf(BOB).author, role: 'none' })
    const late = accept(4, second)
    const graph = nodeWith(writer.documents)
    expect(graph.heads.newest().map(({ id }) => id)).toEqual([said, late].map(({ id }) => id))

    const early = accept(3, invite)
    expect(early.clock).toBeLessThan(first.clock)
    graph.receive([early.block], peerA, welcome)
    expect(graph.heads.newest().map(({ id }) => id)).toEqual([early, said].map(({ id }) => id))
    expect([counts(graph, early), counts(graph, said), has(graph, followed)]).toEqual([true, true, true])
    const again = graph.receive(
      [first, second, late].map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(again.durable).toEqual([])
  })

  it('an act that left and came back is there once, also after the next start', () => {
    const { writer, made } = family()
    const role = { type: 'role', member: signerOf(4).author, role: 'writer' } as const
    const store = memoryStore()
    const let4 = writer.act(ADMIN, made.slice(-1), role)
    const graph = nodeWith(writer.documents, 1, store)
    const first = writer.act(OWNER, made.slice(-1), { type: 'role', member: signerOf(ADMIN).author, role: 'none' })
    graph.receive([first.block], peerA, welcome)
    expect(store.hasDocument(let4.id)).toBe(false)
    // Whoever builds on it keeps it.
    const built = writer.say(BOB, [let4])
    graph.receive([let4.block, built.block], peerA, welcome)
    const anew = new RoomGraph(writer.root.id, store).gate.control!
    expect(store.hasDocument(let4.id)).toBe(true)
    expect(anew.allActs().map(({ id }) => id)).toEqual(graph.gate.control!.allActs().map(({ id }) => id))
  })

  it('what has left comes back with what waits for it', () => {
    const { writer, invite, accept } = inviting()
    const stranger = writer.say(5, [invite])
    accept(4, stranger)
    const graph = nodeWith(writer.documents)
    const missing = writer.say(CAROL, [invite])
    const waiting = writer.say(BOB, [stranger, missing])
    graph.receive([waiting.block], peerA, welcome)
    expect(graph.missing()).toEqual([missing.id])

    const intake = graph.receive([accept(3, invite).block], peerA, welcome)
    expect(intake.awaited).toEqual([stranger.id])
    expect(new Set(graph.missing())).toEqual(new Set([missing.id, stranger.id]))
    graph.receive([missing.block], peerA, welcome)
    const { accepted } = graph.receive([stranger.block], peerA, welcome)
    expect(accepted.map(({ id }) => id)).toEqual([stranger.id, waiting.id])
  })

  it('nothing that does not count is here unless something that counts follows it', () => {
    fc.assert(
      fc.property(rooms, ({ seed, steps }) => {
        const { documents } = randomMembers(seededRandom(seed), steps)
        const graph = nodeWith(documents, seed)
        const here = documents.filter((document) => has(graph, document) && !graph.isPending(document.id))
        const needed = new Set(
          here.filter((each) => graph.gate.counts(each)).flatMap((each) => [...before(each, documents)]),
        )
        for (const document of here) expect(graph.gate.counts(document) || needed.has(document.id)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('what a removed author writes beside the removal, or after it, does not count; what came before does', () => {
    fc.assert(
      fc.property(rooms, ({ seed, steps }) => {
        const { documents } = randomMembers(seededRandom(seed), steps)
        const graph = nodeWith(documents, seed)
        const here = documents.filter((document) => has(graph, document) && !graph.isPending(document.id))
        for (const removal of here.filter((document) => graph.gate.counts(document))) {
          const saying = actOf(removal)?.saying
          if (saying?.type !== 'role' || saying.role !== 'none') continue
          const known = before(removal, documents)
          const beside = here.filter(
            (each) =>
              each.author === saying.member &&
              actOf(each) === undefined &&
              !known.has(each.id) &&
              !before(each, documents).has(removal.id) &&
              !isOwnersAt(each, here),
          )
          for (const document of beside) expect(graph.gate.counts(document)).toBe(false)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('the owner cannot be removed, and hands the room over only itself', () => {
    const { writer } = family()
    writer.act(ADMIN, writer.heads(), { type: 'role', member: signerOf(OWNER).author, role: 'none' })
    writer.act(ADMIN, writer.heads(), { type: 'owner', member: signerOf(ADMIN).author })
    expect(nodeWith(writer.documents).gate.control?.owner).toBe(signerOf(OWNER).author)
    writer.act(OWNER, writer.heads(), { type: 'owner', member: signerOf(BOB).author })
    const after = nodeWith(writer.documents)
    expect(after.gate.control?.owner).toBe(signerOf(BOB).author)
    const removed = writer.act(BOB, writer.heads(), { type: 'role', member: signerOf(OWNER).author, role: 'none' })
    expect(counts(nodeWith(writer.documents), removed)).toBe(true)
  })

  it('two admins who remove each other while apart are both removed', () => {
    const { writer } = family()
    const promoted = writer.act(OWNER, writer.heads(), { type: 'role', member: signerOf(BOB).author, role: 'admin' })
    const one = writer.act(ADMIN, [promoted], { type: 'role', member: signerOf(BOB).author, role: 'none' })
    const other = writer.act(BOB, [promoted], { type: 'role', member: signerOf(ADMIN).author, role: 'none' })
    const graph = nodeWith(writer.documents)
    expect([counts(graph, one), counts(graph, other)]).toEqual([true, true])
    expect([ADMIN, BOB].map((author) => graph.gate.control?.rank(signerOf(author).author))).toEqual([0, 0])
  })

  it('whom a removed admin admits beside the removal gains nothing', () => {
    const { writer, made } = family()
    const removal = writer.act(OWNER, made.slice(-1), { type: 'role', member: signerOf(ADMIN).author, role: 'none' })
    const sybil = writer.act(ADMIN, made.slice(-1), { type: 'role', member: signerOf(5).author, role: 'admin' })
    const revenge = writer.act(5, [sybil], { type: 'role', member: signerOf(BOB).author, role: 'none' })
    const graph = nodeWith(writer.documents)
    expect([removal, sybil, revenge].map((document) => counts(graph, document))).toEqual([true, false, false])
  })

  it('who is admitted again writes again, and what was written between stays without effect', () => {
    const { writer, made } = family()
    const bob = signerOf(BOB).author
    const earlier = writer.say(BOB, made.slice(-1))
    const removal = writer.act(ADMIN, [earlier], { type: 'role', member: bob, role: 'none' })
    const beside = writer.say(BOB, [earlier])
    const again = writer.act(OWNER, [removal], { type: 'role', member: bob, role: 'writer' })
    const later = writer.say(BOB, [again, beside])
    const graph = nodeWith(writer.documents)
    expect([earlier, beside, later].map((document) => counts(graph, document))).toEqual([true, false, true])
  })

  it('an invite makes as many members as it says, those first in the order; not who was removed since, nor later', () => {
    const { writer } = family()
    const key = inviteSigner(0)
    const invite = writer.act(ADMIN, writer.heads(), {
      type: 'invite',
      key: key.author,
      role: 'writer',
      uses: 1,
      expiresMs: undefined,
    })
    const accept = (author: number): Document =>
      writer.act(author, [invite], acceptance(writer.root.id, invite.id, signerOf(author).author, key))
    const accepted = [accept(4), accept(5)].sort((a, b) => a.clock - b.clock || (a.id < b.id ? -1 : 1))
    const graph = nodeWith(writer.documents)
    expect(accepted.filter((document) => counts(graph, document))).toHaveLength(1)
    const withdrawn = writer.act(OWNER, [invite], { type: 'withdraw', invite: invite.id })
    const after = nodeWith(writer.documents)
    expect(counts(after, withdrawn)).toBe(true)
    expect(accepted.filter((document) => counts(after, document))).toEqual([])
  })
})

describe('who accepts an invite for one again, not knowing that it has', () => {
  const BACKUP_AUTHOR = 4

  /** Accepted, made an admin, and accepted again from a backup in which it was neither. */
  function acceptedTwice() {
    const { writer, invite, accept } = inviting()
    const first = accept(BACKUP_AUTHOR, invite)
    const { author } = signerOf(BACKUP_AUTHOR)
    const promoted = writer.act(OWNER, [first], { type: 'role', member: author, role: 'admin' })
    const aside = writer.say(BOB, [invite])
    const again = accept(BACKUP_AUTHOR, aside)
    return { writer, invite, accept, first, promoted, again, author }
  }

  it('is in, with all that it writes after that', () => {
    const { writer, first, again } = acceptedTwice()
    const said = writer.say(BACKUP_AUTHOR, [again])
    expect(again.clock).toBeGreaterThan(first.clock)
    const graph = nodeWith(writer.documents)
    expect([first, again, said].map((document) => counts(graph, document))).toEqual([true, true, true])
  })

  it('leaves no place to others, in whatever order all comes', () => {
    const { writer, accept, again } = acceptedTwice()
    const other = accept(5, again)
    for (let seed = 0; seed < 10; seed++) expect(counts(nodeWith(writer.documents, seed), other)).toBe(false)
  })

  it('leaves a new key of a private room to be sealed to who has the invite as well', () => {
    const { writer } = family()
    const key = inviteSigner(0)
    const box = new Uint8Array(32).fill(1)
    const invite = writer.act(ADMIN, writer.heads(), {
      ...{ type: 'invite', key: key.author, role: 'reader', uses: 2, expiresMs: undefined, box },
    })
    const boxesAfter = (author: number): number => {
      const accept = acceptance(writer.root.id, invite.id, signerOf(author).author, key)
      writer.act(author, [writer.say(BOB, [invite])], accept)
      return inviteBoxes(nodeWith(writer.documents).gate.control!, NOW_MS).length
    }
    const again = [BACKUP_AUTHOR, BACKUP_AUTHOR].map(boxesAfter)
    expect([...again, boxesAfter(5)]).toEqual([1, 1, 0])
  })

  it('does not come back after it was removed since', () => {
    const { writer, promoted, again, author } = acceptedTwice()
    writer.act(OWNER, [promoted], { type: 'role', member: author, role: 'none' })
    const said = writer.say(BACKUP_AUTHOR, [again])
    const graph = nodeWith(writer.documents)
    expect([graph.gate.control!.rank(author), counts(graph, said)]).toEqual([0, false])
  })

  it('has no more acceptances than there may be', () => {
    const { writer, invite, accept } = inviting()
    const accepted = Array.from({ length: 200 }, () => accept(BACKUP_AUTHOR, writer.say(BOB, [invite])))
    const graph = nodeWith(writer.documents)
    expect(accepted.filter((document) => counts(graph, document))).toHaveLength(MAX_ACCEPTANCES)
    expect(accepted.filter((document) => has(graph, document))).toHaveLength(MAX_ACCEPTANCES)
  })
})

/** Whether a document's author owned the room by what it knew, or came to own it: nobody removes an owner. */
function isOwnersAt(document: Document, here: readonly Document[]): boolean {
  const handovers = here.flatMap((each) => {
    const saying = actOf(each)?.saying
    return saying?.type === 'owner' ? [saying.member] : []
  })
  return document.author === signerOf(OWNER).author || handovers.includes(document.author)
}

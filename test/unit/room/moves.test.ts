/** What moves a room, and what does not. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_MOVES, MOVE_MARK_BYTES, MOVED_KIND } from '../../../protocols/room/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { Rooms } from '../../../src/machine/rooms.ts'
import {
  decodeMoves,
  encodeMoves,
  isMovedTo,
  markOf,
  moveIn,
  noMoves,
  withMove,
  type Move,
} from '../../../src/room/moves.ts'
import type { Room } from '../../../src/room/room.ts'
import { unknownFold, wholeFold } from '../../../src/room/whole-state.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { NaiveAccess } from './access/naive.ts'
import { membersRoot, MembersWriter, randomMembers } from './access/random-members.ts'
import { at, deliveryOf, NOW_MS, peerA, rootOf, signerOf, Writer } from './history.ts'

const OTHERS = [2, 3, 4].map((seed) => rootOf('chat', seed).id)
const [one, other] = OTHERS as [RoomId, RoomId]

/** The room of a node that has been sent all documents, until that changes nothing. */
function received(documents: readonly Document[], seed: number): Room {
  const store = memoryStore()
  const init = { store, signer: signerOf(9), random: seededRandom(9), apps: byName(builtInApps), authorName: undefined }
  const rooms = new Rooms(init)
  const { id } = documents[0]!
  rooms.join(id, NOW_MS)
  for (let round = 0, before = -1; ; round++) {
    const { documents: now } = store.totals(id)
    // What is refused may be taken with what follows it.
    if (now === before && round > 6) return rooms.require(id)
    before = now
    for (const blocks of deliveryOf(documents, seed + round)) rooms.receive(id, blocks, peerA, at(NOW_MS))
  }
}

const roomOf = (documents: readonly Document[]): Room => received(documents, 1)

class MovingWriter extends Writer {
  move(author: number, to: RoomId, { isFork = false, body = markOf(this.room, to) } = {}): Document {
    return this.write({ author, parents: [0], isFork, signing: 'signed', kind: MOVED_KIND, body })
  }
}

const moveTo = (writer: MembersWriter, author: number, named: readonly Document[], to: RoomId): Document =>
  writer.write(signerOf(author), named, { kind: MOVED_KIND, body: markOf(writer.root.id, to) })

describe('an open room', () => {
  it('goes on in the one that its owner named last, and in none that somebody else names', () => {
    const writer = new MovingWriter()
    writer.say(1, 'hello')
    const before = roomOf(writer.documents).view.encode()
    writer.move(1, one)
    const room = roomOf(writer.documents)
    expect(moveIn(room)).toBeUndefined()
    expect(room.view.encode()).toEqual(before)
    const first = writer.move(0, one)
    expect(isMovedTo(roomOf(writer.documents), one)).toBe(true)
    // Beside the first one, as by a copy of the owner's key: the last in the room's order counts, wherever it leads.
    const second = writer.move(0, other, { isFork: true })
    const last = [first, second].sort(comparePositions).at(-1)!
    for (const seed of [1, 2, 3]) expect(moveIn(received(writer.documents, seed))?.writtenAt.id).toBe(last.id)
  })

  it('does not go on in itself, nor in what is no mark', () => {
    const writer = new MovingWriter()
    writer.move(0, writer.room)
    for (const length of [0, MOVE_MARK_BYTES - 1, MOVE_MARK_BYTES + 1]) {
      writer.move(0, one, { body: new Uint8Array(length).fill(7) })
    }
    expect(moveIn(roomOf(writer.documents))).toBeUndefined()
    // The mark of a move from another room leads nowhere that anybody knows.
    writer.move(0, one, { body: markOf(other, one) })
    expect(isMovedTo(roomOf(writer.documents), one)).toBe(false)
  })

  it('leaves out nothing for it that others wrote, before or after', () => {
    const writer = new MovingWriter()
    writer.say(1, 'before')
    writer.move(0, one)
    writer.say(1, 'after, not knowing the rule')
    const room = roomOf(writer.documents)
    expect(room.view.toJson()).toMatchObject({ recent: [{ text: 'before' }, { text: 'after, not knowing the rule' }] })
  })
})

describe('the moves of a state', () => {
  const fold = wholeFold(unknownFold, { owner: signerOf(0).author })

  it('take no byte where there are none, and the same whatever led to them', () => {
    expect(fold.encode(fold.initial())).toEqual(encode([encode([]), encode(null)]))
    const writer = new MovingWriter()
    const moved = [writer.move(0, one), writer.move(0, other)]
    const state = moved.reduce((folded, document) => fold.reduce(folded, document), fold.initial())
    expect(moved.toReversed().reduce((folded, document) => fold.reduce(folded, document), fold.initial())).toEqual(
      state,
    )
    const encoded = fold.encode(state)
    expect(fold.encode(fold.decode(encoded))).toEqual(encoded)
  })

  it('are at most a few, the last ones', () => {
    const writer = new Writer()
    let moves = noMoves
    const documents = Array.from({ length: MAX_MOVES + 1 }, (_, author) => {
      const body = markOf(writer.room, one)
      return writer.write({ author, parents: [0], isFork: false, signing: 'signed', kind: MOVED_KIND, body })
    })
    for (const document of documents) moves = withMove(moves, document, () => true)
    expect(moves.size).toBe(MAX_MOVES)
    expect(moves.has(documents[0]!.author)).toBe(false)
    expect(encodeMoves(decodeMoves(encodeMoves(moves)))).toEqual(encodeMoves(moves))
  })

  it.each([new Uint8Array(MOVE_MARK_BYTES - 1), 'mark', 7])('have no mark like %s', (mark) => {
    const { author } = signerOf(0)
    expect(() => decodeMoves(encode([[author, mark, 2, one]]))).toThrow(TypeError)
  })
})

describe('a room that everybody reads', () => {
  it('is moved by whoever owns it now, not by who did before, nor by an admin', () => {
    const writer = new MembersWriter(membersRoot(seededRandom(1)))
    const { root } = writer
    const admin = writer.act(0, [root], { type: 'role', member: signerOf(1).author, role: 'admin' })
    moveTo(writer, 1, [admin], one)
    expect(moveIn(roomOf(writer.documents))).toBeUndefined()
    const handover = writer.act(0, writer.heads(), { type: 'owner', member: signerOf(1).author })
    moveTo(writer, 0, [handover], one)
    expect(moveIn(roomOf(writer.documents))).toBeUndefined()
    // As if it did not know that it has handed the room over.
    const pretended = moveTo(writer, 0, [root], one)
    const room = roomOf(writer.documents)
    expect(room.graph.heads.frontier().ids).toContain(pretended.id)
    expect(moveIn(room)).toBeUndefined()
    moveTo(writer, 1, [handover], other)
    expect(isMovedTo(roomOf(writer.documents), other)).toBe(true)
  })

  it('is moved alike everywhere, whatever the order of arrival', () => {
    const histories = fc.record({ seed: fc.integer(), steps: fc.integer({ min: 1, max: 30 }) })
    fc.assert(
      fc.property(histories, ({ seed, steps }) => {
        const random = seededRandom(seed)
        const writer = randomMembers(random, steps)
        for (let count = 0; count < 8; count++) {
          const after = writer.documents[Math.floor(random() * writer.documents.length)]!
          if (random() < 0.3) {
            const [from, to] = random() < 0.7 ? [0, 1] : [1, 2]
            writer.act(from!, [after], { type: 'owner', member: signerOf(to!).author })
          }
          // Mostly by the author of the root, and by those who may own the room by then.
          moveTo(writer, Math.floor(random() * random() * 6), [after], OTHERS[count % OTHERS.length]!)
        }
        const rooms = [1, 2].map((turn) => received(writer.documents, seed + turn * 1_000))
        const [first, second] = rooms as [Room, Room]
        expect(first.view.hash()).toBe(second.view.hash())
        expect(moveIn(first)).toEqual(moveIn(second))
        expect(moveIn(first)).toEqual(expected(writer.documents))
      }),
      { numRuns: 60 },
    )
  })
})

/** What the specification says. */
function expected(documents: readonly Document[]): Move | undefined {
  const naive = new NaiveAccess(documents)
  const owner = naive.ownerAtEnd()
  const counting = naive.counting()
  const moves = documents.filter(({ id, kind, author }) => kind === MOVED_KIND && author === owner && counting.has(id))
  const last = moves
    .filter((move) => naive.ownerBefore(move) === owner)
    .sort(comparePositions)
    .at(-1)
  return last && { mark: last.body, writtenAt: { clock: last.clock, id: last.id } }
}

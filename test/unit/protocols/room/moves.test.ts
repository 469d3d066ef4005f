/** The vectors of moves: their marks, and what is in effect in rooms with members. */
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../../protocols/document/document.ts'
import { parseDocumentId } from '../../../../protocols/wire/ids.ts'
import { builtInApps, byName } from '../../../../src/apps/index.ts'
import { Rooms } from '../../../../src/machine/rooms.ts'
import { markOf, moveIn } from '../../../../src/room/moves.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { at, NOW_MS, peerA, shuffle, signerOf } from '../../room/history.ts'
import { fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

interface MovesVectors {
  marks: { from: string; to: string; mark: string }[]
  histories: {
    name: string
    room: string
    documents: { name: string; block: Spelled }[]
    move: string | null
    state: Spelled
  }[]
}

const { marks, histories } = readVectors<MovesVectors>('room/vectors/moves.json')

it.each(marks)('the mark of a move from $from to $to', ({ from, to, mark }) => {
  expect(toHex(markOf(parseDocumentId(from)!, parseDocumentId(to)!))).toBe(mark)
})

describe.each(histories)('$name', ({ room, documents, move, state }) => {
  const id = parseDocumentId(room)!
  const blocks = documents.map(({ block }) => fromSpelled(block))

  it.each([0, 1, 2, 3])('in order of arrival %i', (seed) => {
    const init = { signer: signerOf(9), random: seededRandom(9), apps: byName(builtInApps), authorName: undefined }
    const rooms = new Rooms({ ...init, store: memoryStore() })
    rooms.join(id, NOW_MS)
    const arrival = seed === 0 ? blocks : shuffle(blocks, seededRandom(seed))
    // What is refused alone may be taken with what follows it, or what lets its author in.
    for (let round = 0; round < documents.length; round++) rooms.receive(id, arrival, peerA, at(NOW_MS))
    for (const block of arrival) rooms.receive(id, [block], peerA, at(NOW_MS))
    const open = rooms.require(id)
    expect(moveIn(open)?.writtenAt.id ?? null).toBe(move)
    expect(toHex(open.view.encode())).toBe(toHex(fromSpelled(state)))
    expect(blocks.map((block) => decodeDocument(block).id)).toContain(move ?? id)
  })
})

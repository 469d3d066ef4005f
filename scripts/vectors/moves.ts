/** Rooms that go on in other ones: the vectors of moves. */
import { roleBody } from './acts.ts'
import { digestOf, documentId, filled, hex, type Bytes, type Key } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { authorsVector, CAROL, History, spelled, type Manner, type Written } from './history.ts'
import { Members } from './members.ts'
import { DAVE, MembersHistory } from './members-history.ts'
import { markOf, stateWithMembers } from './state.ts'

const ONE = digestOf('a private room')
const OTHER = digestOf('another private room')

const move = (name: string, history: History, author: Key, to: Bytes, manner?: Manner): Written =>
  history.write(name, author, 'room/moved', markOf(history.room, to), manner)

/** Open rooms, for the histories that every room may have. */
export function openMoves(app: string): [name: string, History][] {
  const none = new History(app)
  move('Bob, who does not own the room', none, BOB, ONE)
  move('Alice, to the room itself', none, ALICE, none.room)
  none.write('Alice, a mark that is too short', ALICE, 'room/moved', filled(31, 9))
  none.write('Alice, a mark that is too long', ALICE, 'room/moved', filled(33, 9))
  none.write('Alice, a kind of a later version', ALICE, 'room/moved/2', markOf(none.room, ONE))

  const moved = new History(app)
  moved.write('Bob is called Bob', BOB, 'profile', 'Bob')
  const first = move('Alice moves the room', moved, ALICE, ONE)
  move('Alice moves it again', moved, ALICE, OTHER)
  moved.write('Carol, beside that: her name counts', CAROL, 'profile', 'Carol', { after: [first] })

  const forked = new History(app)
  const root = { after: [forked.root], continues: forked.root }
  move('Alice moves the room', forked, ALICE, ONE, root)
  move('Alice moves it elsewhere, beside that', forked, ALICE, OTHER, root)

  const ruled = new History(app)
  ruled.write('Alice drops Bob', ALICE, 'drop-author', BOB.publicKey)
  move('Alice moves the room', ruled, ALICE, ONE)
  return [
    ['what moves no room', none],
    ['moved twice: the last move counts, and so does what others write', moved],
    ['moved twice beside each other: the last one in the order counts', forked],
    ['moved, with a ruling: the state has both parts', ruled],
  ]
}

function byMembers() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  move('Bob, an admin', history, BOB, ONE, { after: [bob] })
  move('Carol, no member', history, CAROL, ONE, { after: [bob] })
  const alice = move('Alice moves the room', history, ALICE, OTHER)
  history.says('Bob, beside that', BOB, { after: [bob] })
  return withOutcome('the owner moves it, neither an admin nor a stranger', history, alice)
}

function handedOver() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const handover = history.handOver('Alice hands the room over to Bob', ALICE, BOB, { after: [bob] })
  move('Alice, after that', history, ALICE, ONE, { after: [handover] })
  move('Alice, as if before that', history, ALICE, ONE, { after: [bob], continues: bob })
  const moved = move('Bob moves the room', history, BOB, OTHER, { after: [handover] })
  return withOutcome(
    'who was handed the room moves it; in the state is also what its former owner wrote beside',
    history,
    moved,
  )
}

function formerOwner() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const moved = move('Alice moves the room', history, ALICE, ONE, { after: [bob] })
  history.handOver('Alice hands the room over to Bob, beside that', ALICE, BOB, { after: [bob], continues: bob })
  history.write('a role that does not matter', BOB, 'access/role', roleBody(DAVE, 'writer'), { after: [moved] })
  return withOutcome('moved by who is not the owner any more: it stays', history, null)
}

/** `move`: the one in effect. */
function withOutcome(name: string, history: MembersHistory, inEffect: Written | null) {
  const members = new Members(history)
  const counting = members.counting()
  const owner = members.ownerAtEnd()
  const own = counting.filter(({ kind, key }) => kind === 'room/moved' && hex(key.publicKey) === owner)
  const last = own.filter((document) => members.isByOwner(document)).at(-1) ?? null
  if (last !== inEffect) throw new Error(`another move is in effect: ${name}`)
  const state = stateWithMembers(history, counting, (document) => members.isByOwner(document))
  return {
    ...{ name, room: documentId(history.room), app: history.app },
    documents: history.documents.map((document) => ({ name: document.name, block: spelled(document.block) })),
    move: last && documentId(last.digest),
    state: spelled(state),
  }
}

const mark = (from: Bytes, to: Bytes) => ({ from: documentId(from), to: documentId(to), mark: hex(markOf(from, to)) })

/** protocols/room/vectors/moves.json */
export const moves = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL, Dave: DAVE }),
  marks: [mark(ONE, OTHER), mark(OTHER, ONE), mark(ONE, ONE)],
  histories: [byMembers(), handedOver(), formerOwner()],
}

/** What is said in rooms below others about the rights that they take over: protocols/room/vectors/rights.json. */
import { RANKS, rankOf } from './acts.ts'
import { hex, text, type Key } from './bytes.ts'
import { ALICE, BOB, rootBody } from './document.ts'
import { authorsVector, CAROL, spelled } from './history.ts'
import { authorOf } from './known-acts.ts'
import { DAVE, MembersHistory } from './members-history.ts'
import { Members } from './members.ts'

const READER = rankOf('reader')
const WRITER = rankOf('writer')
const ADMIN = rankOf('admin')

const AUTHORS = [ALICE, BOB, CAROL, DAVE]
const keyOf = (id: string): Key => AUTHORS.find(({ publicKey }) => hex(publicKey) === id) as Key

/** A room of Alice with Bob as a writer and Carol as an admin. */
function kitchen(): MembersHistory {
  const history = new MembersHistory()
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin')
  return history
}

/** A room below it, of which only the root is there. */
const soup = (founder: Key): MembersHistory =>
  new MembersHistory(rootBody('chat', 'Soup', text('access'), text('public-read')), founder)

/** The same, with what Bob said along with it. */
function begun(): MembersHistory {
  const history = soup(BOB)
  history.role('Bob makes Alice an admin', BOB, ALICE, 'admin')
  history.role('Bob makes Carol an admin', BOB, CAROL, 'admin')
  history.handOver('Bob hands it over to Alice', BOB, ALICE, {}, 0)
  return history
}

/** The parent, with what else is said there. */
function and(say: (history: MembersHistory) => void, history = kitchen()): MembersHistory {
  say(history)
  return history
}

const removesBob = (history: MembersHistory) => history.role('Alice removes Bob', ALICE, BOB, 'none')
const toCarol = (history: MembersHistory) => history.handOver('Alice hands it over to Carol', ALICE, CAROL)

const lowered = (by: Key, then?: (history: MembersHistory) => void): MembersHistory =>
  and((history) => {
    history.role('Dave becomes a writer', CAROL, DAVE, 'writer')
    history.role('somebody makes Dave a reader', by, DAVE, 'reader')
    then?.(history)
  }, begun())
const withDave = (history: MembersHistory) => history.role('Carol makes Dave a writer', CAROL, DAVE, 'writer')

const cases: [name: string, self: Key, parent: MembersHistory, child: MembersHistory][] = [
  ['begun by its owner: the roles', ALICE, kitchen(), soup(ALICE)],
  ['begun by a writer: the roles, and a handover', BOB, kitchen(), soup(BOB)],
  ['as it is to be', ALICE, kitchen(), begun()],
  ['who started it was removed above', ALICE, and(removesBob), begun()],
  ['who started it was removed above, and still owns it', CAROL, and(removesBob), soup(BOB)],
  ['who started it only reads', CAROL, and((each) => each.role('Bob only reads', ALICE, BOB, 'reader')), begun()],
  [
    'who started it was never in the parent',
    ALICE,
    kitchen(),
    and((each) => each.handOver('to Alice', DAVE, ALICE, {}, 0), soup(DAVE)),
  ],
  ['the parent was handed over: so is the child', ALICE, and(toCarol), begun()],
  ['the parent was handed over, and who may not hand over the child looks on', CAROL, and(toCarol), begun()],
  [
    'the handover of the parent has yet to come',
    CAROL,
    kitchen(),
    and((each) => each.handOver('Alice hands it over to Carol', ALICE, CAROL, {}, 1), begun()),
  ],
  ['an admin lowered a role: nobody else raises it', ALICE, and(withDave), lowered(CAROL)],
  ['who lowered a role raises it', CAROL, and(withDave), lowered(CAROL)],
  [
    'who lowered a role is no admin any more',
    ALICE,
    and(withDave),
    lowered(CAROL, (history) => history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')),
  ],
]

/** The specification a second time. */
function outcome(self: Key, above: Members, below: Members) {
  const everIn = [
    ...new Set([
      ...above.acts.flatMap((act) => above.setting(act)?.author ?? []),
      above.ownerAtEnd(),
      authorOf(above.history.root),
    ]),
  ]
  const founder = authorOf(below.history.root)
  const owner = below.ownerAtEnd()
  const isOfMembers = above.rank(owner) >= READER && everIn.includes(founder)
  const isBehind = !isOfMembers || everIn.some((each) => above.rank(each) < READER && below.rank(each) >= READER)
  if (!isOfMembers) return { roles: [], handover: null, isBehind }
  const own = hex(self.publicKey)
  const due = (author: string): number => {
    const rank = Math.min(above.rank(author), ADMIN)
    return rank < READER ? 0 : author === founder && rank >= WRITER ? ADMIN : rank
  }
  const mayRaise = (author: string): boolean => {
    const by = loweredBy(below, author)
    return by === undefined || by === own || below.rank(by) < ADMIN
  }
  const roles = everIn
    .filter(
      (each) => each !== owner && due(each) !== below.rank(each) && (due(each) < below.rank(each) || mayRaise(each)),
    )
    .map((each) => ({ author: keyOf(each).peer, role: RANKS[due(each)] }))
  const turn = above.acts.filter((act) => act.says.type === 'owner' && above.counted.has(act)).length
  const isHandedOver = below.acts.some(
    (act) => act.says.type === 'owner' && below.counted.has(act) && (act.says.turn ?? 0) >= turn,
  )
  const isDue = owner === own && above.ownerAtEnd() !== own && !isHandedOver
  return { roles, handover: isDue ? { author: keyOf(above.ownerAtEnd()).peer, turn } : null, isBehind }
}

/** Who lowered what somebody has. Here all roles are by acts of their own, one after the other. */
function loweredBy(members: Members, author: string): string | undefined {
  const settings = members.acts.filter((act) => members.counted.has(act) && members.setting(act)?.author === author)
  const [before, last] = settings.slice(-2)
  if (before === undefined || last === undefined) return undefined
  const rankIn = (act: typeof last): number => members.setting(act)?.rank ?? 0
  return rankIn(last) < rankIn(before) ? authorOf(last.document) : undefined
}

const documentsOf = (history: MembersHistory) =>
  history.documents.map((document) => ({ name: document.name, block: spelled(document.block) }))

export const rights = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL, Dave: DAVE }),
  cases: cases.map(([name, self, parent, child]) => ({
    ...{ name, self: self.peer, parent: documentsOf(parent), child: documentsOf(child) },
    ...outcome(self, new Members(parent), new Members(child)),
  })),
}

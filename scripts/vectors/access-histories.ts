/** Histories of rooms with members: who gets in, who gets out, and what is written beside that. */
import { acceptanceContent, idLink, inviteBody, map, roleBody } from './acts.ts'
import { bytes, keyOf, text } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { CAROL } from './history.ts'
import { DAVE, ERIN, INVITE, MembersHistory } from './members-history.ts'

function admission() {
  const history = new MembersHistory()
  const { root } = history
  history.says('Carol, whom nobody let in', CAROL, { after: [root] })
  const bob = history.role('Alice makes Bob a writer', ALICE, BOB, 'writer', { after: [root] })
  const hello = history.says('Bob writes', BOB, { after: [bob] })
  history.role('Bob, no admin, makes Dave a writer', BOB, DAVE, 'writer', { after: [hello] })
  const carol = history.role('Alice makes Carol a reader', ALICE, CAROL, 'reader', { after: [hello] })
  history.says('Carol, as a reader', CAROL, { after: [carol], continues: null })
  const admin = history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin', { after: [carol] })
  const dave = history.role('Carol makes Dave a writer', CAROL, DAVE, 'writer', { after: [admin], continues: null })
  history.says('Dave writes', DAVE, { after: [dave] })
  history.says('Bob, beside that', BOB, { after: [hello], continues: hello })
  return history.vector('admission: writers write, admins let in, all others are refused')
}

function removedWhileAway() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const carol = history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  const before = history.says('Bob, before his removal', BOB)
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none')
  const beside = history.says('Bob, beside it', BOB, { after: [before] })
  history.says('Carol, after it', CAROL, { after: [removal] })
  history.says('Bob, after it', BOB, { after: [removal], continues: beside })
  history.says('Carol, beside it', CAROL, { after: [bob, carol], continues: null })
  return history.vector('removed while away: what he had written stays, the rest is refused')
}

function builtOn() {
  const history = new MembersHistory()
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  const before = history.says('Bob, before his removal', BOB)
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none')
  const beside = history.says('Bob, beside it', BOB, { after: [before] })
  history.says('Carol, who did not know of it, after that', CAROL, { after: [beside] })
  history.says('Bob, after Carol', BOB)
  history.says('Alice, after the removal and Carol', ALICE, { after: [removal] })
  return history.vector('removed while away: what somebody who counts built on is kept, but does not count')
}

function backdating() {
  const history = new MembersHistory()
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const one = history.says('Bob: 1', BOB)
  const two = history.says('Bob: 2', BOB)
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none')
  const { timeMs } = one
  history.says('Bob: another 2, a fork from before the removal', BOB, { after: [], continues: one, timeMs })
  history.says('Bob: another 1', BOB, { after: [one], continues: null, timeMs })
  history.says('Bob: 3, with a time before the removal', BOB, { after: [], continues: two, timeMs })
  history.says('Alice, after the removal', ALICE, { after: [removal] })
  return history.vector('backdating: forks and documents from before the removal count as little as later ones')
}

function knownFork() {
  const history = new MembersHistory()
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const one = history.says('Bob: 1', BOB)
  const two = history.says('Bob: 2', BOB)
  const other = history.says('Bob: another 2', BOB, { after: [], continues: one })
  history.says('Bob: 3, after the first 2', BOB, { after: [], continues: two })
  history.role('Alice removes Bob, knowing both 2', ALICE, BOB, 'none', { after: [two, other] })
  return history.vector('a fork that the removal knows counts on both sides, what follows it does not')
}

function mutualRemoval() {
  const history = new MembersHistory()
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const admins = history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin')
  const one = history.role('Bob removes Carol', BOB, CAROL, 'none', { after: [admins] })
  const other = history.role('Carol removes Bob', CAROL, BOB, 'none', { after: [admins] })
  history.says('Bob, after his', BOB, { after: [one] })
  history.says('Carol, after hers', CAROL, { after: [other] })
  const back = history.role('Alice takes Bob back', ALICE, BOB, 'writer', { after: [one, other] })
  history.says('Bob, after that', BOB, { after: [back], continues: one })
  return history.vector('two admins remove each other: both removals count')
}

function circleOfThree() {
  const history = new MembersHistory()
  for (const [name, key] of [
    ['Bob', BOB],
    ['Carol', CAROL],
  ] as const) {
    history.role(`Alice makes ${name} an admin`, ALICE, key, 'admin')
  }
  const admins = history.role('Alice makes Dave an admin', ALICE, DAVE, 'admin')
  const manner = { after: [admins] }
  history.role('Bob removes Carol', BOB, CAROL, 'none', manner)
  history.role('Carol removes Dave', CAROL, DAVE, 'none', manner)
  const last = history.role('Dave removes Bob', DAVE, BOB, 'none', manner)
  history.role('Dave, after that, makes Erin a writer', DAVE, ERIN, 'writer', { after: [last] })
  return history.vector('three admins remove each other in a circle: all removals count, and nothing else of theirs')
}

function behindCircle() {
  const history = new MembersHistory()
  for (const [name, key] of [
    ['Bob', BOB],
    ['Carol', CAROL],
  ] as const) {
    history.role(`Alice makes ${name} an admin`, ALICE, key, 'admin')
  }
  const admins = history.role('Alice makes Dave an admin', ALICE, DAVE, 'admin')
  const manner = { after: [admins] }
  history.role('Bob removes Carol', BOB, CAROL, 'none', manner)
  history.role('Carol removes Bob', CAROL, BOB, 'none', manner)
  const third = history.role('Carol removes Dave, beside her removal', CAROL, DAVE, 'none', {
    ...manner,
    continues: null,
  })
  history.role('Dave makes Erin a writer, beside that', DAVE, ERIN, 'writer', manner)
  history.says('Alice, after the third removal', ALICE, { after: [third] })
  return history.vector('behind a circle: whom somebody removes who is removed there stays')
}

function removerRemoved() {
  const history = new MembersHistory()
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const carol = history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  history.role('Bob removes Carol', BOB, CAROL, 'none', { after: [carol] })
  history.says('Carol, beside it', CAROL, { after: [carol] })
  history.role('Alice removes Bob, beside it', ALICE, BOB, 'none', { after: [carol] })
  return history.vector('a removal by somebody who is removed beside it does not count: what it took is back')
}

function sybil() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  history.role('Alice removes Bob', ALICE, BOB, 'none')
  const erin = history.role('Bob makes Erin an admin, beside it', BOB, ERIN, 'admin', { after: [bob] })
  const hello = history.says('Erin writes', ERIN, { after: [erin] })
  history.role('Erin makes Dave a writer', ERIN, DAVE, 'writer', { after: [hello] })
  return history.vector('a sybil, admitted beside the removal of who admits: nothing of it counts')
}

function sybilRemoves() {
  const history = new MembersHistory()
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const admins = history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin')
  const removal = history.role('Carol removes Bob', CAROL, BOB, 'none', { after: [admins] })
  const erin = history.role('Bob makes Erin an admin, beside it', BOB, ERIN, 'admin', { after: [admins] })
  const revenge = history.role('Erin removes Carol', ERIN, CAROL, 'none', { after: [erin] })
  const hello = history.says('Erin writes', ERIN, { after: [revenge] })
  const back = history.role('Alice takes Carol back', ALICE, CAROL, 'admin', { after: [removal, revenge] })
  history.says('Carol, after that', CAROL, { after: [back] })
  history.says('Erin, beside that', ERIN, { after: [hello] })
  return history.vector(
    'a sybil that removes who removed its maker: a circle, so both removals count, until the owner mends it',
  )
}

function readmission() {
  const history = new MembersHistory()
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const before = history.says('Bob, before his removal', BOB)
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none')
  const beside = history.says('Bob, beside it', BOB, { after: [before] })
  const back = history.role('Alice takes Bob back', ALICE, BOB, 'writer', { after: [removal] })
  history.says('Bob, after what he wrote beside it, and after both', BOB, { after: [back], continues: beside })
  history.says('Bob, a fork beside the removal', BOB, { after: [], continues: before, timeMs: before.timeMs })
  return history.vector('taken back: what follows that counts, what was beside the removal does not')
}

function besideAdmission() {
  const history = new MembersHistory()
  const { root } = history
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const admins = history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin')
  const manner = { after: [admins] }
  const dave = history.role('Bob makes Dave a writer', BOB, DAVE, 'writer', manner)
  history.role('Carol removes Dave, of whom she knows nothing', CAROL, DAVE, 'none', manner)
  const erin = history.role('Bob makes Erin a writer', BOB, ERIN, 'writer', { after: [dave] })
  history.role('Carol makes Erin a reader, beside that', CAROL, ERIN, 'reader', { ...manner, continues: null })
  history.says('Dave writes', DAVE, { after: [dave] })
  history.says('Erin writes', ERIN, { after: [erin] })
  history.says('Alice, in the beginning', ALICE, { after: [root], continues: root })
  return history.vector('two roles beside each other: the lower one counts for what comes after both')
}

function demotion() {
  const history = new MembersHistory()
  const bob = history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  history.says('Bob writes, beside it: that is left to him', BOB, { after: [bob] })
  history.role('Bob makes Dave a writer, beside it: that is not', BOB, DAVE, 'writer', {
    after: [bob],
    continues: null,
  })
  return history.vector('an admin who becomes a writer: what he let in beside it does not count, what he says does')
}

function invited() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites anybody to write', ALICE, 'writer')
  const bob = history.accept('Bob accepts', BOB, invite, { after: [invite] })
  history.says('Bob writes', BOB, { after: [bob] })
  history.accept('Carol accepts, beside him', CAROL, invite, { after: [invite] })
  history.accept('Alice, the owner, accepts', ALICE, invite, { after: [invite] })
  history.accept('Dave accepts what he does not know', DAVE, invite, { after: [history.root] })
  return history.vector('an invite without limits')
}

function usedTwice() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites one', ALICE, 'writer', { uses: 1 })
  const bob = history.accept('Bob accepts', BOB, invite, { after: [invite] })
  const carol = history.accept('Carol accepts, beside him', CAROL, invite, { after: [invite] })
  history.says('Bob writes', BOB, { after: [bob] })
  history.says('Carol writes', CAROL, { after: [carol] })
  history.accept('Dave accepts, after both', DAVE, invite, { after: [bob, carol] })
  return history.vector('an invite for one, used by three: the first in order counts')
}

function acceptedAgain() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites one', ALICE, 'writer', { uses: 1 })
  const bob = history.accept('Bob accepts', BOB, invite, { after: [invite] })
  history.says('Bob writes', BOB, { after: [bob] })
  const restored = { after: [invite], continues: null }
  const again = history.accept('Bob, from a backup, accepts again', BOB, invite, restored)
  history.says('Bob writes after that', BOB, { after: [again] })
  history.accept('Carol accepts, beside both', CAROL, invite, { after: [invite] })
  return history.vector('an invite for one that somebody accepts twice: both count')
}

function acceptedWithoutEnd() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites two', ALICE, 'writer', { uses: 2 })
  for (let i = 1; i <= 33; i++) {
    history.accept(`Bob accepts, ${i} of 33`, BOB, invite, { after: [invite], continues: null })
  }
  history.accept('Carol accepts, beside him', CAROL, invite, { after: [invite] })
  return history.vector('an invite for two that somebody accepts 33 times: 32 count, and the one of somebody else')
}

function expired() {
  const history = new MembersHistory()
  const expires = history.root.timeMs + 60_000
  const invite = history.invite('Alice invites for a minute', ALICE, 'writer', { expires })
  history.accept('Bob accepts in time', BOB, invite, { after: [invite], timeMs: expires })
  history.accept('Carol accepts a moment late', CAROL, invite, { after: [invite], timeMs: expires + 1 })
  return history.vector('an invite with an end: the time that an acceptance claims decides')
}

function withdrawn() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites anybody', ALICE, 'writer')
  const bob = history.accept('Bob accepts', BOB, invite, { after: [invite] })
  const withdrawal = history.withdraw('Alice withdraws it, after that', ALICE, invite, { after: [bob] })
  const carol = history.accept('Carol accepts, beside the withdrawal', CAROL, invite, { after: [invite] })
  history.says('Carol writes', CAROL, { after: [carol] })
  history.accept('Dave accepts, after it', DAVE, invite, { after: [withdrawal] })
  history.withdraw('Bob, no admin, withdraws it', BOB, invite, { after: [bob] })
  return history.vector('an invite that is withdrawn: acceptances beside it count no more, those before it do')
}

function wrongProofs() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites anybody', ALICE, 'writer')
  const other = history.invite('Alice invites somebody else', ALICE, 'admin')
  const manner = { after: [other] }
  const accept = (name: string, key: typeof BOB, signed: Uint8Array, by = INVITE) => {
    const body = map(['proof', bytes(by.sign(signed))], ['invite', idLink(invite.digest)])
    history.write(name, key, 'access/accept', body, manner)
  }
  const { room } = history
  accept('Bob, with another key', BOB, acceptanceContent(room, invite.digest, BOB.publicKey), keyOf('another invite'))
  accept("Carol, with Bob's proof", CAROL, acceptanceContent(room, invite.digest, BOB.publicKey))
  accept('Dave, with the proof for another invite', DAVE, acceptanceContent(room, other.digest, DAVE.publicKey))
  accept('Erin, with that of another room', ERIN, acceptanceContent(invite.digest, invite.digest, ERIN.publicKey))
  return history.vector('acceptances whose proofs are wrong')
}

function removedAccepts() {
  const history = new MembersHistory()
  const invite = history.invite('Alice invites anybody', ALICE, 'writer')
  history.accept('Bob accepts', BOB, invite)
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none')
  const again = history.accept('Bob accepts it again', BOB, invite, { after: [removal] })
  const next = history.invite('Alice invites anybody, after that', ALICE, 'writer')
  const back = history.accept('Bob accepts that', BOB, next, { after: [next], continues: again })
  history.says('Bob writes', BOB, { after: [back] })
  return history.vector('who was removed is let in by later invites only')
}

function invitedByRemoved() {
  const history = new MembersHistory()
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const invite = history.invite('Bob invites anybody', BOB, 'writer')
  history.role('Alice removes Bob, knowing of the invite', ALICE, BOB, 'none')
  history.accept('Carol accepts it, after that', CAROL, invite)
  const beside = history.write(
    'Bob invites to more, beside his removal',
    BOB,
    'access/invite',
    inviteBody(INVITE, 'admin'),
    {
      after: [invite],
    },
  )
  history.accept('Dave accepts that', DAVE, beside, { after: [beside] })
  return history.vector(
    'invites of somebody who was removed: those that the removal knew hold until they are withdrawn',
  )
}

function acceptedUnknown() {
  const history = new MembersHistory()
  history.role('Alice makes Bob an admin', ALICE, BOB, 'admin')
  const admins = history.role('Alice makes Carol an admin', ALICE, CAROL, 'admin')
  const manner = { after: [admins] }
  const invite = history.write('Bob invites anybody', BOB, 'access/invite', inviteBody(INVITE, 'writer'), manner)
  const accept = history.accept('Dave accepts it without knowing it', DAVE, invite, manner)
  const built = history.says('Carol, after that', CAROL, { after: [accept] })
  history.role('Carol removes Dave', CAROL, DAVE, 'none', { after: [built] })
  const dave = history.role('Bob makes Dave a writer, beside that', BOB, DAVE, 'writer', { after: [invite] })
  history.says('Dave writes', DAVE, { after: [dave], continues: null })
  return history.vector('an acceptance of an invite that it does not know gives nothing that could be taken')
}

function handover() {
  const history = new MembersHistory()
  const bob = history.handOver('Alice makes Bob the owner', ALICE, BOB)
  const hello = history.says('Alice writes, as an admin', ALICE)
  history.handOver('Alice, no owner any more, makes Carol the owner', ALICE, CAROL)
  const removal = history.role('Bob removes Alice', BOB, ALICE, 'none', { after: [hello] })
  history.role('Alice removes Bob, beside that', ALICE, BOB, 'none', { after: [bob] })
  history.role('Bob makes Carol an admin', BOB, CAROL, 'admin', { after: [removal] })
  return history.vector('the owner hands the room over')
}

function twoHandovers() {
  const history = new MembersHistory()
  const { root } = history
  const bob = history.handOver('Alice makes Bob the owner', ALICE, BOB, { after: [root] })
  const carol = history.handOver('Alice makes Carol the owner, beside it', ALICE, CAROL, {
    after: [root],
    continues: root,
  })
  history.says('Bob writes', BOB, { after: [bob] })
  history.says('Carol writes', CAROL, { after: [carol] })
  return history.vector('two handovers beside each other: that which is first in order')
}

function noActs() {
  const history = new MembersHistory()
  const { root } = history
  const bob = history.role('Alice makes Bob a writer', ALICE, BOB, 'writer')
  const strange = history.write('Bob: an act that says nothing, so a document like others', BOB, 'access/role', 'Carol')
  history.write('Bob: a kind of a later version', BOB, 'access/later', roleBody(CAROL, 'admin'))
  history.write('Carol: an act that says nothing', CAROL, 'access/role', map(['role', text('admin')]), {
    after: [root],
  })
  history.role('Alice removes Carol, who has nothing', ALICE, CAROL, 'none', { after: [bob] })
  history.role('Bob makes the owner a reader', BOB, ALICE, 'reader', { after: [strange] })
  history.role('Alice makes herself a reader', ALICE, ALICE, 'reader', { after: [bob], continues: root })
  return history.vector('what is no act, and acts that cannot be')
}

export const memberHistories = [
  ...[admission(), removedWhileAway(), builtOn(), backdating(), knownFork(), mutualRemoval(), circleOfThree()],
  ...[behindCircle(), removerRemoved(), sybil(), sybilRemoves(), readmission(), besideAdmission(), demotion()],
  ...[
    invited(),
    usedTwice(),
    acceptedAgain(),
    acceptedWithoutEnd(),
    expired(),
    withdrawn(),
    wrongProofs(),
    removedAccepts(),
    invitedByRemoved(),
    acceptedUnknown(),
  ],
  ...[handover(), twoHandovers(), noActs()],
]

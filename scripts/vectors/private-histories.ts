/** Histories of private rooms: which key is current, and whether somebody has it who may not read any more. */
import { acceptBody, deviceBody, inviteBody, rekeyBody } from './acts.ts'
import { digestOf, keyOf, type Bytes, type Key } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { CAROL, type Manner, type Written } from './history.ts'
import { boxOf } from './hpke.ts'
import { DAVE, INVITE, MembersHistory } from './members-history.ts'
import { inviteBoxSecret, keyIdOf, privateRootBody, sealedDraft, sealedKey, sealedKeys, wrappedKey } from './seals.ts'

const FIRST = digestOf('the first key')
const EPHEMERAL = digestOf('an ephemeral secret')
const SECOND_INVITE = keyOf('second invite')

const boxSecretOf = ({ peer }: Key): Bytes => digestOf(`box of ${peer}`)
const boxOfKey = (key: Key): Bytes => boxOf(boxSecretOf(key))

/** A private room of Alice. */
class PrivateHistory extends MembersHistory {
  constructor() {
    const nonce = digestOf('a private room').subarray(0, 16)
    super(privateRootBody({ key: FIRST, box: boxOfKey(ALICE), nonce, author: ALICE }))
  }

  inviteWith(name: string, author: Key, key: Bytes, role = 'writer', invite = INVITE): Written {
    const box = boxOf(inviteBoxSecret(invite.seed))
    const sealed = sealedKey(this.room, key, box, EPHEMERAL)
    const body = inviteBody(invite, role, { box, sealed, epoch: keyIdOf(key) })
    return this.write(name, author, 'access/invite', body)
  }

  acceptWith(name: string, author: Key, invite: Written, manner?: Manner, key = INVITE): Written {
    const body = acceptBody(this.room, invite.digest, author, key, boxOfKey(author))
    return this.write(name, author, 'access/accept', body, manner)
  }

  addWith(name: string, author: Key, member: Key, role: string, key: Bytes, manner?: Manner): Written {
    const box = boxOfKey(member)
    const sealed = sealedKey(this.room, key, box, EPHEMERAL)
    const body = deviceBody(author, member, { person: BOB, role, box, sealed, epoch: keyIdOf(key) })
    return this.write(name, author, 'access/device', body, manner)
  }

  rekey(name: string, author: Key, key: Bytes, before: Bytes[], to: Key[], manner?: Manner): Written {
    const body = rekeyBody({
      ...{ epoch: keyIdOf(key), previous: before.map(keyIdOf) },
      wrapped: before.map((each) => wrappedKey(this.room, key, each)),
      keys: sealedKeys(this.room, key, to.map(boxOfKey), EPHEMERAL),
    })
    return this.write(name, author, 'access/rekey', body, manner)
  }

  sealed(name: string, author: Key, key: Bytes, manner?: Manner): Written {
    const salt = digestOf(`salt of ${name}`).subarray(0, 16)
    return this.writeDraft(name, author, 'message', name, manner, (draft) => sealedDraft(draft, key, salt))
  }
}

function removal() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST)
  history.acceptWith('Bob accepts', BOB, invite)
  history.acceptWith('Carol accepts', CAROL, invite)
  const toAll = history.sealed('Bob, to all', BOB, FIRST)
  history.write('Bob, for everybody to read', BOB, 'message', 'in plain')
  const removed = history.role('Alice removes Bob', ALICE, BOB, 'none', { after: [toAll] })
  const key = digestOf('the second key')
  const rekey = history.rekey('Alice makes a new key', ALICE, key, [FIRST], [ALICE, CAROL], { after: [removed] })
  history.sealed('Bob, beside that', BOB, FIRST, { after: [] })
  history.sealed('Carol, with the new key', CAROL, key, { after: [rekey] })
  return history.vector('a removal with a rekey: what is written in plain does not count')
}

function staleWithoutRekey() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST)
  history.acceptWith('Bob accepts', BOB, invite)
  history.role('Alice removes Bob, and makes no key', ALICE, BOB, 'none')
  return history.vector('a removal without a rekey: the first key is stale')
}

function readerStays() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST)
  history.acceptWith('Bob accepts', BOB, invite)
  history.role('Alice makes Bob a reader', ALICE, BOB, 'reader')
  return history.vector('who reads still makes no key stale')
}

function readmitted() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST)
  history.acceptWith('Bob accepts', BOB, invite)
  history.role('Alice removes Bob', ALICE, BOB, 'none')
  history.role('Alice lets Bob in again', ALICE, BOB, 'writer')
  return history.vector('who is let in again makes no key stale')
}

function withdrawal() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST)
  const carriers = history.inviteWith('Alice invites a carrier', ALICE, FIRST, 'carrier', SECOND_INVITE)
  history.withdraw('Alice withdraws that of the carrier', ALICE, carriers)
  const key = digestOf('the second key')
  history.rekey('Alice makes a new key', ALICE, key, [FIRST], [ALICE])
  history.withdraw('Alice withdraws the other', ALICE, invite)
  return history.vector('a withdrawal after a rekey: its key is stale')
}

function twoRemovals() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST, 'admin')
  const bob = history.acceptWith('Bob accepts', BOB, invite)
  history.acceptWith('Carol accepts', CAROL, invite)
  const dave = history.acceptWith('Dave accepts', DAVE, invite)
  const [one, two, three] = ['one', 'two', 'three'].map((name) => digestOf(`key ${name}`)) as [Bytes, Bytes, Bytes]
  const carol = history.role('Alice removes Carol', ALICE, CAROL, 'none', { after: [dave] })
  const first = history.rekey('Alice makes a key', ALICE, one, [FIRST], [ALICE, BOB, DAVE], { after: [carol] })
  const gone = history.role('Bob removes Dave', BOB, DAVE, 'none', { after: [dave], continues: bob })
  const second = history.rekey('Bob makes a key', BOB, two, [FIRST], [ALICE, BOB, CAROL], { after: [gone] })
  const stale = history.vector('two removals beside each other, each with a key: the current one is stale')
  history.rekey('Alice makes another key', ALICE, three, [one, two], [ALICE, BOB], { after: [first, second] })
  return [stale, history.vector('a third key ends that')]
}

function voidRekey() {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST, 'admin')
  const bob = history.acceptWith('Bob accepts', BOB, invite)
  const carol = history.acceptWith('Carol accepts', CAROL, invite)
  const [one, two] = ['one', 'two'].map((name) => digestOf(`key ${name}`)) as [Bytes, Bytes]
  const gone = history.role('Alice removes Bob', ALICE, BOB, 'none', { after: [carol] })
  history.rekey('Alice makes a key', ALICE, one, [FIRST], [ALICE, CAROL], { after: [gone] })
  const beside = history.rekey('Bob makes a key', BOB, two, [FIRST], [BOB], { after: [carol], continues: bob })
  history.sealed('Carol, who does not know, with that key', CAROL, two, { after: [beside] })
  return history.vector('a key that somebody makes beside his removal is void')
}

function parts() {
  const history = new PrivateHistory()
  const key = digestOf('the second key')
  history.rekey('Alice makes a key', ALICE, key, [FIRST], [ALICE])
  history.rekey('for more of them', ALICE, key, [FIRST], [BOB, CAROL])
  const claims = digestOf('the third key')
  history.rekey('Alice: after a key that nobody knows', ALICE, claims, [digestOf('no key')], [ALICE])
  return history.vector('a key in two parts, and one that comes after none')
}

/** A private room with Bob, in a role, and his device Dave. */
function withDevice(role = 'reader') {
  const history = new PrivateHistory()
  const invite = history.inviteWith('Alice invites', ALICE, FIRST, role)
  history.acceptWith('Bob accepts', BOB, invite)
  const dave = history.addWith('Bob adds Dave', BOB, DAVE, role, FIRST)
  return { history, dave }
}

function lostDevice() {
  const { history, dave } = withDevice()
  const removal = history.role('Bob, a reader, removes Dave', BOB, DAVE, 'none')
  const key = digestOf('the second key')
  const rekey = history.rekey('Bob makes a key', BOB, key, [FIRST], [ALICE, BOB], { after: [removal] })
  history.sealed('Alice, with the new key', ALICE, key, { after: [rekey] })
  const mine = digestOf('a key of Dave')
  history.rekey('Dave makes a key, beside that', DAVE, mine, [FIRST], [DAVE], { after: [dave] })
  return history.vector('a device is removed with a rekey, by somebody who is no admin')
}

function lostWithoutRekey() {
  const { history } = withDevice()
  history.role('Bob removes Dave, and makes no key', BOB, DAVE, 'none')
  const stale = history.vector('a device is removed without a rekey: the first key is stale')
  const key = digestOf('the second key')
  history.rekey('Alice makes a key', ALICE, key, [FIRST], [ALICE, BOB])
  return [stale, history.vector('a device is removed, and an admin makes the key')]
}

function rekeyWithoutRemoval() {
  const { history } = withDevice('writer')
  const key = digestOf('the second key')
  history.rekey('Bob makes a key', BOB, key, [FIRST], [ALICE, BOB, DAVE])
  return history.vector('who is no admin and has removed no device makes no key')
}

function manyKeys() {
  const { history } = withDevice()
  const removal = history.role('Bob removes Dave', BOB, DAVE, 'none')
  for (let i = 0; i < 34; i++) {
    const key = digestOf(`key ${i}`)
    history.rekey(`Bob makes key ${i}`, BOB, key, [], [BOB], { after: [removal], continues: removal })
    if (i === 0) history.rekey('key 0 for more', BOB, key, [], [ALICE], { after: [removal], continues: removal })
  }
  return history.vector('who has removed a device makes 32 keys, those that are first in order')
}

function carriersDevice() {
  const { history } = withDevice('carrier')
  history.role('Bob removes Dave, a carrier as he is', BOB, DAVE, 'none')
  return history.vector('a carrier has no key, so its removal makes none stale')
}

function removedAgain() {
  const { history, dave } = withDevice()
  const one = history.role('Bob removes Dave', BOB, DAVE, 'none')
  const other = history.role('Dave removes Bob, beside that', DAVE, BOB, 'none', { after: [dave] })
  const key = digestOf('the second key')
  history.rekey('Alice makes a key', ALICE, key, [FIRST], [ALICE], { after: [one, other] })
  const claim = history.addWith('Bob adds Dave, beside that', BOB, DAVE, 'reader', FIRST, {
    after: [dave],
    continues: null,
  })
  history.role('Bob removes Dave once more, beside that', BOB, DAVE, 'none', { after: [claim], continues: claim })
  return history.vector('who is removed again by acts beside a key makes it not stale')
}

function removedBesideReturn() {
  const { history } = withDevice()
  const removal = history.role('Bob removes Dave', BOB, DAVE, 'none')
  const key = digestOf('the second key')
  const rekey = history.rekey('Bob makes a key', BOB, key, [FIRST], [ALICE, BOB])
  history.addWith('Bob takes Dave back', BOB, DAVE, 'reader', key, { after: [rekey] })
  history.role('Alice removes Dave once more, not knowing that', ALICE, DAVE, 'none', { after: [removal] })
  return history.vector('who is removed again beside its return makes the key stale that it got')
}

function sameKey() {
  const { history } = withDevice()
  const invite = history.inviteWith('Alice invites an admin', ALICE, FIRST, 'admin', SECOND_INVITE)
  const admins = history.acceptWith('Carol accepts', CAROL, invite, undefined, SECOND_INVITE)
  const key = digestOf('the second key')
  history.says('Alice: later in the order', ALICE)
  const gone = history.role('Alice removes Carol', ALICE, CAROL, 'none')
  const rekey = history.rekey('Alice makes a key', ALICE, key, [FIRST], [ALICE, BOB])
  const copy = history.rekey('Carol makes the same one, beside that', CAROL, key, [], [], { after: [admins] })
  history.rekey('Alice names the first key', ALICE, FIRST, [], [ALICE], { after: [rekey, copy] })
  history.sealed('Bob, with the first key', BOB, FIRST, { after: [admins] })
  history.sealed('Alice, after all', ALICE, key, { after: [gone] })
  return history.vector('a void rekey does not stand for one that counts, and none for the first key')
}

export const privateHistories = [
  ...[removal(), staleWithoutRekey(), readerStays(), readmitted(), withdrawal(), ...twoRemovals()],
  ...[voidRekey(), parts(), lostDevice(), ...lostWithoutRekey(), rekeyWithoutRemoval(), manyKeys()],
  ...[carriersDevice(), removedAgain(), removedBesideReturn(), sameKey()],
]

/** Acts and histories of rooms with members: the vectors of protocols/access. */
import {
  acceptanceContent,
  acceptBody,
  deviceBody,
  deviceContent,
  idLink,
  inviteBody,
  map,
  ownerBody,
  rekeyBody,
  peerOfHex,
  roleBody,
  sayingOf,
  withdrawBody,
  type Saying,
} from './acts.ts'
import {
  bytes,
  cidV1,
  concat,
  digestOf,
  documentId,
  filled,
  fromHex,
  head,
  hex,
  link,
  list,
  NULL,
  text,
  uint,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB, ROOM } from './document.ts'
import { CAROL, authorsVector } from './history.ts'
import { DAVE, ERIN, INVITE } from './members-history.ts'
import { memberHistories } from './access-histories.ts'
import { deviceHistories } from './device-histories.ts'
import { privateHistories } from './private-histories.ts'

const INVITE_ID = digestOf('an invite')
const proof = bytes(filled(64, 5))

const role = (...entries: [string, Bytes][]): Bytes => map(['role', text('writer')], ...entries)
const member: [string, Bytes] = ['member', bytes(BOB.publicKey)]
const key: [string, Bytes] = ['key', bytes(INVITE.publicKey)]
const writer: [string, Bytes] = ['role', text('writer')]

const [box, sealed, epoch] = [filled(32, 1), filled(80, 2), filled(16, 3)] as const
const device = { person: BOB, role: 'writer', box }
const NO_REKEY = { epoch, keys: filled(0), previous: [], wrapped: [] }
const rekey = { ...NO_REKEY, keys: filled(2 * 88, 4), previous: [epoch], wrapped: [filled(48, 5)] }

/** Name, kind, body. */
type Content = [name: string, kind: string, body: Bytes]

const BODIES: Content[] = [
  ...['none', 'carrier', 'reader', 'writer', 'admin'].map((each): Content => [
    `the role ${each}`,
    'access/role',
    roleBody(BOB, each),
  ]),
  ['a role with a box', 'access/role', map(['box', bytes(box)], writer, member)],
  ['a role for a key that no library takes', 'access/role', role(['member', bytes(filled(32))])],
  ['an invite for ever and for all', 'access/invite', inviteBody(INVITE, 'carrier')],
  ['an invite with an end', 'access/invite', inviteBody(INVITE, 'reader', { expires: 1_767_225_600_000 })],
  ['an invite for one', 'access/invite', inviteBody(INVITE, 'writer', { uses: 1 })],
  [
    'an invite with the largest limits',
    'access/invite',
    inviteBody(INVITE, 'admin', { uses: Number.MAX_SAFE_INTEGER, expires: Number.MAX_SAFE_INTEGER }),
  ],
  ['an acceptance', 'access/accept', acceptBody(ROOM, INVITE_ID, BOB, INVITE)],
  ['an acceptance whose proof is none', 'access/accept', map(['proof', proof], ['invite', idLink(INVITE_ID)])],
  ['a withdrawal', 'access/withdraw', withdrawBody(INVITE_ID)],
  ['a handover', 'access/owner', ownerBody(BOB)],
  ['a handover in a child', 'access/owner', ownerBody(BOB, 3)],
  ['an invite to a private room', 'access/invite', inviteBody(INVITE, 'reader', { box, sealed, epoch })],
  ['an invite of a carrier to one', 'access/invite', inviteBody(INVITE, 'carrier', { box })],
  ['an acceptance in one', 'access/accept', acceptBody(ROOM, INVITE_ID, BOB, INVITE, box)],
  ['a device', 'access/device', deviceBody(BOB, CAROL, device)],
  ['a device of a private room', 'access/device', deviceBody(BOB, CAROL, { ...device, sealed, epoch })],
  ['a device whose proof is none', 'access/device', deviceBody(BOB, CAROL, { ...device, by: BOB })],
  ['a rekey', 'access/rekey', rekeyBody(rekey)],
  ['a rekey for nobody, after nothing', 'access/rekey', rekeyBody(NO_REKEY)],
  ['a rekey that wraps some', 'access/rekey', rekeyBody({ ...rekey, previous: [epoch, filled(16, 9)] })],
]

const LENIENT_BODIES: Content[] = [
  ['a role, with a box of 31 bytes', 'access/role', map(['box', bytes(filled(31, 1))], writer, member)],
  ['a role, with a key of a later version', 'access/role', role(['later', list([uint(1), NULL])], member)],
]

const NO_BODIES: Content[] = [
  ['empty', 'access/role', filled(0)],
  ['a list', 'access/role', list([text('writer'), bytes(BOB.publicKey)])],
  ['no role', 'access/role', map(member)],
  ['no member', 'access/role', role()],
  ['a role that does not exist', 'access/role', map(['role', text('owner')], member)],
  ['a role in capitals', 'access/role', map(['role', text('Writer')], member)],
  ['a role that is a number', 'access/role', map(['role', uint(3)], member)],
  ['a member as text', 'access/role', role(['member', text(BOB.peer)])],
  ['a member of 31 bytes', 'access/role', role(['member', bytes(filled(31, 1))])],
  ['keys in another order', 'access/role', map(member, writer)],
  ['a key twice', 'access/role', map(writer, writer, member)],
  ['something after it', 'access/role', concat(roleBody(BOB, 'writer'), filled(1))],
  ['an invite to nothing', 'access/invite', map(key, ['role', text('none')])],
  ['an invite without a key', 'access/invite', map(writer)],
  ['a key of 33 bytes', 'access/invite', map(['key', bytes(filled(33, 1))], writer)],
  ['an invite for nobody', 'access/invite', inviteBody(INVITE, 'writer', { uses: 0 })],
  ['an invite for half a person', 'access/invite', map(key, writer, ['uses', fromHex('fb3fe0000000000000')])],
  ['an invite for less than nobody', 'access/invite', map(key, writer, ['uses', head(1, 0)])],
  ['uses that are null', 'access/invite', map(key, writer, ['uses', NULL])],
  ['an invite that ended in 1970', 'access/invite', inviteBody(INVITE, 'writer', { expires: 0 })],
  ['an end of 2^53', 'access/invite', map(key, writer, ['expires', fromHex('fb4340000000000000')])],
  ['an end as text', 'access/invite', map(key, writer, ['expires', text('2030-01-01')])],
  ['an acceptance without a proof', 'access/accept', map(['invite', idLink(INVITE_ID)])],
  ['a proof of 63 bytes', 'access/accept', map(['proof', bytes(filled(63, 5))], ['invite', idLink(INVITE_ID)])],
  ['an acceptance without an invite', 'access/accept', map(['proof', proof])],
  ['an invite as text', 'access/accept', map(['proof', proof], ['invite', text(documentId(INVITE_ID))])],
  ['an invite as bytes', 'access/withdraw', map(['invite', bytes(INVITE_ID)])],
  ['an invite that is no document', 'access/withdraw', map(['invite', link(cidV1(0x55, 0x12, INVITE_ID))])],
  ['a withdrawal of nothing', 'access/withdraw', map()],
  ['a box of 31 bytes', 'access/invite', inviteBody(INVITE, 'writer', { box: filled(31, 1), sealed, epoch })],
  ['a sealed key of 79 bytes', 'access/invite', inviteBody(INVITE, 'writer', { box, sealed: filled(79, 1), epoch })],
  ['a sealed key of no epoch', 'access/invite', inviteBody(INVITE, 'writer', { box, sealed })],
  ['an epoch without a key', 'access/invite', inviteBody(INVITE, 'writer', { box, epoch })],
  ['an acceptance with a box of 33 bytes', 'access/accept', acceptBody(ROOM, INVITE_ID, BOB, INVITE, filled(33, 1))],
  ['a device that is nothing', 'access/device', deviceBody(BOB, CAROL, { ...device, role: 'none' })],
  ['a device that owns', 'access/device', deviceBody(BOB, CAROL, { ...device, role: 'owner' })],
  ['a device with a box of 31 bytes', 'access/device', deviceBody(BOB, CAROL, { ...device, box: filled(31, 1) })],
  ['a device without a box', 'access/device', map(writer, ['proof', proof], member, ['person', member[1]])],
  ['a device without a proof', 'access/device', map(['box', bytes(box)], writer, member, ['person', member[1]])],
  ['a device of nobody', 'access/device', map(['box', bytes(box)], writer, ['proof', proof], member)],
  ['a device with an epoch and no key', 'access/device', deviceBody(BOB, CAROL, { ...device, epoch })],
  ['a device with a key of no epoch', 'access/device', deviceBody(BOB, CAROL, { ...device, sealed })],
  ['a rekey to an id of 15 bytes', 'access/rekey', rekeyBody({ ...rekey, epoch: filled(15, 1) })],
  ['a rekey with half an entry', 'access/rekey', rekeyBody({ ...rekey, keys: filled(87, 1) })],
  ['a rekey that wraps what it does not name', 'access/rekey', rekeyBody({ ...rekey, previous: [] })],
  ['a rekey that wraps half a key', 'access/rekey', rekeyBody({ ...rekey, wrapped: [filled(47, 1)] })],
  [
    'a rekey after 65',
    'access/rekey',
    rekeyBody({ ...rekey, previous: Array.from({ length: 65 }, () => filled(16, 1)) }),
  ],
  [
    'a rekey without keys',
    'access/rekey',
    map(['epoch', bytes(epoch)], ['wrapped', bytes(filled(0))], ['previous', bytes(filled(0))]),
  ],
  ['a handover to nobody', 'access/owner', map()],
  ['a handover to a text', 'access/owner', map(['member', text('Bob')])],
]

/** What a body says, in the form of vectors. */
function saysVector(says: Saying): Record<string, unknown> {
  switch (says.type) {
    case 'role': {
      const { box, ...rest } = says
      return { ...rest, member: peerOfHex(says.member), ...(box && { box: hex(box) }) }
    }
    case 'owner':
      return { ...says, member: peerOfHex(says.member) }
    case 'withdraw':
      return { ...says, invite: documentId(fromHex(says.invite)) }
    case 'accept': {
      const { box, ...accept } = says
      const forBox = box === undefined ? {} : { box: hex(box) }
      return { ...accept, invite: documentId(fromHex(says.invite)), proof: hex(says.proof), ...forBox }
    }
    case 'device': {
      const { box, proof, sealed, epoch, ...device } = says
      const keys = {
        ...device,
        member: peerOfHex(says.member),
        person: peerOfHex(says.person),
        box: hex(box),
        proof: hex(proof),
      }
      return { ...keys, ...(sealed && { sealed: hex(sealed) }), ...(epoch && { epoch: hex(epoch) }) }
    }
    case 'rekey':
      return { ...says, wrapped: hex(says.wrapped), keys: hex(says.keys) }
    case 'invite': {
      const { type, key, role, expires, uses, ...forBox } = says
      const keys = Object.fromEntries(Object.entries(forBox).map(([name, value]) => [name, hex(value)]))
      return { type, key: peerOfHex(key), role, expires: finite(expires), uses: finite(uses), ...keys }
    }
  }
}

const finite = (limit: number): number | null => (Number.isFinite(limit) ? limit : null)

function bodyVector([name, kind, body]: Content) {
  const says = sayingOf({ kind, body })
  return { name, kind, body: hex(body), says: says === undefined ? null : saysVector(says) }
}

/** protocols/access/vectors/bodies.json */
export const actBodies = {
  valid: BODIES.map(bodyVector),
  lenient: LENIENT_BODIES.map(bodyVector),
  ignored: NO_BODIES.map(bodyVector),
}

/** protocols/access/vectors/proofs.json */
export const inviteProofs = [BOB, CAROL].map((author) => {
  const content = acceptanceContent(ROOM, INVITE_ID, author.publicKey)
  return {
    seed: hex(INVITE.seed),
    key: INVITE.peer,
    ...{ room: documentId(ROOM), invite: documentId(INVITE_ID), author: author.peer },
    ...{ content: hex(content), proof: hex(INVITE.sign(content)) },
  }
})

/** protocols/access/vectors/device-proofs.json */
export const deviceProofs = [BOB, CAROL].map((author) => {
  const content = deviceContent(author.publicKey, box)
  return {
    ...{ seed: hex(DAVE.seed), member: DAVE.peer, author: author.peer, box: hex(box) },
    ...{ content: hex(content), proof: hex(DAVE.sign(content)) },
  }
})

/** protocols/access/vectors/histories.json */
export const accessHistories = {
  authors: authorsVector({ Alice: ALICE, Bob: BOB, Carol: CAROL, Dave: DAVE, Erin: ERIN }),
  histories: [...memberHistories, ...deviceHistories, ...privateHistories],
}

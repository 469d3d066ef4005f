/** Histories of rooms with members who have several devices. Dave and Erin are devices of Bob. */
import { deviceBody } from './acts.ts'
import { filled, keyOf, type Key } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { CAROL, type Manner, type Written } from './history.ts'
import { DAVE, ERIN, MembersHistory } from './members-history.ts'

class DevicesHistory extends MembersHistory {
  readonly bob: Written

  constructor(role = 'writer') {
    super()
    this.bob = this.role(`Alice makes Bob a ${role}`, ALICE, BOB, role)
  }

  adds(name: string, author: Key, member: Key, role = 'writer', manner?: Manner, person = BOB): Written {
    const body = deviceBody(author, member, { person, role, box: filled(32, 1) })
    return this.write(name, author, 'access/device', body, manner)
  }
}

function added() {
  const history = new DevicesHistory()
  const { bob } = history
  const dave = history.adds('Bob adds Dave', BOB, DAVE)
  history.says('Dave writes', DAVE)
  history.adds('Dave adds Erin', DAVE, ERIN, 'reader')
  history.says('Erin, a reader, writes', ERIN)
  history.adds('Bob makes Erin a writer', BOB, ERIN)
  history.says('Erin writes', ERIN, { continues: null })
  history.adds('Bob adds Carol as an admin, which he is not', BOB, CAROL, 'admin')
  history.adds('Carol adds herself', CAROL, CAROL, 'writer', { after: [bob] }, CAROL)
  history.adds('Dave makes Bob himself less, which takes nothing', DAVE, BOB, 'carrier', { after: [dave] })
  return history.vector('devices are added by each other, up to the rank of who adds them')
}

function ownersDevices() {
  const history = new DevicesHistory()
  const dave = history.adds('Alice adds Dave', ALICE, DAVE, 'admin', undefined, ALICE)
  history.adds('Dave adds Erin', DAVE, ERIN, 'admin', undefined, ALICE)
  history.adds('Dave adds Alice, who owns the room', DAVE, ALICE, 'admin', { after: [dave] }, ALICE)
  history.role('Erin removes Alice', ERIN, ALICE, 'none')
  history.role('Alice removes Erin', ALICE, ERIN, 'none')
  return history.vector('the devices of the owner are admins at most, and do not remove her')
}

function wrongProofs() {
  const history = new DevicesHistory()
  const box = filled(32, 1)
  const write = (name: string, body: Uint8Array): Written =>
    history.write(name, BOB, 'access/device', body, { after: [history.bob] })
  const claim = { person: BOB, role: 'writer', box }
  write('Bob, signed by himself', deviceBody(BOB, CAROL, { ...claim, by: BOB }))
  write('Bob, what Carol signed for Dave', deviceBody(DAVE, CAROL, claim))
  const body = Uint8Array.from(deviceBody(BOB, ERIN, claim))
  body.fill(2, body.indexOf(1), body.indexOf(1) + 32)
  write('Bob, with another box than Erin signed', body)
  return history.vector('whoever did not sign that is nobody’s device')
}

function otherPersons() {
  const history = new DevicesHistory()
  history.adds('Bob adds Dave', BOB, DAVE)
  history.adds('Dave adds Erin, as if it was the first of a person', DAVE, ERIN, 'writer', undefined, DAVE)
  history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  history.adds('Bob adds Erin, as a device of Carol', BOB, ERIN, 'writer', undefined, CAROL)
  history.adds('Dave adds Erin', DAVE, ERIN, 'writer')
  return history.vector('who is a device adds others to its person only')
}

function removedBeside() {
  const history = new DevicesHistory()
  const { bob } = history
  const removal = history.role('Alice removes Bob', ALICE, BOB, 'none', { after: [bob] })
  const dave = history.adds('Bob adds Dave, beside that', BOB, DAVE, 'writer', { after: [bob] })
  history.adds('Dave adds Erin', DAVE, ERIN, 'writer', { after: [dave] })
  history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer', { after: [removal] })
  const back = history.adds('Bob adds Dave, after it', BOB, DAVE, 'writer', { after: [removal] })
  history.says('Dave writes', DAVE, { after: [back] })
  return history.vector('who is removed gains nothing by devices that it adds beside that, or later')
}

function demotedBeside() {
  const history = new DevicesHistory('admin')
  const { bob } = history
  history.role('Alice makes Bob a reader', ALICE, BOB, 'reader', { after: [bob] })
  history.adds('Bob adds Dave as a writer, beside that', BOB, DAVE, 'writer', { after: [bob] })
  history.adds('Bob adds Erin as a reader, beside that', BOB, ERIN, 'reader', { after: [bob], continues: null })
  return history.vector('who is given less adds devices beside that up to what is left')
}

function lostPhone() {
  const history = new DevicesHistory()
  const dave = history.adds('Bob adds Dave', BOB, DAVE)
  const before = history.says('Dave, before it is lost', DAVE)
  const removal = history.role('Bob removes Dave', BOB, DAVE, 'none')
  const erin = history.adds('Dave adds Erin, beside that', DAVE, ERIN, 'writer', { after: [before] })
  history.says('Erin writes', ERIN, { after: [erin] })
  history.says('Dave, beside that', DAVE, { after: [dave], continues: before })
  const back = history.adds('Bob takes Dave back', BOB, DAVE, 'writer', { after: [removal] })
  history.says('Dave writes', DAVE, { after: [back], continues: before })
  return history.vector('a device is removed by another one, and taken back')
}

function removedByAdmin() {
  const history = new DevicesHistory()
  history.adds('Bob adds Dave', BOB, DAVE)
  history.role('Alice removes Dave', ALICE, DAVE, 'none')
  history.adds('Bob adds Dave again', BOB, DAVE)
  history.adds('Bob adds Erin', BOB, ERIN)
  history.role('Alice makes Erin a reader', ALICE, ERIN, 'reader')
  history.adds('Bob makes Erin a writer again', BOB, ERIN)
  history.role('Bob removes Erin', BOB, ERIN, 'none')
  return history.vector('what an admin took from a device, no device gives it')
}

function removeEachOther() {
  const history = new DevicesHistory()
  const dave = history.adds('Bob adds Dave', BOB, DAVE)
  const both = history.adds('Dave adds Erin', DAVE, ERIN)
  history.role('Bob removes Dave', BOB, DAVE, 'none', { after: [both] })
  history.role('Dave removes Bob', DAVE, BOB, 'none', { after: [both] })
  history.says('Dave writes, beside that', DAVE, { after: [dave], continues: both })
  history.adds('Erin takes Bob back', ERIN, BOB)
  history.says('Bob writes', BOB)
  return history.vector('two devices remove each other: both removals count, and a third one takes one back')
}

function circleOfDevices() {
  const history = new DevicesHistory()
  const dave = history.adds('Bob adds Dave', BOB, DAVE)
  history.role('Bob removes Dave', BOB, DAVE, 'none')
  const erin = history.adds('Dave adds Erin, beside that', DAVE, ERIN, 'writer', { after: [dave] })
  const revenge = history.role('Erin removes Bob', ERIN, BOB, 'none', { after: [erin] })
  history.says('Erin writes', ERIN, { after: [revenge] })
  return history.vector('a device that is added beside a removal, and removes who removed: a circle')
}

function ownRight() {
  const history = new DevicesHistory()
  const { bob } = history
  const invite = history.invite('Alice invites', ALICE, 'admin')
  history.accept('Dave accepts', DAVE, invite)
  const claim = history.adds('Bob adds Dave as a carrier, beside that', BOB, DAVE, 'carrier', { after: [bob] })
  history.role('Bob removes Dave', BOB, DAVE, 'none')
  history.adds('Bob adds Dave as a writer', BOB, DAVE)
  history.says('Dave writes', DAVE)
  history.adds('Bob adds Erin', BOB, ERIN, 'writer', { after: [claim] })
  const next = history.invite('Alice invites once more', ALICE, 'writer')
  history.accept('Erin accepts', ERIN, next)
  history.role('Bob removes Erin', BOB, ERIN, 'none')
  return history.vector('who is there in its own right is nobody’s device, whatever it signed')
}

function roleOfDevice() {
  const history = new DevicesHistory()
  history.adds('Bob adds Dave', BOB, DAVE)
  history.role('Alice makes Dave an admin', ALICE, DAVE, 'admin')
  history.role('Bob removes Dave', BOB, DAVE, 'none')
  return history.vector('a device whose role was changed is still one')
}

function voidClaims() {
  const history = new DevicesHistory()
  const carol = history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  const dave = history.adds('Bob adds Dave', BOB, DAVE, 'writer', { after: [carol] })
  const removal = history.role('Bob removes Dave', BOB, DAVE, 'none', { after: [dave] })
  const claim = history.adds('Dave claims Carol, beside that', DAVE, CAROL, 'writer', { after: [dave] })
  const built = history.says('Carol helps', CAROL, { after: [removal, claim] })
  history.role('Carol removes Bob', CAROL, BOB, 'none', { after: [built] })
  history.adds('Carol adds Erin as a device of Bob', CAROL, ERIN, 'writer', { after: [built] })
  return history.vector('a void claim gives nobody the rights of a person')
}

function strangersDevice() {
  const history = new DevicesHistory()
  history.role('Alice makes Carol a writer', ALICE, CAROL, 'writer')
  history.adds('Bob adds Dave', BOB, DAVE)
  history.role('Carol removes Dave', CAROL, DAVE, 'none')
  history.role('Dave removes Carol', DAVE, CAROL, 'none')
  history.role('Dave removes itself', DAVE, DAVE, 'none')
  history.role('Bob makes Dave a reader', BOB, DAVE, 'reader')
  return history.vector('who is no admin removes other devices of its own only')
}

function tooMany() {
  const history = new DevicesHistory()
  const keys = Array.from({ length: 34 }, (_, i) => keyOf(`device ${i}`))
  const manner = { after: [history.bob], continues: null }
  const documents = keys.map((key, i) => history.adds(`Bob adds device ${i}`, BOB, key, 'reader', manner))
  history.says('Alice, after all of them', ALICE, { after: documents })
  const [first] = keys
  if (first !== undefined) history.adds('Bob makes the first one a writer', BOB, first)
  history.adds('Bob adds Dave', BOB, DAVE)
  return history.vector('more than 32 devices: those that are first in order')
}

/** Dave is stolen. */
function placesFreed() {
  const history = new DevicesHistory()
  history.adds('Bob adds Dave', BOB, DAVE)
  const keys = Array.from({ length: 31 }, (_, i) => keyOf(`device ${i}`))
  for (const [i, key] of keys.entries()) history.adds(`Dave adds device ${i}`, DAVE, key, 'reader', undefined, BOB)
  const full = history.adds('Bob adds Erin, for whom there is no place', BOB, ERIN)
  history.role('Bob removes Dave', BOB, DAVE, 'none', { after: [full] })
  history.adds('Bob adds Erin, in the place of Dave', BOB, ERIN)
  const [first, second, third] = keys
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are 31')
  history.role('Erin, who has a place that was freed, removes device 0', ERIN, first, 'none')
  history.adds('Bob adds device 0 again, in its own place', BOB, first, 'reader')
  history.adds('Bob adds Carol, for whom there is none', BOB, CAROL, 'reader')
  history.role('Alice removes device 1', ALICE, second, 'none')
  history.adds('Bob adds Carol, in its place', BOB, CAROL, 'reader')
  history.role('Device 2, one of the first, removes device 0', third, first, 'none')
  history.adds('Bob adds device 1 again, which only an admin may', BOB, second, 'reader')
  history.adds('Bob adds Dave again, in the place of device 0', BOB, DAVE)
  return history.vector('places of devices that were removed are free again, by whom one of the first removed, or an admin')
}

export const deviceHistories = [
  ...[added(), ownersDevices(), wrongProofs(), otherPersons(), removedBeside(), demotedBeside(), lostPhone()],
  ...[removedByAdmin(), removeEachOther(), circleOfDevices(), ownRight(), roleOfDevice(), voidClaims()],
  ...[strangersDevice(), tooMany(), placesFreed()],
]

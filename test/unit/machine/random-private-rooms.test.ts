/**
 * Private rooms on random networks: members come, write, are removed and let in again, in parts of the network that do
 * not hear of each other. KITH_SEEDS=N runs N seeds, KITH_SEED=S a single one.
 */
import { expect, test } from 'vitest'
import { decodeDocument, type Document } from '../../../protocols/document/document.ts'
import { keyIdOf, SEALED_KIND, type KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { KithError } from '../../../src/kith.ts'
import { ancestorsOf } from '../../../src/room/ancestors.ts'
import { rankOf, type Role } from '../../../src/room/access/acts.ts'
import type { AccessControl } from '../../../src/room/access/access-control.ts'
import { hasBox } from '../../../src/room/sealing/recipients.ts'
import { pick, seededRandom } from '../../../src/simulate/random.ts'
import type { WireRecord } from '../../../src/simulate/traffic.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { act, addDevice, addNode, createPrivate, invite, join, keysOf, remove, textsOf } from './private-party.ts'

const { KITH_SEED: one, KITH_SEEDS: many = '40' } = process.env
const seeds = one === undefined ? Array.from({ length: Number(many) }, (_, i) => i + 1) : [Number(one)]

const MEMBERS = 5
const STEPS = 80
const READER = rankOf('reader')
const ROLES: Role[] = ['none', 'none', 'reader', 'writer', 'writer', 'admin']

/** Long enough for all to hear of everything, and for the keys that somebody lacks. */
const SETTLED_MS = 120_000

class Party {
  readonly nodes = new Nodes()
  readonly random: Random
  readonly carrier: TestNode
  readonly owner: TestNode
  /** The owner first. */
  readonly members: TestNode[]
  readonly room: RoomId
  /** What members must not be able to read, as its author knew that they were removed. */
  readonly hidden = new Map<TestNode, Map<DocumentId, Document>>()
  /** The keys that somebody got while it could read. */
  readonly granted = new Map<TestNode, Set<KeyId>>()
  /** Whoever was invited, and may not have been able to accept. */
  readonly invited = new Set<TestNode>()
  devices = 0
  /** Documents that somebody was sent by who knew that it was removed, and had nothing shown by it since. */
  readonly served: string[] = []
  /** How often somebody who was removed was a neighbour of who knew that. */
  shutOut = 0
  #invites = 0

  constructor(random: Random) {
    this.random = random
    this.carrier = addNode(this.nodes, 99)
    this.members = Array.from({ length: MEMBERS }, (_, i) => addNode(this.nodes, i + 1))
    this.owner = this.members[0]!
    this.room = createPrivate(this.owner)
    this.carrier.command({ type: 'carry', room: this.room, maxBytes: 10 ** 9 })
    this.linkAll()
    for (const node of this.members.slice(1, 4)) this.#letIn(this.owner, node)
    this.nodes.run(10_000)
    this.nodes.onSent = (from, to, record) => this.#sent(from, to, record)
  }

  /** Notes what goes to somebody who was removed, of what its sender has only since it knows that. */
  #sent(from: PeerId, to: PeerId, record: WireRecord): void {
    const sender = this.members.find(({ peer }) => peer === from)
    if (sender === undefined || from === to || !sender.machine.rooms.removedPeers.isShutOut(this.room, to)) return
    if (record.type === 'metadata') this.shutOut++
    const removal = this.control(sender)?.removalOf(to)
    if (record.type !== 'message' || removal === undefined) return
    const served = record.blocks.map((block) => decodeDocument(block).id)
    if (served.some((id) => this.#follows(sender, id, removal))) this.served.push(`${from} served ${to}`)
  }

  #follows(node: TestNode, id: DocumentId, removal: DocumentId): boolean {
    const all = new Set([id])
    for (const each of all) {
      const row = node.store.document(each)
      if (row !== undefined) for (const before of ancestorsOf(decodeDocument(row.block))) all.add(before)
    }
    return all.has(removal)
  }

  linkAll(): void {
    for (const node of this.members) this.nodes.link(node, this.carrier)
  }

  control(node: TestNode): AccessControl | undefined {
    return node.machine.rooms.get(this.room)?.graph.gate.control
  }

  /** One thing that somebody does; what nobody may do fails. */
  step(): void {
    const { random, room } = this
    const [node, other] = [pick(random, this.members), pick(random, this.members)]
    const chance = random()
    try {
      if (chance < 0.35) this.#say(node)
      else if (chance < 0.5) this.#letIn(node, other)
      else if (chance < 0.6) remove(node, room, other.peer)
      else if (chance < 0.7) this.#setRole(node, other)
      else if (chance < 0.73) node.command({ type: 'rekey', room })
      else if (chance < 0.79) this.#addDevice()
      else if (chance < 0.83) this.nodes.unlink(node, this.carrier)
      else if (chance < 0.9) this.nodes.link(node, other)
      else if (chance < 0.93) node.restart()
      else if (chance < 0.96) this.linkAll()
      else this.#run(Math.floor(random() * 8_000))
    } catch (error) {
      if (!(error instanceof KithError)) throw error
    }
    this.#grant()
    if (random() < 0.5) this.#run(Math.floor(random() * 50))
  }

  #run(durationMs: number): void {
    this.nodes.run(durationMs)
    this.#grant()
  }

  /** Whoever may read by what somebody knows gets the keys that this one has. */
  #grant(): void {
    for (const other of this.members) {
      const isFriend = (node: TestNode): boolean => (this.control(node)?.rank(other.peer) ?? 0) >= READER
      for (const node of this.members.filter(isFriend)) this.#grantKeysOf(node, other)
    }
  }

  #grantKeysOf(node: TestNode, other: TestNode): void {
    const granted = this.granted.get(other) ?? new Set()
    this.granted.set(other, granted)
    for (const { id, key } of node.store.epochs(this.room)) if (key !== undefined) granted.add(id)
  }

  #say(node: TestNode): void {
    const id = node.say(this.room, `${this.random()}`)
    const document = decodeDocument(node.store.document(id)!.block)
    const control = this.control(node)
    for (const other of this.members) {
      if (control?.isRemoved(other.peer) !== true || this.#hasInvite(other, control)) continue
      if (other.machine.rooms.get(this.room) === undefined) continue
      this.hidden.set(other, (this.hidden.get(other) ?? new Map<DocumentId, Document>()).set(id, document))
    }
  }

  /** Whether somebody has an invite that it has not used, as far as another one knows. */
  #hasInvite(other: TestNode, control: AccessControl): boolean {
    if (!this.invited.has(other)) return false
    return !control.acts().some(({ saying, author }) => saying.type === 'accept' && author === other.peer)
  }

  #letIn(node: TestNode, other: TestNode): void {
    const isMember = (this.control(other)?.rank(other.peer) ?? 0) > 0
    if (isMember || other.machine.rooms.get(this.room) !== undefined) return
    const role = pick(this.random, ['admin', 'writer', 'writer', 'reader'] as const)
    join(other, this.room, invite(node, this.room, ++this.#invites, { role }))
    // The line alone lets it read on, until it has used it.
    this.#grantKeysOf(node, other)
    this.invited.add(other)
  }

  /** Somebody who is no member becomes a device of one, and may be removed by it soon. */
  #addDevice(): void {
    const rankOfNode = (node: TestNode): number => this.control(node)?.rank(node.peer) ?? 0
    const outside = this.members.filter((node) => rankOfNode(node) === 0)
    const inside = this.members.filter((node) => rankOfNode(node) >= READER)
    if (outside.length === 0) return
    const [node, device] = [pick(this.random, inside), pick(this.random, outside)]
    if (device.machine.rooms.get(this.room) === undefined) join(device, this.room)
    addDevice(node, this.room, device, rankOfNode(node) >= rankOf('writer') ? 'writer' : 'reader')
    this.devices++
    this.#grant()
    if (this.random() < 0.5) this.#run(1_000)
    if (this.random() < 0.3) remove(node, this.room, device.peer)
  }

  #setRole(node: TestNode, other: TestNode): void {
    const role = pick(this.random, ROLES)
    // As users' commands make sure.
    const control = this.control(node)
    if (control === undefined || (role !== 'none' && !hasBox(control, other.peer))) return
    act(node, this.room, { type: 'role', member: other.peer, role })
  }

  /** Until everybody has all that is theirs, and nobody makes keys any more. */
  settle(): void {
    this.linkAll()
    for (let ms = 0; ms < SETTLED_MS; ms += SETTLED_MS / 100) this.#run(SETTLED_MS / 100)
  }

  /** Whether a document has an effect on a node. */
  counts(node: TestNode, id: DocumentId): boolean {
    const row = node.store.document(id)
    return row !== undefined && this.control(node)?.counts(decodeDocument(row.block)) === true
  }

  /** What somebody reads of what it is given, whoever gives it. */
  readableBy(node: TestNode): Set<DocumentId> {
    const blocks = this.carrier.store.documents(this.room, { limit: 10_000 }).map(({ block }) => block)
    node.machine.rooms.receive(this.room, blocks, this.carrier.peer, { monotonicMs: 0, wallMs: 0 })
    const documents = blocks.map((block) => decodeDocument(block))
    const sealed = documents.filter(({ kind }) => kind === SEALED_KIND)
    return new Set(sealed.filter((document) => keysOf(node, this.room).open(document) !== document).map(({ id }) => id))
  }
}

let hiddenDocuments = 0
let devices = 0
let shutOut = 0

test.each(seeds)('seed %i', (seed) => {
  const random = seededRandom(seed)
  const party = new Party(random)
  for (let step = 0; step < STEPS; step++) party.step()
  party.settle()
  devices += party.devices
  shutOut += party.shutOut
  const { room, owner, carrier } = party
  const final = party.control(owner)!
  const inRoom = party.members.filter((node) => node.machine.rooms.get(room) !== undefined)
  const readers = inRoom.filter((node) => final.rank(node.peer) >= READER)

  // Whoever may read has all of it, and can read all of it.
  for (const node of readers) {
    // Some of what it wrote itself may have stayed on it alone.
    const extra = node.documents(room).filter((id) => !owner.has(id))
    expect(node.documents(room)).toHaveLength(owner.documents(room).length + extra.length)
    expect(extra.filter((id) => party.counts(node, id))).toEqual([])
    expect([node.stateHash(room), textsOf(node, room)]).toEqual([owner.stateHash(room), textsOf(owner, room)])
    expect([keysOf(node, room).unread, node.machine.rooms.require(room).acts.canMend]).toEqual([0, false])
  }
  expect(carrier.documents(room).filter((id) => party.counts(carrier, id) !== party.counts(owner, id))).toEqual([])
  expect(keysOf(owner, room).forWriting).toMatchObject({ key: { id: final.epochs!.current.key } })

  // Who was removed reads nothing that was written by whoever knew of that.
  for (const [node, ids] of party.hidden) {
    const readable = party.readableBy(node)
    const missed = [...ids].filter(([, { body }]) => party.granted.get(node)?.has(keyIdOf(body)!) !== true)
    expect(missed.filter(([id]) => readable.has(id))).toEqual([])
    hiddenDocuments += missed.length
  }

  // Nobody serves whom it knows to be removed.
  expect(party.served).toEqual([])
})

test.runIf(one === undefined)('some of them were removed, and missed something', () => {
  expect(hiddenDocuments).toBeGreaterThan(seeds.length)
  expect(devices).toBeGreaterThan(seeds.length / 2)
  expect(shutOut).toBeGreaterThan(seeds.length)
})

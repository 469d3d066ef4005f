/** What nodes do in a private room: they create it, invite, join, write, and take roles away. */
import { MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { boxKeyOf, inviteBoxSecret } from '../../../protocols/sealing/index.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { ChatState } from '../../../src/apps/chat/state.ts'
import { deviceProof, type Role, type Saying } from '../../../src/room/access/acts.ts'
import { personOf } from '../../../src/room/access/persons.ts'
import type { RoomKeys } from '../../../src/room/sealing/room-keys.ts'
import type { Store, Write } from '../../../src/store/store.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { signerOf } from '../room/history.ts'
import type { Nodes, TestNode } from './nodes.ts'

export const createPrivate = (node: TestNode, name = 'Family'): RoomId =>
  node.command({ type: 'create', name, app: 'chat', access: 'private' }).room!

/** A node whose peer is the author of what it writes, as on real nodes. */
export const addNode = (nodes: Nodes, index: number, store?: Store): TestNode =>
  nodes.add(signerOf(index).author, index, store)

/** Returns the seed of the invite. */
export function invite(
  node: TestNode,
  room: RoomId,
  number: number,
  { role = 'writer', uses = 1 }: { role?: Exclude<Role, 'none'>; uses?: number } = {},
): Uint8Array {
  const seed = new Uint8Array(32).fill(number % 256)
  seed[31] = Math.floor(number / 256)
  const box = boxKeyOf(inviteBoxSecret(seed)).publicKey
  const key = signerOfSeed(seed).author
  act(node, room, { type: 'invite', key, role, expiresMs: undefined, uses, box })
  return seed
}

export const join = (node: TestNode, room: RoomId, seed?: Uint8Array): void => {
  node.command({ type: 'join', room, ...(seed && { inviteSeed: Buffer.from(seed).toString('hex') }) })
}

/** What `node` says of a device that is in the room already, though it may not read it. */
export function deviceOf(
  node: TestNode,
  room: RoomId,
  device: TestNode,
  role: Exclude<Role, 'none'> = 'writer',
): Saying & { type: 'device' } {
  const control = node.machine.rooms.require(room).graph.gate.control!
  const box = keysOf(device, room).ownBox()
  const proof = deviceProof(node.peer, box, device.signer)
  return { type: 'device', member: device.peer, person: personOf(control, node.peer), role, box, proof }
}

export const addDevice = (node: TestNode, room: RoomId, device: TestNode, role?: Exclude<Role, 'none'>): void =>
  act(node, room, deviceOf(node, room, device, role))

export const act = (node: TestNode, room: RoomId, ...sayings: Saying[]): void => {
  node.command({ type: 'act', room, sayings })
}

export const remove = (node: TestNode, room: RoomId, ...members: PeerId[]): void =>
  act(node, room, ...members.map((member): Saying => ({ type: 'role', member, role: 'none' })))

export const keysOf = (node: TestNode, room: RoomId): RoomKeys => node.machine.rooms.require(room).keys

/** The id of the key that is written with, or why there is none. */
export function keyOf(node: TestNode, room: RoomId): string {
  const write = keysOf(node, room).forWriting
  return typeof write === 'string' ? write : write.key.id
}

/** What the chat shows. */
export function textsOf(node: TestNode, room: RoomId): string[] {
  const { app } = node.machine.rooms.require(room).view.state
  return (app as ChatState | null)?.recent.map(({ text }) => text) ?? []
}

/** What the node told its users as new messages. */
export function toldBy(node: TestNode): string[] {
  return node.events.flatMap((event) =>
    event.type === 'document' && event.document.kind === MESSAGE_KIND
      ? [new TextDecoder().decode(event.document.body)]
      : [],
  )
}

/** A store, and how to make others with the same content as of then, as a copied folder has it. */
export function copiedStore(): { store: Store; copy: () => Store } {
  const store = memoryStore()
  const writes: Write[] = []
  const apply = store.apply.bind(store)
  store.apply = (write) => {
    writes.push(write)
    apply(write)
  }
  return {
    store,
    copy: () => {
      const other = memoryStore()
      for (const write of writes) other.apply(write)
      other.commit()
      return other
    },
  }
}

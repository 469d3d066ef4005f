/** Nodes of one person without a host: documents go from one to another when a test says so. */
import { decodeDocument } from '../../../../protocols/document/document.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import type { Role } from '../../../../src/kith.ts'
import { DevicesRoom } from '../../../../src/node/devices/devices-room.ts'
import { LocalDevices } from '../../../../src/node/devices/local-devices.ts'
import { Reconciler } from '../../../../src/node/devices/reconciler.ts'
import { RoomAccess } from '../../../../src/node/devices/room-access.ts'
import { LocalRooms } from '../../../../src/node/local-rooms.ts'
import { NO_LOG } from '../../host/logs.ts'
import { at, NOW_MS, signerOf } from '../../room/history.ts'
import { coreOf, servicesOf, type TestCore } from '../core.ts'

export interface DeviceNode {
  core: TestCore
  rooms: LocalRooms
  devices: LocalDevices
  inside: DevicesRoom
  access: RoomAccess
  reconciler: Reconciler
}

/** Its clock is far on at each look, so that nothing is waited for; or it stands still. */
export function deviceNode(index: number, { isClockStill = false } = {}): DeviceNode {
  const core = coreOf(index)
  const rooms = new LocalRooms(core, servicesOf(core))
  const inside = new DevicesRoom(core, rooms)
  let nowMs = 0
  const clock = () => (isClockStill ? nowMs : (nowMs += 100_000))
  const access = new RoomAccess({ devices: inside, rooms, signer: signerOf(index), random: () => 0.5, nowMs: clock })
  const reconciler = new Reconciler({
    ...{ devices: inside, access, rooms, nodeName: () => `Author ${index}`, log: NO_LOG },
    ...{ setTimer: () => undefined, nowMs: clock, onRun: () => undefined },
  })
  core.ownKeys = () => new Set([core.self, ...inside.members])
  return { core, rooms, inside, access, reconciler, devices: new LocalDevices(inside, access, reconciler) }
}

/** Gives each node what the others have of rooms that both are in. */
export function exchange(...nodes: DeviceNode[]): void {
  for (let round = 0; round < nodes.length; round++) {
    for (const from of nodes) for (const to of nodes) if (from !== to) give(from, to)
  }
}

function give({ core: from }: DeviceNode, { core: to }: DeviceNode): void {
  for (const { record } of from.machine.rooms.list()) {
    const room = to.machine.rooms.get(record.id)
    if (room === undefined) continue
    for (const { id, block } of from.store.documents(record.id, { limit: 1_000 })) {
      if (to.store.hasDocument(id)) continue
      const document = decodeDocument(block)
      to.machine.handle({ type: 'gossip', room: record.id, document, from: from.self }, at(NOW_MS))
    }
    if (from.store.hasDocument(record.id)) room.keepJoining(undefined)
  }
}

/** Exchanges and runs until nothing is left to do. Throws if that takes more rounds than any test needs. */
export async function settle(...nodes: DeviceNode[]): Promise<void> {
  for (let round = 0; round < 20; round++) {
    exchange(...nodes)
    const before = nodes.map(documentsOf).join()
    for (const { reconciler } of nodes) await reconciler.run()
    if (nodes.map(documentsOf).join() === before) return
  }
  throw new Error('the devices go on and on')
}

/** How much there is in all rooms, and which these are. */
function documentsOf({ core }: DeviceNode): string {
  return core.store
    .rooms()
    .map(({ id, status }) => `${id} ${status} ${core.store.totals(id).documents}`)
    .join()
}

/** Makes a node a device of another one's person. */
export async function addDevice(to: DeviceNode, node: DeviceNode, name: string): Promise<void> {
  const { line } = await to.devices.add({ name: 'first' })
  await node.devices.join(line, { name })
  await settle(to, node)
}

/** A node joins a private room of another one. */
export async function invited(by: DeviceNode, node: DeviceNode, room: string, role: Role): Promise<void> {
  const { line } = await by.rooms.get(room).invite({ role })
  await node.rooms.join(line)
  exchange(by, node)
}

export function roleOf({ rooms }: DeviceNode, room: string): unknown {
  return rooms.get(room).details().role
}

export function textsOf({ rooms }: DeviceNode, room: string): string[] {
  return [...rooms.get(room).messages()].map(({ text }) => text)
}

export const peerOf = ({ core }: DeviceNode): PeerId => core.self

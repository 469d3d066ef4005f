/** Says which devices there are, and how far this one is. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { Device, DeviceLack, DeviceList, DevicesState } from '../../kith.ts'
import { shortNameOf } from '../short-name.ts'
import type { DevicesRoom } from './devices-room.ts'
import type { DevicesList } from './entries.ts'
import type { RoomAccess } from './room-access.ts'

const NOTHING: DevicesList = {
  ...{ name: undefined, devices: new Map(), rooms: [], reads: new Map(), removed: new Map(), ignored: 0 },
}

export function deviceListOf(devices: DevicesRoom, access: RoomAccess): DeviceList {
  const { state } = devices
  const list = state === 'ready' ? devices.list() : NOTHING
  return {
    ...{ state, person: list.name ?? null, waitingFor: waitingFor(devices, state) },
    ...{ devices: state === 'ready' ? describe(devices, access, list) : [], ignored: list.ignored },
    stillIn: state === 'ready' ? stillIn(devices, access) : [],
    unlisted: state === 'ready' ? unlistedIn(devices, access) : [],
  }
}

function describe(devices: DevicesRoom, access: RoomAccess, list: DevicesList): Device[] {
  const { core, control } = devices
  const lastSeen = new Map(core.store.addresses().map(({ peer, lastSeenMs }) => [peer, lastSeenMs]))
  const nameOf = (peer: string): string => list.devices.get(peer as PeerId)?.name ?? shortNameOf(peer)
  const obstacles = access.obstacles()
  const lacksOf = (device: string): DeviceLack[] =>
    obstacles
      .filter((obstacle) => obstacle.device === device)
      .map(({ room, why }) => ({ room, roomName: devices.nameOfRoom(room), why }))
  const are = new Set<string>(devices.members)
  const tooMany = new Set<string>(devices.others.tooMany)
  const described = devices.room.members().filter(({ peer }) => are.has(peer))
  return described
    .map(({ peer, self, online, standing }): Device => {
      const set = standing?.set
      return {
        ...{ peer, name: nameOf(peer), self, isFirst: peer === control?.owner },
        added: set === undefined ? null : { atMs: set.atMs, by: { peer: set.by.peer, name: nameOf(set.by.peer) } },
        ...{ online, lastSeenMs: self ? null : (lastSeen.get(peer as PeerId) ?? null) },
        ...{ hasLeft: list.devices.get(peer as PeerId)?.hasLeft === true, lacks: lacksOf(peer) },
        isBeyondLimit: tooMany.has(peer),
      }
    })
    .sort((a, b) => (a.added?.atMs ?? 0) - (b.added?.atMs ?? 0))
}

/** What could not be done, and what is done soon, for devices that were removed. */
function stillIn(devices: DevicesRoom, access: RoomAccess): DeviceList['stillIn'] {
  const are = new Set<string>(devices.members)
  const left = access.obstacles().filter(({ device }) => !are.has(device))
  return left.map(({ device, room, why }) => ({ peer: device, room, roomName: devices.nameOfRoom(room), why }))
}

/** What has a part in rooms as one of the devices, and is none. */
export function unlistedIn(devices: DevicesRoom, access: RoomAccess): DeviceList['unlisted'] {
  return access.unlisted().map(({ peer, room }) => ({ peer, room, roomName: devices.nameOfRoom(room) }))
}

function waitingFor(devices: DevicesRoom, state: DevicesState): string {
  if (state !== 'waiting') return ''
  return devices.room.details().waitingFor || 'what the other devices share'
}

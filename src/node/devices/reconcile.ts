/**
 * What one device has to do so that all devices of a person agree: a pure function of what the devices room says and of
 * what is here. Doing it again when it is done gives nothing to do.
 *
 * A room that the user joined or left on this device since its entry in the list was followed here last is written to the
 * list; an entry that was written since is followed. Both may happen at once on devices that are apart: then the entry
 * counts that is later in the order of the devices room.
 */
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { Personal } from '../../store/personal.ts'
import { MAX_LISTED_ROOMS } from '../../../protocols/devices/constants.ts'
import type { DeviceEntry, DevicesList, ListedRoom } from './entries.ts'

/** A room that is here, or was. */
export interface KnownRoom {
  id: RoomId
  /** `carried`: only for others, which concerns no other device. */
  how: 'joined' | 'left' | 'carried'
  alias: string | undefined
  personal: Personal
  /** Whether this node could not open there what is sealed to the box of the device. */
  lacksBox: boolean
}

export interface Here {
  self: PeerId
  /** Whether this device made the devices room. */
  isFirst: boolean
  /** What this node is called. */
  nodeName: string
  /** What the user calls this device, where it has no entry yet. */
  deviceName: string
  list: DevicesList
  /** Without the devices room. */
  rooms: readonly KnownRoom[]
  /** The other devices, for each of which this one signs. */
  others: readonly PeerId[]
  /** What keys are sealed to for this device, for which it signs. */
  box: Uint8Array
}

export type Step =
  /** Makes this device open what is sealed to its box in a room. */
  | { type: 'hold-box'; room: RoomId }
  /** Writes this device's entry, with its signatures for the others. */
  | { type: 'introduce'; entry: Omit<DeviceEntry, 'proofs'>; others: readonly PeerId[] }
  /** Writes the person's name. */
  | { type: 'name'; name: string }
  | { type: 'join'; room: RoomId; alias: string | undefined; listed: Position }
  | { type: 'leave'; room: RoomId; listed: Position }
  | { type: 'alias'; room: RoomId; alias: string | undefined; listed: Position }
  /** Nothing else has to be done for an entry. */
  | { type: 'follow'; room: RoomId; listed: Position }
  /** Writes an entry. */
  | { type: 'list'; room: RoomId; isJoined: boolean; alias: string | undefined }
  | { type: 'read'; room: RoomId; readTo: Position }
  | { type: 'tell-read'; room: RoomId; readTo: Position }

export function stepsFor(here: Here): Step[] {
  const { list, rooms } = here
  const known = new Map(rooms.map((room) => [room.id, room]))
  const listed = new Set(list.rooms.map(({ id }) => id))
  const unlisted = rooms.filter(({ id, how }) => how === 'joined' && !listed.has(id))
  return [
    // Others may let this device in as soon as it has signed.
    ...rooms.flatMap(({ id, lacksBox }): Step[] => (lacksBox ? [{ type: 'hold-box', room: id }] : [])),
    ...ownSteps(here),
    ...list.rooms.flatMap((entry) => entrySteps(entry, known.get(entry.id))),
    ...unlisted.slice(0, MAX_LISTED_ROOMS - listed.size).map(listStep),
    ...rooms.flatMap((room) => readSteps(room, list.reads.get(room.id))),
  ]
}

function ownSteps({ self, isFirst, nodeName, deviceName, list, others, box }: Here): Step[] {
  const own = list.devices.get(self)
  const entry = { name: own?.name ?? deviceName, nodeName, box, hasLeft: false }
  const isSame = own?.nodeName === nodeName && !own.hasLeft && hasSigned(own, box, others)
  // Whoever gave this node another name since means the person; a device that has just come means itself.
  const isRenamed = own !== undefined && own.nodeName !== nodeName && list.name !== nodeName
  return [
    ...(isRenamed || (isFirst && list.name === undefined) ? [{ type: 'name', name: nodeName } as const] : []),
    ...(isSame ? [] : [{ type: 'introduce', entry, others } as const]),
  ]
}

function hasSigned(entry: DeviceEntry, box: Uint8Array, others: readonly PeerId[]): boolean {
  return Buffer.compare(entry.box, box) === 0 && others.every((peer) => entry.proofs.has(peer))
}

function entrySteps(entry: ListedRoom, room: KnownRoom | undefined): Step[] {
  const { id, isJoined, alias, writtenAt: listed } = entry
  if (room === undefined) return isJoined ? [{ type: 'join', room: id, alias, listed }] : []
  const { how, personal } = room
  if (how === 'carried') return []
  const before = personal.listed
  const isNew = before === undefined || comparePositions(before, listed) < 0
  const isHere = how === 'joined'
  if (!isNew) {
    const isSame = isHere === isJoined && (!isHere || room.alias === alias)
    return isSame || (!isHere && personal.isLeftHere === true) ? [] : [listStep(room)]
  }
  const follow: Step = { type: 'follow', room: id, listed }
  if (!isHere) return isJoined && personal.isLeftHere !== true ? [{ ...follow, type: 'join', alias }] : [follow]
  // What a device brings along stays, whatever was said of it before.
  if (before === undefined && (!isJoined || (alias === undefined && room.alias !== undefined))) return [listStep(room)]
  if (!isJoined) return [{ ...follow, type: 'leave' }]
  return [room.alias === alias ? follow : { ...follow, type: 'alias', alias }]
}

function listStep({ id, how, alias }: KnownRoom): Step {
  return { type: 'list', room: id, isJoined: how === 'joined', alias }
}

function readSteps({ id, how, personal: { readTo } }: KnownRoom, told: Position | undefined): Step[] {
  if (how !== 'joined') return []
  const order = readTo === undefined ? -1 : told === undefined ? 1 : comparePositions(readTo, told)
  if (order < 0 && told !== undefined) return [{ type: 'read', room: id, readTo: told }]
  return order > 0 && readTo !== undefined ? [{ type: 'tell-read', room: id, readTo }] : []
}

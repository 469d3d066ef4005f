/**
 * What one device does in rooms with members so that all devices of its person have a part in them, and those that were
 * removed none: a pure function of who has which right there.
 */
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { rankOf, RANK_OF_OWNER, type Rank } from '../../room/access/acts.ts'

const ADMIN = rankOf('admin')

/** A device of the person, apart from this one. */
export interface OtherDevice {
  peer: PeerId
  /** Whether this device has added it, or was added by it: others leave it to these for a while. */
  isClose: boolean
  /** Its signature, with which this device may let it in, and its box. */
  pass: { box: Uint8Array; proof: Uint8Array } | undefined
}

/** A room with members in which this device has a role. */
export interface MemberRoom {
  id: RoomId
  owner: PeerId
  /** What this device may do there. */
  rank: Rank
  /** What another one may do. */
  rankOf: (peer: PeerId) => Rank
  /** Whether a role took from somebody what it had, so that only admins and invites give it more. */
  isLowered: (peer: PeerId) => boolean
  /** Devices with a part there that were removed, and are none any more. */
  removed: readonly PeerId[]
  /** Whether the last that devices of this person did with somebody there was to remove it: who is back was let in by others. */
  wasRemovedByUs: (peer: PeerId) => boolean
  /** Whether this device has the key that is written with, where there are keys. */
  hasKey: boolean
}

export type AccessStep =
  | {
      type: 'let-in'
      room: RoomId
      device: PeerId
      rank: Rank
      pass: NonNullable<OtherDevice['pass']>
      isClose: boolean
    }
  | { type: 'take-out'; room: RoomId; device: PeerId }

/** Why nothing is done for a device that has no part in a room, as a sentence without a full stop. */
export type Obstacle = { room: RoomId; device: PeerId; why: string }

export function accessStepsFor(
  rooms: readonly MemberRoom[],
  others: readonly OtherDevice[],
): { steps: AccessStep[]; obstacles: Obstacle[] } {
  const steps: AccessStep[] = []
  const obstacles: Obstacle[] = []
  for (const room of rooms) {
    const { id, owner, hasKey } = room
    // The owner's devices are admins: there is one owner.
    const rank = room.rank === RANK_OF_OWNER ? ADMIN : room.rank
    for (const { peer: device, isClose, pass } of others) {
      if (room.rankOf(device) >= rank) continue
      const why = obstacleTo(room, device, pass !== undefined)
      if (why === undefined && pass !== undefined && hasKey) {
        steps.push({ type: 'let-in', room: id, device, rank, pass, isClose })
      } else if (room.rankOf(device) === 0) {
        obstacles.push({ room: id, device, why: why ?? 'this device waits for the key of the room itself' })
      }
    }
    for (const device of room.removed) {
      if (device === owner) {
        obstacles.push({ room: id, device, why: 'it owns the room, and nobody removes the owner' })
      } else if (room.wasRemovedByUs(device)) {
        obstacles.push({ room: id, device, why: whyBack(room, device) })
      } else steps.push({ type: 'take-out', room: id, device })
    }
  }
  return { steps, obstacles }
}

function whyBack({ id, rank }: MemberRoom, device: PeerId): string {
  const ending = rank < ADMIN ? 'an admin ends that (kith remove)' : `kith remove ${id} ${device} ends that`
  return `others let it in again after that: ${ending}`
}

function obstacleTo(room: MemberRoom, device: PeerId, hasPass: boolean): string | undefined {
  if (room.isLowered(device) && room.rank < ADMIN)
    return 'its role was taken away there: an admin gives it one (kith invite, or kith role)'
  // What an admin decided of a device, another device does not undo by itself.
  if (room.isLowered(device)) return 'its role was taken away there: kith invite, or kith role, gives it one'
  return hasPass ? undefined : 'it has not been online since this one was added'
}

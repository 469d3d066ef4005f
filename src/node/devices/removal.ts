/** Removes a device of a person: from the devices room, and from all rooms in which that can be done. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { KithError, type DeviceRemoval } from '../../kith.ts'
import { findPeer } from '../peer-reference.ts'
import { quoted } from '../quoted.ts'
import { shortNameOf } from '../short-name.ts'
import { MAX_LISTED_ROOMS, NAME_KEY } from '../../../protocols/devices/constants.ts'
import { MAX_STEPS } from './constants.ts'
import { unlistedIn } from './device-list.ts'
import type { DevicesRoom } from './devices-room.ts'
import { readKey, readValue, removedKey, roomKey, roomValue } from './entries.ts'
import type { Reconciler } from './reconciler.ts'
import type { RoomAccess } from './room-access.ts'

/** Enough for all rooms of a person. What is left then is done soon. */
const MAX_RUNS = Math.ceil(MAX_LISTED_ROOMS / MAX_STEPS) + 1

export class Removal {
  readonly #devices: DevicesRoom
  readonly #access: RoomAccess
  readonly #reconciler: Reconciler

  constructor(devices: DevicesRoom, access: RoomAccess, reconciler: Reconciler) {
    this.#devices = devices
    this.#access = access
    this.#reconciler = reconciler
  }

  /** Only where this node is a device. Throws a KithError `no-such-peer`, `ambiguous` or `no-right`. */
  async remove(reference: string): Promise<DeviceRemoval> {
    const device = this.#find(reference)
    const { core, members, control } = this.#devices
    if (device === core.self) {
      throw new KithError(
        'no-right',
        'a device does not remove itself: run this on another one, or kith device leave here',
      )
    }
    const isFirst = device === control?.owner
    const name = this.#nameOf(device)
    const others = members.filter((peer) => peer !== core.self && peer !== device)
    const added = others.filter((peer) => this.#devices.adderOf(peer) === device).map((peer) => this.#told(peer))
    const toAddAgain = isFirst ? others.map((peer) => this.#told(peer)) : []
    const before = this.#roomsWith(device)
    if (isFirst) await this.#reconciler.pausedDuring(() => this.#renew(device))
    else {
      // First, so that a crash leaves nothing undone that nobody knows of.
      await this.#devices.put(removedKey(device), true)
      await this.#devices.room.setRole(device, 'none')
    }
    const remaining = await this.#access.whileRemoving(device, async () => {
      await this.#finish()
      return this.#access.obstacles().filter((obstacle) => obstacle.device === device)
    })
    return {
      ...{ peer: device, name, rooms: before - this.#roomsWith(device), added },
      remaining: remaining.map(({ room, why }) => ({ room, roomName: this.#devices.nameOfRoom(room), why })),
      unlisted: unlistedIn(this.#devices, this.#access).filter(({ peer }) =>
        toAddAgain.every((each) => each.peer !== peer),
      ),
      openRooms: this.#openRooms(),
      toAddAgain,
    }
  }

  /** Makes another devices room, as the owner of one cannot be removed: the other devices have to be added again. */
  async #renew(removed: PeerId): Promise<void> {
    const { core, personal } = this.#devices
    const old = this.#devices.list()
    const { ever, removed: removedBefore } = this.#devices
    await this.#devices.dropUnfinished()
    const room = await this.#devices.create(old.devices.get(core.self)?.name ?? personal.deviceName ?? '')
    await this.#devices.put(removedKey(removed), true, room)
    // What only its owner says may be what a thief says; and who came back is added again.
    for (const peer of removedBefore) if (ever.has(peer)) await this.#devices.put(removedKey(peer), true, room)
    if (old.name !== undefined) await this.#devices.put(NAME_KEY, old.name, room)
    for (const entry of old.rooms) {
      const listed = await this.#devices.put(roomKey(entry.id), roomValue(entry), room)
      await core.command({ type: 'note', room: entry.id, personal: { listed } })
    }
    for (const [id, position] of old.reads) await this.#devices.put(readKey(id), readValue(position), room)
    await this.#devices.replace()
  }

  /** In all rooms, as far as that can be done. */
  async #finish(): Promise<void> {
    const isDone = (): boolean => this.#access.next().steps.every(({ type }) => type !== 'take-out')
    for (let runs = 0; runs < MAX_RUNS; runs++) {
      await this.#reconciler.run()
      if (this.#devices.core.stopped.aborted || isDone()) return
    }
  }

  #roomsWith(device: PeerId): number {
    return this.#devices.otherRooms.filter(({ graph }) => (graph.gate.control?.rank(device) ?? 0) > 0).length
  }

  /** Those that everybody with their ids reads and writes. */
  #openRooms(): { room: string; roomName: string }[] {
    return this.#devices.otherRooms
      .filter(({ record, isCarried }) => record.status === 'open' && record.access === undefined && !isCarried)
      .map(({ record: { id } }) => ({ room: id, roomName: this.#devices.nameOfRoom(id) }))
  }

  #find(reference: string): PeerId {
    const { members } = this.#devices
    try {
      return findPeer(
        reference,
        members.map((peer) => ({ peer, names: [this.#nameOf(peer)] })),
      )
    } catch (error) {
      if (!(error instanceof KithError) || error.code !== 'no-such-peer') throw error
      throw new KithError('no-such-peer', `there is no device ${quoted(reference)} (kith device list)`, {
        cause: error,
      })
    }
  }

  #nameOf(peer: PeerId): string {
    return this.#devices.list().devices.get(peer)?.name ?? shortNameOf(peer)
  }

  #told(peer: PeerId): { peer: string; name: string } {
    return { peer, name: this.#nameOf(peer) }
  }
}

/** The room by which the devices of a person know of each other: a private map of which each is an admin. */
import { MAX_DEVICES } from '../../../protocols/access/constants.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import { map } from '../../apps/map/index.ts'
import type { MapState } from '../../apps/map/state.ts'
import type { DevicesState, JsonValue } from '../../kith.ts'
import type { AccessControl } from '../../room/access/access-control.ts'
import { isOfType } from '../../room/access/acts.ts'
import { ownRemoval } from '../../room/removal.ts'
import type { Room } from '../../room/room.ts'
import { isOfDevices, type Personal } from '../../store/personal.ts'
import type { NodeCore } from '../core.ts'
import type { LocalRoom } from '../local-room.ts'
import type { LocalRooms } from '../local-rooms.ts'
import { DEVICES_ROOM_NAME } from '../../../protocols/devices/constants.ts'
import { DEVICE, deviceKeysOf } from './device-keys.ts'
import { listOf, type DevicesList } from './entries.ts'

export class DevicesRoom {
  readonly core: NodeCore
  readonly #rooms: LocalRooms

  constructor(core: NodeCore, rooms: LocalRooms) {
    this.core = core
    this.#rooms = rooms
  }

  /** Undefined where this node is no device of anybody. Of several, the first one, which the others are to replace. */
  get open(): Room | undefined {
    return this.#all[0]
  }

  /** Made or joined first comes first. */
  get #all(): Room[] {
    const rooms = this.core.machine.rooms.list().filter(({ record }) => isOfDevices(record))
    return rooms.length < 2 ? rooms : rooms.sort((a, b) => a.record.joinedAtMs - b.record.joinedAtMs)
  }

  /** All rooms of this node but those by which devices know of each other. */
  get otherRooms(): Room[] {
    return this.core.machine.rooms.list().filter(({ record }) => !isOfDevices(record))
  }

  /** Makes one, in which this device is called so. */
  async create(deviceName: string): Promise<RoomId> {
    const { room } = await this.core.command({
      ...{ type: 'create', name: DEVICES_ROOM_NAME, app: map.name, access: 'private', personal: { deviceName } },
    })
    if (room === undefined) throw new Error('a created room has an id')
    return room
  }

  /** Leaves what was to replace the present one, and was not finished. */
  async dropUnfinished(): Promise<void> {
    for (const { record } of this.#all.slice(1)) await this.#leave(record.id)
  }

  /** Leaves the present one, which another one replaces. */
  async replace(): Promise<void> {
    if (this.id !== undefined) await this.#leave(this.id)
  }

  /** This node is no device any more. */
  async forget(): Promise<void> {
    for (const { record } of this.#all) await this.#leave(record.id)
    // What another list says of these rooms has nothing to do with where this one said it.
    for (const { id, personal } of this.core.store.rooms()) {
      if (personal?.listed === undefined && personal?.isLeftHere === undefined) continue
      await this.core.command({ type: 'note', room: id, personal: { listed: undefined, isLeftHere: undefined } })
    }
  }

  async #leave(room: RoomId): Promise<void> {
    await this.core.command({ type: 'leave', room })
    await this.core.command({ type: 'note', room, personal: { deviceName: undefined } })
  }

  get id(): RoomId | undefined {
    return this.open?.record.id
  }

  get personal(): Personal {
    return this.open?.record.personal ?? {}
  }

  get state(): DevicesState {
    const { open } = this
    if (open === undefined) return 'none'
    const { record, keys } = open
    const { control } = open.graph.gate
    if (record.status !== 'open') return 'waiting'
    if (control?.founding === undefined || (record.app !== '' && record.app !== map.name)) return 'foreign'
    // Also one that was removed before: the line brings what has happened since.
    if (record.inviteSeed !== undefined && this.room.details().invited?.status === 'awaited') return 'waiting'
    // Another device says so, though this one is given nothing since.
    if (ownRemoval(open, this.core)?.isProven === true) return 'removed'
    if (control.rank(this.core.self) < DEVICE) return 'refused'
    return record.app === '' || keys.lacksCurrent || record.joining !== undefined || open.isPreview
      ? 'waiting'
      : 'ready'
  }

  /** Throws where there is none. */
  get room(): LocalRoom {
    const { id } = this
    if (id === undefined) throw new Error('this node is no device of anybody')
    return this.#rooms.byId(id)
  }

  /** All that are devices now, this one too; added first comes first. */
  get members(): readonly PeerId[] {
    return this.control === undefined ? [] : deviceKeysOf(this.control).members
  }

  /** All that ever were devices in this list. */
  get ever(): ReadonlySet<PeerId> {
    return this.control === undefined ? new Set() : deviceKeysOf(this.control).ever
  }

  /**
   * The other devices, but for those that have left. What this one does for each of them is bounded by their number: nothing
   * is done for those that came last.
   */
  get others(): { first: readonly PeerId[]; tooMany: readonly PeerId[] } {
    const { devices } = this.list()
    const others = this.members.filter((peer) => peer !== this.core.self && devices.get(peer)?.hasLeft !== true)
    return { first: others.slice(0, MAX_DEVICES), tooMany: others.slice(MAX_DEVICES) }
  }

  /**
   * Those that were removed, and are no devices. Of others the list says nothing, as a device that was stolen writes there
   * what it likes; but the owner knows some of a list that this one has replaced.
   */
  get removed(): ReadonlySet<PeerId> {
    const { control } = this
    if (control === undefined) return new Set()
    const { ever } = this
    const counting = [...this.list().removed].filter(([peer, by]) => ever.has(peer) || by === control.owner)
    return new Set(counting.flatMap(([peer]) => (control.rank(peer) < DEVICE ? [peer] : [])))
  }

  get control(): AccessControl | undefined {
    return this.open?.graph.gate.control
  }

  /** Which device has added one; undefined for the first. */
  adderOf(peer: PeerId): PeerId | undefined {
    const acts = this.control?.acts() ?? []
    const last = acts.findLast((act) => isOfType(act, 'accept') && act.author === peer)
    const invite = last !== undefined && isOfType(last, 'accept') ? last.saying.invite : undefined
    return acts.find(({ id }) => id === invite)?.author
  }

  /** The secret, in hex, to which keys of all rooms are sealed for this device. */
  get boxSecret(): string | undefined {
    return this.open?.record.boxSecrets?.[0]
  }

  /** What it says; only where it is `ready`. */
  list(): DevicesList {
    return listOf(this.room.state as MapState)
  }

  /** The name by which the others of a room know the person; undefined where there are no devices. */
  get personName(): string | undefined {
    const { open } = this
    if (open === undefined || open.record.app !== map.name || open.isPreview) return undefined
    return this.members.includes(this.core.self) ? listOf(open.view.state.app as MapState).name : undefined
  }

  /** What a room is called here. */
  nameOfRoom(id: RoomId): string {
    return this.#rooms.byId(id).name
  }

  /** Writes an entry; in `room`, if that is to take the place of the present one. */
  async put(key: string, value: JsonValue, room = this.id): Promise<Position> {
    if (room === undefined) throw new Error('this node is no device of anybody')
    const { id, clock } = await this.#rooms.byId(room).as(map).update('put', { key, value })
    return { id: id as DocumentId, clock }
  }
}

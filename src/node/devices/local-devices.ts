/** The devices of a person, for library users. */
import { MAX_AUTHOR_NAME_BYTES } from '../../../protocols/room/constants.ts'
import {
  KithError,
  type DeviceLine,
  type DeviceList,
  type DeviceRemoval,
  type Devices,
  type DevicesState,
} from '../../kith.ts'
import { newTypedName } from '../../names.ts'
import { nameOfHost } from '../host-name.ts'
import { deviceLineOf, parseInvite } from '../invite.ts'
import { LINE_EXPIRES_IN_MS } from './constants.ts'
import { deviceListOf } from './device-list.ts'
import type { DevicesRoom } from './devices-room.ts'
import { deviceKey, deviceValue } from './entries.ts'
import type { Reconciler } from './reconciler.ts'
import { Removal } from './removal.ts'
import type { RoomAccess } from './room-access.ts'

export class LocalDevices implements Devices {
  readonly #devices: DevicesRoom
  readonly #access: RoomAccess
  readonly #reconciler: Reconciler

  constructor(devices: DevicesRoom, access: RoomAccess, reconciler: Reconciler) {
    this.#devices = devices
    this.#access = access
    this.#reconciler = reconciler
  }

  async add({
    name,
    expiresInMs = LINE_EXPIRES_IN_MS,
  }: { name?: string; expiresInMs?: number } = {}): Promise<DeviceLine> {
    const deviceName = deviceNameOf(name)
    if (this.#devices.state === 'none') {
      await this.#devices.create(deviceName)
      await this.#reconciler.run()
    } else if (name !== undefined) await this.rename(name)
    this.#requireReady()
    const { line, expiresMs } = await this.#devices.room.invite({ role: 'admin', uses: 1, expiresInMs })
    return { line: deviceLineOf(line), expiresMs: expiresMs ?? 0 }
  }

  async join(line: string, { name, peers = [] }: { name?: string; peers?: string[] } = {}): Promise<void> {
    const { core } = this.#devices
    const { room, addresses, seed, isForDevice } = parseInvite(line)
    const deviceName = deviceNameOf(name)
    if (isForDevice === undefined || seed === undefined) {
      throw new KithError('bad-invite', 'this is no line of kith device add: to join a room, use kith join')
    }
    const before = this.#devices.id
    if (before === room && this.#devices.state === 'ready') {
      throw new KithError('is-device', 'this node is one of these devices already: use the line on the one to be added')
    }
    if (before !== undefined && before !== room) {
      if (this.#devices.state === 'ready' && this.#devices.members.length > 1) {
        throw new KithError(
          'is-device',
          'this node is a device of somebody already (kith device list): first end that with kith device leave',
        )
      }
      await this.#devices.forget()
    }
    for (const address of [...peers, ...addresses]) core.pin(address)
    const inviteSeed = seed.toString('hex')
    await core.command({ type: 'join', room, inviteSeed, personal: { deviceName } })
    this.#reconciler.soon()
  }

  list(): DeviceList {
    return deviceListOf(this.#devices, this.#access)
  }

  async rename(text: string): Promise<void> {
    this.#requireReady()
    const { core } = this.#devices
    const entry = this.#devices.list().devices.get(core.self)
    const name = newTypedName(text, MAX_AUTHOR_NAME_BYTES, "a device's")
    if (entry !== undefined) await this.#devices.put(deviceKey(core.self), deviceValue({ ...entry, name }))
  }

  async remove(device: string): Promise<DeviceRemoval> {
    this.#requireReady()
    return new Removal(this.#devices, this.#access, this.#reconciler).remove(device)
  }

  async leave(): Promise<void> {
    const { core, state } = this.#devices
    if (state === 'none') throw notReady(state)
    const entry = state === 'ready' ? this.#devices.list().devices.get(core.self) : undefined
    if (entry !== undefined) {
      await this.#devices.put(deviceKey(core.self), deviceValue({ ...entry, hasLeft: true }))
    }
    await this.#devices.forget()
  }

  #requireReady(): void {
    const { state } = this.#devices
    if (state !== 'ready') throw notReady(state)
  }
}

const NOT_READY: Record<Exclude<DevicesState, 'ready'>, string> = {
  none: 'this node is no device of anybody yet (kith device add, or kith device join)',
  waiting: 'this device does not know yet what the others share (kith device list)',
  removed: 'another device has removed this one: kith device leave ends that, and then it can be added again',
  refused: 'the line by which this node was to become a device holds no more: kith device leave ends that',
  foreign:
    'the line by which this node was to become a device was for another kind of room: kith device leave ends that',
}

function notReady(state: DevicesState): KithError {
  return new KithError('not-ready', state === 'ready' ? '' : NOT_READY[state])
}

/** Throws a KithError `bad-name`. */
function deviceNameOf(name: string | undefined): string {
  const text = name ?? nameOfHost()
  return newTypedName(text || 'device', MAX_AUTHOR_NAME_BYTES, "a device's")
}

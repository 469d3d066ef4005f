/** Tells when something happened that may concern the devices of a person, and tells the node's users what changed. */
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { NodeEvent } from '../../machine/node-machine.ts'
import type { DeviceList } from '../../kith.ts'
import type { DevicesRoom } from './devices-room.ts'
import { deviceListOf } from './device-list.ts'
import type { Reconciler } from './reconciler.ts'
import type { RoomAccess } from './room-access.ts'

export class DeviceNews {
  readonly #devices: DevicesRoom
  readonly #access: RoomAccess
  readonly #reconciler: Pick<Reconciler, 'soon'>
  readonly #tell: (list: DeviceList) => void
  #told = ''
  /** The devices room, looked for when rooms change and not with each document. */
  #room: RoomId | undefined

  constructor(
    devices: DevicesRoom,
    access: RoomAccess,
    reconciler: Pick<Reconciler, 'soon'>,
    tell: (list: DeviceList) => void,
  ) {
    this.#devices = devices
    this.#access = access
    this.#reconciler = reconciler
    this.#tell = tell
    this.#room = devices.id
  }

  /** Documents of other rooms concern the devices only where they say who may do what. */
  on(event: NodeEvent): void {
    if (event.type === 'document') {
      const concerns = event.room === this.#room || event.document.kind.startsWith('access/')
      if (concerns && this.#room !== undefined) this.#reconciler.soon()
    } else if (event.type === 'room' || event.type === 'joined') {
      this.#room = this.#devices.id
      if (this.#room !== undefined) this.#reconciler.soon()
    }
  }

  /** After what was to be done is done. */
  settled(): void {
    const list = deviceListOf(this.#devices, this.#access)
    const text = JSON.stringify({ ...list, devices: list.devices.map((device) => ({ ...device, lastSeenMs: null })) })
    if (text === this.#told || list.state === 'none') return
    this.#told = text
    this.#tell(list)
  }
}

/** Tells when something happened that may concern the devices of a person, and tells the node's users what changed. */
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
  }

  /** Documents of other rooms concern the devices only where they say who may do what. */
  on(event: NodeEvent): void {
    if (event.type !== 'document' && event.type !== 'room' && event.type !== 'joined') return
    const { id } = this.#devices
    if (id === undefined) return
    const isOfRoom = event.room === id || event.type !== 'document'
    if (isOfRoom || event.document.kind.startsWith('access/')) this.#reconciler.soon()
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

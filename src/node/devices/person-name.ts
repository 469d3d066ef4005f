/** The name by which the others of a room know the person in front of this node. */
import type { DevicesRoom } from './devices-room.ts'

export class PersonName {
  nodeName: string
  #devices: Pick<DevicesRoom, 'personName'> | undefined

  constructor(nodeName: string) {
    this.nodeName = nodeName
  }

  /** The machine starts first; until then, and where there are no other devices, the node's name is the person's. */
  readFrom(devices: Pick<DevicesRoom, 'personName'>): void {
    this.#devices = devices
  }

  get now(): string {
    return this.#devices?.personName ?? this.nodeName
  }
}

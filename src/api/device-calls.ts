/** The calls about the devices of a person: their inputs and answers. */
import type { DeviceLine, DeviceList, DeviceRemoval } from '../kith.ts'
import { COUNT, field, FILLED } from './fields.ts'

const nameField = field('What to call this device. Default: the host name of its machine.', FILLED)

export const deviceInputs = {
  'devices.add': {
    required: {},
    optional: { name: nameField, expiresInMs: field('How long the line holds. Default: an hour.', COUNT) },
  },
  'devices.join': {
    required: { line: field('The line that `devices.add` gave on another device.', FILLED) },
    optional: {
      name: nameField,
      peers: field('Multiaddrs of peers to stay connected to.', { type: 'array', items: FILLED }),
    },
  },
  'devices.list': { required: {}, optional: {} },
  'devices.remove': {
    required: { device: field('Its name, its id, or the start or end of its id.', FILLED) },
    optional: {},
  },
  'devices.rename': { required: { name: field('What to call this device.', FILLED) }, optional: {} },
  'devices.leave': { required: {}, optional: {} },
} as const

export interface DeviceOutputs {
  /** Makes a line by which another node becomes a device of this person. It is a secret. */
  'devices.add': DeviceLine
  /** Makes this node a device of whoever made the line; answers at once. */
  'devices.join': DeviceList
  /** The devices of this person. */
  'devices.list': DeviceList
  /** Removes a device from all rooms of this person in which that can be done. */
  'devices.remove': DeviceRemoval
  /** Calls this device something else. */
  'devices.rename': DeviceList
  /** Ends that this node is a device of the person; it keeps its rooms. */
  'devices.leave': DeviceList
}

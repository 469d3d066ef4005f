/** The implementation of the calls about the devices of a person. */
import type { DeviceList, KithNode } from '../kith.ts'
import type { ApiInput } from './contract.ts'
import type { DeviceOutputs } from './device-calls.ts'
import { given } from './given.ts'

type DeviceHandlers = {
  [Name in keyof DeviceOutputs]: (input: ApiInput<Name>) => DeviceOutputs[Name] | Promise<DeviceOutputs[Name]>
}

export function deviceHandlers(node: KithNode): DeviceHandlers {
  const { devices } = node
  const listed = async (done: Promise<unknown>): Promise<DeviceList> => {
    await done
    return devices.list()
  }
  return {
    'devices.add': (options) => devices.add(given(options)),
    'devices.join': ({ line, ...options }) => listed(devices.join(line, given(options))),
    'devices.list': () => devices.list(),
    'devices.remove': ({ device }) => devices.remove(device),
    'devices.rename': ({ name }) => listed(devices.rename(name)),
    'devices.leave': () => listed(devices.leave()),
  }
}

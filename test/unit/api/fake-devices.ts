/** Devices of a person in memory, for tests of the API and the terminal. */
import { KithError } from '../../../src/kith.ts'
import type { Device, DeviceLine, DeviceList, DeviceRemoval, Devices } from '../../../src/kith.ts'

export class FakeDevices implements Devices {
  current: DeviceList = {
    state: 'none',
    person: null,
    waitingFor: '',
    devices: [],
    stillIn: [],
    unlisted: [],
    ignored: 0,
  }
  removal: DeviceRemoval = {
    ...{ peer: '12D3KooWDevice1', name: 'phone', rooms: 2, remaining: [], unlisted: [] },
    ...{ openRooms: [], added: [], toAddAgain: [] },
  }
  /** What was asked for, in order. */
  readonly asked: string[] = []

  /** Has these devices from now on, of which the first is this one. */
  become(...devices: Partial<Device>[]): void {
    const made = devices.map((device, index): Device => ({
      ...{ peer: `12D3KooWDevice${index}`, name: `Device ${index}`, self: index === 0, isFirst: index === 0 },
      ...{ added: null, online: true, lastSeenMs: null, hasLeft: false, lacks: [], isBeyondLimit: false },
      ...device,
    }))
    this.current = { ...this.current, state: 'ready', person: 'Anna', devices: made }
  }

  async add({ name, expiresInMs }: { name?: string; expiresInMs?: number } = {}): Promise<DeviceLine> {
    this.asked.push(`add ${name} ${expiresInMs}`)
    if (this.current.state === 'none') this.become({})
    return Promise.resolve({ line: 'kith:bafydevices?device=SECRET', expiresMs: 1_700_000_000_000 })
  }

  async join(line: string, { name, peers }: { name?: string; peers?: string[] } = {}): Promise<void> {
    this.asked.push(`join ${line} ${name} ${peers?.join()}`)
    if (!line.includes('device=')) throw new KithError('bad-invite', 'this is no line of kith device add.')
    this.current = { ...this.current, state: 'waiting', waitingFor: 'a peer' }
    return Promise.resolve()
  }

  list(): DeviceList {
    return this.current
  }

  async remove(device: string): Promise<DeviceRemoval> {
    this.asked.push(`remove ${device}`)
    return Promise.resolve(this.removal)
  }

  async rename(name: string): Promise<void> {
    this.asked.push(`rename ${name}`)
    return Promise.resolve()
  }

  async leave(): Promise<void> {
    this.asked.push('leave')
    this.current = { ...this.current, state: 'none', devices: [] }
    return Promise.resolve()
  }
}

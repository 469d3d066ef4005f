/** Puts together what makes a node one of several devices of a person. */
import type { Signer } from '../../../protocols/wire/crypto.ts'
import type { DeviceList, Logger } from '../../kith.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import { secureRandom } from '../../runtime/random.ts'
import type { NodeCore } from '../core.ts'
import type { LocalRooms } from '../local-rooms.ts'
import { DeviceNews } from './device-news.ts'
import { DevicesRoom } from './devices-room.ts'
import { LocalDevices } from './local-devices.ts'
import { Reconciler } from './reconciler.ts'
import { RoomAccess } from './room-access.ts'

interface Init {
  core: NodeCore
  rooms: LocalRooms
  signer: Signer
  /** What this node is called. */
  nodeName: () => string
  log: Logger
  setTimer: (run: () => void, afterMs: number) => void
  /** Called with the devices whenever something about them has changed. */
  tell: (list: DeviceList) => void
}

export interface NodeDevices {
  room: DevicesRoom
  reconciler: Reconciler
  news: DeviceNews
  /** For library users. */
  local: LocalDevices
}

export function devicesOfNode({ core, rooms, signer, nodeName, log, setTimer, tell }: Init): NodeDevices {
  const room = new DevicesRoom(core, rooms)
  const access = new RoomAccess({ devices: room, rooms, signer, random: secureRandom, nowMs: monotonicMs })
  const reconciler = new Reconciler({
    ...{ devices: room, access, rooms, nodeName, log, setTimer, nowMs: monotonicMs },
    onRun: () => news.settled(),
  })
  const news = new DeviceNews(room, access, reconciler, tell)
  return { room, reconciler, news, local: new LocalDevices(room, access, reconciler) }
}

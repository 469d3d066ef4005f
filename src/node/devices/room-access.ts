/** Lets the devices of a person into the rooms with members of this one, and takes those out that were removed. */
import { ROLES } from '../../../protocols/access/constants.ts'
import type { Signer } from '../../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { KithError, type Role } from '../../kith.ts'
import type { AccessControl } from '../../room/access/access-control.ts'
import { deviceProof, isOfType, rankOf } from '../../room/access/acts.ts'
import { personOf } from '../../room/access/persons.ts'
import type { Room } from '../../room/room.ts'
import { memberBoxes } from '../../room/sealing/recipients.ts'
import type { LocalRooms } from '../local-rooms.ts'
import { accessStepsFor, type AccessStep, type MemberRoom, type Obstacle, type OtherDevice } from './access-steps.ts'
import { OTHERS_FIRST_MS } from './constants.ts'
import type { DevicesRoom } from './devices-room.ts'

/** Failures that are remembered: more than there are rooms and devices of one person. */
const MAX_FAILURES = 10_000

export interface RoomAccessInit {
  devices: DevicesRoom
  rooms: LocalRooms
  signer: Signer
  random: Random
  nowMs: () => number
}

export class RoomAccess {
  readonly #init: RoomAccessInit
  /** When what another device may do first is done here, if it has not by then. */
  readonly #due = new Map<string, number>()
  /** What could not be done, as long as nobody writes an act in the room. */
  readonly #failures = new Map<string, { acts: number; why: string }>()
  /** A device that is removed just now, also from rooms into which others let it again after an earlier time. */
  #removing: PeerId | undefined

  constructor(init: RoomAccessInit) {
    this.#init = init
  }

  /** What is to be done now, and in how many milliseconds there is more; only where this node is a device. */
  next(): { steps: AccessStep[]; waitMs: number | undefined } {
    const { nowMs, random } = this.#init
    const { steps } = this.#all()
    const keys = new Set(steps.map(keyOf))
    for (const key of this.#due.keys()) if (!keys.has(key)) this.#due.delete(key)
    const now = nowMs()
    const waits = steps.map((step) => {
      if (step.type === 'take-out' || step.isClose) return 0
      const key = keyOf(step)
      // Several devices would do the same at once.
      const dueMs = this.#due.get(key) ?? now + OTHERS_FIRST_MS * (1 + random())
      this.#due.set(key, dueMs)
      return dueMs - now
    })
    const later = waits.filter((waitMs) => waitMs > 0)
    return {
      steps: steps.filter((_, i) => (waits[i] ?? 0) <= 0),
      waitMs: later.length === 0 ? undefined : Math.min(...later),
    }
  }

  /** Devices that have no part in a room of this one, or one that they should not have. */
  obstacles(): Obstacle[] {
    const { steps, obstacles } = this.#all(false)
    return [...obstacles, ...steps.map((step) => ({ room: step.room, device: step.device, why: this.#whyNot(step) }))]
  }

  /** Takes a device also out of rooms into which others let it again after it was removed before, while `act` runs. */
  async whileRemoving<Result>(device: PeerId, act: () => Promise<Result>): Promise<Result> {
    this.#removing = device
    try {
      return await act()
    } finally {
      this.#removing = undefined
    }
  }

  /** What has a part in rooms as a device of this person, and is none of them: another device let it in. */
  unlisted(): { room: RoomId; peer: PeerId }[] {
    const { devices } = this.#init
    const { self } = devices.core
    const known = new Set([...devices.members, ...devices.removed])
    return this.#memberRooms().flatMap(({ room, control }) => {
      const person = personOf(control, self)
      const keys = [...new Set([person, ...control.deviceActs.keys()])]
      return keys
        .filter((peer) => control.rank(peer) > 0 && !known.has(peer) && personOf(control, peer) === person)
        .map((peer) => ({ room: room.record.id, peer }))
    })
  }

  /** Throws a KithError where it cannot be done; it is not tried again before something changes in the room. */
  async take(step: AccessStep): Promise<void> {
    const { devices, rooms } = this.#init
    const { core } = devices
    const { room, device } = step
    try {
      if (step.type === 'take-out') {
        await rooms.byId(room).setRole(device, 'none')
        return
      }
      const control = core.machine.rooms.require(room).graph.gate.control
      if (control === undefined) return
      const role = ROLES[step.rank] as Role
      const person = personOf(control, core.self)
      await core.command({
        type: 'act',
        room,
        sayings: [{ type: 'device', member: device, person, role, ...step.pass }],
      })
    } catch (error) {
      if (!(error instanceof KithError)) throw error
      if (this.#failures.size >= MAX_FAILURES) this.#failures.clear()
      this.#failures.set(keyOf(step), { acts: this.#actsIn(room), why: error.message })
      throw error
    }
  }

  /** This device's signature for each of some others. */
  proofsFor(others: readonly PeerId[]): Map<PeerId, Uint8Array> {
    const { box } = this
    if (box === undefined) return new Map()
    return new Map(others.map((peer) => [peer, deviceProof(peer, box, this.#init.signer)]))
  }

  /** What keys are sealed to for this device, as it has told. */
  get box(): Uint8Array | undefined {
    return this.#boxes().get(this.#init.devices.core.self)
  }

  #all(isWithoutFailed = true): { steps: AccessStep[]; obstacles: Obstacle[] } {
    const { removed } = this.#init.devices
    const rooms = this.#memberRooms().map((each) => this.#memberRoom(each, removed))
    const { steps, obstacles } = accessStepsFor(rooms, this.#others())
    const isOpen = (step: AccessStep): boolean => this.#failureOf(step) === undefined
    return { steps: isWithoutFailed ? steps.filter(isOpen) : steps, obstacles }
  }

  #others(): OtherDevice[] {
    const { devices } = this.#init
    const { self } = devices.core
    const list = devices.list()
    const boxes = this.#boxes()
    const addedBy = devices.adderOf(self)
    return devices.others.first.map((peer) => {
      const box = boxes.get(peer)
      const entry = list.devices.get(peer)
      const proof = entry?.proofs.get(self)
      // Signed for another box, it proves nothing.
      const isSame = box !== undefined && entry !== undefined && Buffer.compare(entry.box, box) === 0
      const isClose = addedBy === peer || devices.adderOf(peer) === self
      return { peer, isClose, pass: isSame && proof !== undefined ? { box, proof } : undefined }
    })
  }

  /** Rooms with members in which this device has a role. */
  #memberRooms(): { room: Room; control: AccessControl }[] {
    const { core, otherRooms } = this.#init.devices
    return otherRooms.flatMap((room) => {
      const { control } = room.graph.gate
      const isMember = control !== undefined && control.rank(core.self) > 0
      return isMember && !room.isCarried && room.record.status === 'open' ? [{ room, control }] : []
    })
  }

  #memberRoom({ room, control }: { room: Room; control: AccessControl }, removed: ReadonlySet<PeerId>): MemberRoom {
    const { core } = this.#init.devices
    const rank = control.rank(core.self)
    const actsAbout = (peer: PeerId) =>
      control
        .acts()
        .flatMap((act) =>
          (isOfType(act, 'role') || isOfType(act, 'device')) && act.saying.member === peer ? [act] : [],
        )
    const own = core.ownKeys()
    return {
      ...{ id: room.record.id, owner: control.owner, rank, rankOf: (peer) => control.rank(peer) },
      removed: control.authors().filter((peer) => removed.has(peer) && control.rank(peer) > 0),
      isLowered: (peer) => actsAbout(peer).some(({ saying }) => saying.type === 'role' && rankOf(saying.role) < rank),
      wasRemovedByUs: (peer) => {
        if (peer === this.#removing) return false
        const last = actsAbout(peer).findLast(({ author }) => own.has(author))
        return last?.saying.type === 'role' && last.saying.role === 'none'
      },
      hasKey: !room.keys.isPrivate || typeof room.keys.forWriting !== 'string',
    }
  }

  /** Those that the devices have told. */
  #boxes(): Map<PeerId, Uint8Array> {
    const { control } = this.#init.devices
    const boxes = control === undefined ? [] : memberBoxes(control)
    return new Map(boxes.map(({ author, box }) => [author, box]))
  }

  #actsIn(room: AccessStep['room']): number {
    return this.#init.devices.core.machine.rooms.get(room)?.graph.gate.control?.allActs().length ?? 0
  }

  /** Why a step failed; undefined if it did not, or something has changed in the room since. */
  #failureOf(step: AccessStep): string | undefined {
    const failure = this.#failures.get(keyOf(step))
    return failure !== undefined && failure.acts === this.#actsIn(step.room) ? failure.why : undefined
  }

  #whyNot(step: AccessStep): string {
    const soon = step.type === 'let-in' ? 'one of the devices lets it in soon' : 'one of the devices removes it soon'
    return this.#failureOf(step) ?? soon
  }
}

function keyOf({ type, room, device }: AccessStep): string {
  return `${type} ${room} ${device}`
}

/** Brings this device in line with the others of its person, whenever something happened that may concern them. */
import { NAME_KEY } from '../../../protocols/devices/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import { reportFailure } from '../../host/failures.ts'
import { KithError, type Logger } from '../../kith.ts'
import { isOfDevices } from '../../store/personal.ts'
import { isCarried, type RoomRecord } from '../../store/store.ts'
import type { LocalRooms } from '../local-rooms.ts'
import type { AccessStep } from './access-steps.ts'
import {
  IDLE_SHARE,
  LISTED_ROOM_BYTES_MAX,
  MAX_REPEATS,
  MAX_STEPS,
  RUN_AFTER_MS,
  RUN_AGAIN_MS,
  TELL_READ_EVERY_MS,
} from './constants.ts'
import type { DevicesRoom } from './devices-room.ts'
import { deviceKey, deviceValue, readKey, readValue, roomKey, roomValue } from './entries.ts'
import type { RoomAccess } from './room-access.ts'
import { stepsFor, type KnownRoom, type Step } from './reconcile.ts'

export interface ReconcilerInit {
  devices: DevicesRoom
  access: RoomAccess
  rooms: LocalRooms
  /** What this node is called. */
  nodeName: () => string
  log: Logger
  setTimer: (run: () => void, afterMs: number) => void
  nowMs: () => number
  /** Called after each run. */
  onRun: () => void
}

export class Reconciler {
  readonly #init: ReconcilerInit
  /** When the next run is. */
  #dueMs = Infinity
  /** Runs follow each other. */
  #running: Promise<void> = Promise.resolve()
  #toldReadMs = -Infinity
  /** How often each step was taken lately. */
  #taken = { window: 0, counts: new Map<string, number>() }
  /** How long nothing is looked at after the last run. */
  #restMs = 0

  constructor(init: ReconcilerInit) {
    this.#init = init
  }

  /** Something happened. */
  soon(afterMs = RUN_AFTER_MS): void {
    const { log, nowMs, setTimer } = this.#init
    const waitMs = Math.max(afterMs, this.#restMs)
    const dueMs = nowMs() + waitMs
    if (dueMs >= this.#dueMs) return
    this.#dueMs = dueMs
    setTimer(() => {
      if (this.#dueMs !== dueMs) return // there was a run before
      this.#dueMs = Infinity
      this.run().catch((error: unknown) => reportFailure(log, 'the devices were not brought in line', error))
    }, waitMs)
  }

  /** Does something else meanwhile that the runs before have to end for. */
  async pausedDuring(act: () => Promise<void>): Promise<void> {
    const done = this.#running.then(act)
    this.#running = done.catch(() => undefined)
    await done
  }

  /** Resolves once it is done as far as it can be now. */
  run(): Promise<void> {
    const done = this.#running.then(() => this.#run())
    this.#running = done.catch(() => undefined)
    return done
  }

  async #run(): Promise<void> {
    const { devices, log, nowMs, onRun } = this.#init
    if (devices.core.stopped.aborted) return
    if (devices.state === 'ready') {
      const startedMs = nowMs()
      const { steps: access, waitMs } = this.#init.access.next()
      const steps = [...this.#steps(), ...access]
      this.#restMs = (nowMs() - startedMs) * IDLE_SHARE
      let hasFailed = false
      let taken = 0
      for (const step of steps) {
        if (taken === MAX_STEPS) break
        if (this.#isRepeated(step)) {
          hasFailed = true
          continue
        }
        taken++
        try {
          await this.#take(step)
        } catch (error) {
          if (devices.core.stopped.aborted) return
          if (!(error instanceof KithError)) throw error
          log('a step for the devices failed (%s): %s', step.type, error.message)
          hasFailed = true
        }
      }
      if (taken === MAX_STEPS) this.soon()
      else if (hasFailed) this.soon(RUN_AGAIN_MS)
      else if (waitMs !== undefined) this.soon(waitMs)
    }
    onRun()
  }

  #steps(): Step[] {
    const { devices, nowMs } = this.#init
    const { self } = devices.core
    const nodeName = this.#init.nodeName()
    const steps = stepsFor({
      ...{ self, isFirst: devices.control?.founder === self, nodeName },
      deviceName: devices.personal.deviceName ?? nodeName,
      list: devices.list(),
      rooms: this.#rooms(),
      others: devices.others.first,
      box: this.#init.access.box ?? new Uint8Array(0),
    })
    const waitMs = this.#toldReadMs + TELL_READ_EVERY_MS - nowMs()
    const isTelling = steps.some(({ type }) => type === 'tell-read')
    if (!isTelling) return steps
    if (waitMs <= 0) this.#toldReadMs = nowMs()
    else this.soon(waitMs)
    return waitMs <= 0 ? steps : steps.filter(({ type }) => type !== 'tell-read')
  }

  #rooms(): KnownRoom[] {
    const { devices } = this.#init
    const records = devices.core.store.rooms().filter((record) => !isOfDevices(record))
    return records.map((record) => ({
      ...{ id: record.id, how: howIn(record), alias: record.alias, personal: record.personal ?? {} },
      lacksBox: this.#lacksBox(record),
    }))
  }

  #isRepeated(step: Step | AccessStep): boolean {
    const window = Math.floor(this.#init.nowMs() / RUN_AGAIN_MS)
    if (this.#taken.window !== window) this.#taken = { window, counts: new Map() }
    const { counts } = this.#taken
    const key = JSON.stringify(step)
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    return count >= MAX_REPEATS
  }

  #lacksBox({ access, boxSecrets = [], status }: RoomRecord): boolean {
    const { boxSecret } = this.#init.devices
    return access === 'private' && status === 'open' && boxSecret !== undefined && !boxSecrets.includes(boxSecret)
  }

  async #take(step: Step | AccessStep): Promise<void> {
    const { access, devices, rooms } = this.#init
    const { core } = devices
    switch (step.type) {
      case 'let-in':
      case 'take-out':
        return access.take(step)
      case 'hold-box':
        await core.command({ type: 'note', room: step.room, personal: {}, ...this.#boxSecret })
        break
      case 'introduce': {
        const proofs = access.proofsFor(step.others)
        await devices.put(deviceKey(core.self), deviceValue({ ...step.entry, proofs }))
        break
      }
      case 'name':
        await devices.put(NAME_KEY, step.name)
        await core.command({ type: 'introduce' })
        break
      case 'list':
        await this.#note(step.room, await devices.put(roomKey(step.room), roomValue(step)))
        break
      case 'read':
        await rooms.byId(step.room).noteRead(step.readTo)
        break
      case 'tell-read':
        await devices.put(readKey(step.room), readValue(step.readTo))
        break
      case 'join':
        return this.#join(step)
      case 'leave':
        await core.command({ type: 'leave', room: step.room })
        await this.#note(step.room, step.listed)
        break
      case 'alias':
        await this.#alias(step.room, step.alias)
        await this.#note(step.room, step.listed)
        break
      case 'follow':
        await this.#note(step.room, step.listed)
        break
    }
  }

  async #join({ room, alias, listed }: Step & { type: 'join' }): Promise<void> {
    const { core } = this.#init.devices
    const isNew = core.store.rooms().every(({ id }) => id !== room)
    await core.command({ type: 'join', room, personal: { listed }, ...this.#boxSecret })
    if (alias !== undefined) await this.#alias(room, alias)
    const bytesMax = LISTED_ROOM_BYTES_MAX
    if (isNew) await core.command({ type: 'limit-documents', room, bytesMax, authorBytesMax: undefined })
  }

  async #alias(room: RoomId, alias: string | undefined): Promise<void> {
    await this.#init.devices.core.command({ type: 'alias', room, ...(alias !== undefined && { alias }) })
  }

  /** The entry of a room that was written there is followed. */
  async #note(room: RoomId, listed: Position): Promise<void> {
    await this.#init.devices.core.command({ type: 'note', room, personal: { listed } })
  }

  /** Makes this device open what is sealed to its box. */
  get #boxSecret(): { boxSecret?: string } {
    const { boxSecret } = this.#init.devices
    return boxSecret === undefined ? {} : { boxSecret }
  }
}

function howIn(record: RoomRecord): KnownRoom['how'] {
  if (record.status === 'left') return 'left'
  return isCarried(record) ? 'carried' : 'joined'
}

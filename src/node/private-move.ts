/** Turns an open room private: the room goes on in a new one, into which the entries of a map are copied. */
import { PUT_KIND } from '../../protocols/apps/map/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { map } from '../apps/map/index.ts'
import { keysOf, valueOf, type MapState } from '../apps/map/state.ts'
import { reportFailure } from '../host/failures.ts'
import { KithError, type CopyProgress, type MadePrivate, type RoomMoving } from '../kith.ts'
import { requireStay, successorOf } from '../machine/moves.ts'
import { moveIn } from '../room/moves.ts'
import type { NodeCore } from './core.ts'
import { NodeRoom } from './node-room.ts'

/** Entries that are written together: they share a flush, and peers have their turn between two such lots. */
const COPIED_TOGETHER = 64

/** What is left out and told, as it can never be written: there is no more space, or less than in an open room. */
const MISFITS = new Set<unknown>(['state-full', 'too-large'])

type Options = NonNullable<Parameters<RoomMoving['makePrivate']>[0]>

/** See `Room.makePrivate`. */
export async function makePrivate(room: NodeRoom, options: Options): Promise<MadePrivate> {
  const { core } = room
  const begun = begunIn(room)
  if (begun === undefined) requireStay(core.machine.rooms, room.id)
  const isCopied = room.app === map.name
  const { room: created } = begun
    ? { room: begun }
    : await core.command({ type: 'make-private', room: room.id, isCopied })
  if (created === undefined) throw new Error('a created room has an id')
  const from = core.machine.rooms.require(created).record.copiedFrom
  if (from === undefined) return { room: created, copied: 0, notCopied: [] }
  const copying = new Copying(new NodeRoom(from, core), new NodeRoom(created, core), core)
  const made = await copying.run(options)
  await core.command({ type: 'end-copying', room: created })
  return made
}

/** Goes on with the copies that a kill or an error cut off, one after the other. */
export async function continueCopies(core: NodeCore): Promise<void> {
  for (const { record } of core.machine.rooms.list()) {
    if (record.copiedFrom === undefined) continue
    try {
      await makePrivate(new NodeRoom(record.id, core), { signal: core.stopped })
    } catch (error) {
      if (!core.stopped.aborted) reportFailure(core.log, 'the entries of a moved room could not be copied', error)
    }
  }
}

/** The room into which entries are still to be copied: this one itself, or the one in which it goes on. */
function begunIn({ open, core, id }: NodeRoom): RoomId | undefined {
  const move = moveIn(open)
  const to = open.record.copiedFrom !== undefined ? open : move && successorOf(core.machine.rooms, id, move)
  return to?.record.copiedFrom === undefined ? undefined : to.record.id
}

class Copying {
  readonly #from: NodeRoom
  readonly #to: NodeRoom
  readonly #core: NodeCore
  readonly #notCopied: string[] = []

  constructor(from: NodeRoom, to: NodeRoom, core: NodeCore) {
    this.#from = from
    this.#to = to
    this.#core = core
  }

  /** Leaves alone what the new room has, or had, so that it can be cut off at any time and begin again. */
  async run({ onProgress = () => undefined, signal }: Options): Promise<MadePrivate> {
    const from = stateOf(this.#from)
    const keys = keysOf(from).filter((key) => !stateOf(this.#to).entries.has(key))
    const room = this.#to.id
    const total = keys.length
    const progress = (copied: number): CopyProgress => ({ room, copied, total })
    onProgress(progress(0))
    for (let at = 0; at < total; at += COPIED_TOGETHER) {
      if (signal?.aborted === true) throw cancelled()
      const together = keys.slice(at, at + COPIED_TOGETHER)
      await Promise.all(together.map((key) => this.#copy(key, from)))
      onProgress(progress(Math.min(total, at + COPIED_TOGETHER)))
    }
    return { room, copied: total - this.#notCopied.length, notCopied: this.#notCopied }
  }

  async #copy(key: string, from: MapState): Promise<void> {
    const value = valueOf(from, key)
    // Somebody may have set it there meanwhile.
    if (value === undefined || stateOf(this.#to).entries.has(key)) return
    const body = map.body(PUT_KIND, { key, value })
    try {
      await this.#core.command({ type: 'write', room: this.#to.id, kind: PUT_KIND, body })
    } catch (error) {
      if (!(error instanceof KithError) || !MISFITS.has(error.code)) throw error
      this.#notCopied.push(key)
    }
  }
}

function stateOf(room: NodeRoom): MapState {
  room.requireApp(map.name)
  return room.open.view.state.app as MapState
}

function cancelled(): KithError {
  return new KithError('cancelled', 'the room was moved, but not all is copied: the same again continues')
}

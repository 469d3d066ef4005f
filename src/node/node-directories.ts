/** The searches and writes in directories that this node has under way. */
import type { DirectoryRecord, DirectorySaying, Place } from '../../protocols/directory/index.ts'
import { signRecord } from '../../protocols/directory/index.ts'
import { TAKEN_MS } from '../../protocols/directory/constants.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import type { DirectoryWingEvent } from '../machine/directory/wing.ts'
import { wallMs } from '../runtime/clock.ts'
import type { NodeCore } from './core.ts'

type Outcome = DirectoryWingEvent['event']
type Placed = Outcome & { type: 'placed' }
type Found = Outcome & { type: 'found' }

/** Whatever happens to the node meanwhile, nobody waits longer: some levels of the tree at which a holder is silent. */
const GIVE_UP_MS = 8 * TAKEN_MS

export class NodeDirectories {
  readonly #core: NodeCore
  readonly #signer: Signer
  readonly #tasks = new Map<number, (outcome: Outcome | undefined) => void>()
  #task = 0
  #lastMs = 0

  constructor(core: NodeCore, signer: Signer) {
    this.#core = core
    this.#signer = signer
  }

  /** Tells whoever waits for it. */
  handle({ event }: DirectoryWingEvent): void {
    this.#tasks.get(event.task)?.(event)
  }

  /** A record of this node, of now: later than any of now that it signed before, and than `afterMs` as far as there are later times. */
  sign(room: RoomId, saying: Omit<DirectorySaying, 'timeMs' | 'act'>, afterMs = 0): DirectoryRecord {
    this.#lastMs = Math.max(wallMs(), this.#lastMs + 1)
    // Others may tell any time: it is no time of this node.
    const timeMs = Math.min(Math.max(this.#lastMs, afterMs + 1), Number.MAX_SAFE_INTEGER)
    const act = this.#core.machine.wings.directory.rights(room).actOf(this.#signer.author)
    return signRecord(room, { ...saying, timeMs, ...(act && { act }) }, this.#signer)
  }

  /** Puts records where they belong. Throws a KithError `no-answer` if no node took one of them, and none refused it. */
  async place(room: RoomId, records: readonly DirectoryRecord[]): Promise<Placed> {
    const placed = (await this.#run((task) => ({ type: 'directory-place', task, room, records }))) as Placed
    if (placed.copies === 0 && placed.refused === 0) throw noAnswer()
    return placed
  }

  async find(room: RoomId, prefix: Place, limit: number, after?: Place): Promise<Found> {
    const page = { prefix, limit, ...(after !== undefined && { after }) }
    return (await this.#run((task) => ({ type: 'directory-find', task, room, ...page }))) as Found
  }

  async #run(command: (task: number) => Parameters<NodeCore['command']>[0]): Promise<Outcome> {
    const task = ++this.#task
    const { promise, resolve } = Promise.withResolvers<Outcome | undefined>()
    this.#tasks.set(task, resolve)
    const timer = setTimeout(() => resolve(undefined), GIVE_UP_MS)
    try {
      await this.#core.command(command(task))
      const outcome = await promise
      if (outcome === undefined) throw noAnswer()
      if (outcome.type === 'too-many')
        throw new KithError('too-many', 'this node is doing too much in directories already')
      return outcome
    } finally {
      clearTimeout(timer)
      this.#tasks.delete(task)
    }
  }
}

function noAnswer(): KithError {
  return new KithError('no-answer', 'the nodes that should have this part of the directory did not answer: try again')
}

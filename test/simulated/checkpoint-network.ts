/** Members of a room with checkpoints and a history that takes its time, and a newcomer. */
import { PUT_KIND } from '../../protocols/apps/map/constants.ts'
import { CHECKPOINT_KIND } from '../../protocols/room/constants.ts'
import { contentOf } from '../../protocols/ensure-map/links.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { mapKinds } from '../../src/apps/map/kinds.ts'
import { checkpointBody, type StateBlocks } from '../../src/room/checkpoint.ts'
import type { Room } from '../../src/room/room.ts'
import { violationsOf } from '../../src/simulate/checkers.ts'
import { SimulatedNetwork, type LinkFaults } from '../../src/simulate/network.ts'
import type { SimulatedNode } from '../../src/simulate/simulated-node.ts'

const CHECKPOINT_DOCUMENTS = 8
const HOUR_MS = 3_600_000
/** Values so large that the state is several blocks. */
const VALUE_BYTES = 7_000
const KEYS = 8
const HISTORY = 64

const FAST = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 5 }
/** Blocks overtake documents, so that each stage of a join can be seen. */
const SLOW_DOCUMENTS: LinkFaults = {
  ...FAST,
  ofProtocols: {
    'ensure-map': { ...FAST, delayMinMs: 100, delayMaxMs: 400 },
    'batch-sync': { ...FAST, delayMinMs: 20_000, delayMaxMs: 60_000 },
  },
}
/** Documents come, and no blocks. */
export const NO_BLOCKS: LinkFaults = { ...FAST, ofProtocols: { 'ensure-map': { ...FAST, lossProbability: 1 } } }

const nothing = (): void => undefined

export class CheckpointNetwork {
  readonly network: SimulatedNetwork
  readonly owner: SimulatedNode
  readonly members: readonly SimulatedNode[]
  readonly newcomer: SimulatedNode
  readonly room: RoomId
  /** Whether members were asked for a checkpoint that one of them vouches for. */
  isAsked = false
  #written = 0

  /** All are members but the last, and have a history. */
  constructor(members: number, seed = 1) {
    const nodes = [...Array.from({ length: members }, (_, i) => `Member ${i + 1}`), 'Newcomer']
    this.network = new SimulatedNetwork({ seed, nodes, faults: FAST, checkpointDocuments: CHECKPOINT_DOCUMENTS })
    const [owner, newcomer] = [this.network.nodes[0], this.network.nodes.at(-1)]
    if (owner === undefined || newcomer === undefined) throw new RangeError('a room has a member')
    this.owner = owner
    this.newcomer = newcomer
    this.members = this.network.nodes.slice(0, members)
    this.network.start(owner)
    owner.command({ type: 'create', name: 'Table', app: 'map' })
    this.network.runFor(1)
    const [room] = owner.machine.rooms.list()
    if (room === undefined) throw new Error('the room was not created')
    this.room = room.record.id
    for (const node of this.members.slice(1)) this.enter(node)
    this.network.runFor(HOUR_MS)
    for (let i = 0; i < HISTORY; i++) {
      this.write(this.members[i % members] ?? owner)
      this.network.runFor(1_000)
    }
    this.rest()
    const vouched = new Set<string>(this.members.map((node) => this.vouchedBy(node)))
    this.network.observer = {
      received: (_node, records) => {
        this.isAsked ||= records.some((record) => record.type === 'want' && record.ids.some((id) => vouched.has(id)))
      },
      ...{ sent: nothing, delivered: nothing, linkedUp: nothing, started: nothing, stopped: nothing },
    }
  }

  enter(node: SimulatedNode): void {
    if (!node.isUp) this.network.start(node)
    node.command({ type: 'join', room: this.room })
  }

  /** The newcomer joins, over links on which documents take long. */
  begin(): void {
    this.network.faults = SLOW_DOCUMENTS
    this.enter(this.newcomer)
    this.network.runFor(0)
  }

  write(node: SimulatedNode): void {
    const key = `key ${this.#written % KEYS}`
    const value = `${this.#written++} `.padEnd(VALUE_BYTES, '.')
    node.command({ type: 'write', room: this.room, kind: PUT_KIND, body: mapKinds.put.encode({ key, value }) })
  }

  /** Lets pass all that is left to happen; false if that does not end. */
  rest(): boolean {
    return this.network.runFor(HOUR_MS)
  }

  roomOf(node: SimulatedNode): Room {
    return node.machine.rooms.require(this.room)
  }

  /** The checkpoint that a member gives to newcomers. */
  vouchedBy(node: SimulatedNode): DocumentId {
    const checkpoint = this.roomOf(node).vouchedCheckpoint
    if (checkpoint === undefined) throw new Error(`${node.name} has no checkpoint`)
    return checkpoint
  }

  /** Blocks that the newcomer has of the state that it begins with. */
  stateBlocksHere(): number {
    const { store } = this.newcomer
    const root = this.roomOf(this.newcomer).record.checkpoint?.root
    const list = root && store.block(root)
    if (root === undefined || list === undefined) return 0
    return 1 + contentOf(root, list).links.filter((id) => store.blockSizeBytes(id) !== undefined).length
  }

  /**
   * A checkpoint by a liar, that gives the blocks of the state that it tells of. Others vouch for it too where they are
   * said to.
   */
  lie(
    liar: SimulatedNode,
    state: StateBlocks,
    said: Partial<StateBlocks> = {},
    accomplices: SimulatedNode[] = [],
  ): void {
    const { room } = this
    const { documents } = liar.store.totals(room)
    const before = new Set(liar.acknowledged)
    liar.command({ type: 'put-blocks', blocks: state.blocks })
    liar.command({ type: 'ensure', room, id: state.root })
    const body = checkpointBody(documents, { ...state, ...said })
    liar.command({ type: 'write', room, kind: CHECKPOINT_KIND, body })
    this.network.runFor(1_000)
    const id = [...liar.acknowledged].find((written) => !before.has(written))
    if (id === undefined) throw new Error('the checkpoint was not written')
    for (const node of [liar, ...accomplices]) this.network.vouchWrongly(node, id)
  }

  /** What is wrong in the end. */
  violations(): string[] {
    return violationsOf(this.network, [{ id: this.room, nodes: this.network.nodes }])
  }

  /** Lets time pass event by event until the newcomer has come so far; returns whether it does. */
  runUntil(isSo: () => boolean): boolean {
    const untilMs = this.network.scheduler.nowMs + HOUR_MS
    while (!isSo()) if (this.network.scheduler.run(untilMs, 1) !== 'more') return false
    return true
  }
}

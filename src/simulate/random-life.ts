/**
 * A random life of a room, all from one seed: nodes join, talk, get cut off from each other, crash
 * and come back, over links that drop, duplicate and reorder. In the end every node is up and has
 * time to catch up.
 */
import { builtInApps } from '../apps/index.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { violationsOf } from './checkers.ts'
import { SimulatedNetwork, type Faults } from './network.ts'
import { droppedOf } from '../store/store.ts'
import { pick, randomInteger, seededRandom } from './random.ts'
import type { SimulatedNode } from './simulated-node.ts'

export interface RandomLife {
  seed: number
  nodes: number
  writes: number
  crashes: number
  partitions: number
}

export interface LifeResult {
  /** Violations at the end, one line each. */
  violations: string[]
  /** False if the network still had something to do: it never settles. */
  isQuiet: boolean
  documents: number
  /** By all nodes together. */
  dropped: number
  frames: number
  /** Frames sent during the final quiet period. */
  settleFrames: number
}

/** Each node sends in its own mode. */
const SYNC_MODES = ['batch', 'interactive', 'auto'] as const

/** Documents between two checkpoints: with so few, the life of a room has several. */
const CHECKPOINTS = [undefined, 8, 3] as const

/** So few that there is something to drop. */
const KEPT_DOCUMENTS_MAX = 20

/** How long after it tried to a user says again how much to keep, where the node was down or not in the room. */
const RETAIN_AGAIN_MS = 5_000

/** How often a node that keeps a part looks for what it need not keep. */
const TRIMS = 4

/** Retention has random numbers of its own, so that it changes nothing else in a life. */
const RETENTION_SEED = 1_000_000

const LIFE_MS = 120_000
const MAX_DOWN_MS = 20_000
const MAX_PARTITION_MS = 40_000
/**
 * With the worst faults, three out of four resends fail, and in the end they are a minute apart: this
 * is long enough to finish hundreds of pairs. A network at rest costs nothing.
 */
const SETTLE_MS = 3 * 60 * 60_000

export function runRandomLife({ seed, nodes, writes, crashes, partitions }: RandomLife): LifeResult {
  const faults = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 5 }
  const names = Array.from({ length: nodes }, (_, index) => `Node ${index}`)
  const checkpointDocuments = CHECKPOINTS[seed % CHECKPOINTS.length]
  const network = new SimulatedNetwork({ seed, nodes: names, faults, checkpointDocuments })
  const { random, scheduler } = network
  const anyTimeMs = (): number => randomInteger(random, 0, LIFE_MS)
  // In a directory, nobody writes documents.
  const app = pick(
    random,
    builtInApps.filter((each) => each.sample !== undefined),
  )
  const room = createRoom(network, app.name)
  network.faults = randomFaults(network)

  for (const node of network.nodes.slice(1)) {
    scheduler.after(randomInteger(random, 0, LIFE_MS / 2), () => {
      network.start(node)
      node.command({ type: 'join', room, newestFirst: random() < 0.3 })
      node.command({ type: 'share', room, peer: undefined, sharing: { mode: pick(random, SYNC_MODES) } })
    })
  }
  for (let i = 0; i < writes; i++) {
    scheduler.after(anyTimeMs(), () => {
      const node = pick(random, network.nodes)
      if (node.isUp) node.writeSample(room, { text: `message ${i}`, count: i, random })
    })
  }
  for (let i = 0; i < crashes; i++) {
    const node = pick(random, network.nodes)
    scheduler.after(anyTimeMs(), () => {
      if (!node.isUp) return
      network.crash(node, random() < 0.5 ? 'kill' : 'power-cut')
      scheduler.after(randomInteger(random, 1, MAX_DOWN_MS), () => {
        if (!node.isUp) network.start(node)
      })
    })
  }
  for (let i = 0; i < partitions; i++) {
    scheduler.after(anyTimeMs(), () => {
      const sides = new Map(network.nodes.map((node) => [node, random() < 0.5]))
      network.connectWhere((a, b) => sides.get(a) === sides.get(b))
      scheduler.after(randomInteger(random, 1, MAX_PARTITION_MS), () => network.connectWhere(() => true))
    })
  }
  const droppers = scheduleDropping(network, room, seed)
  network.runFor(LIFE_MS + MAX_PARTITION_MS + MAX_DOWN_MS)

  network.connectWhere(() => true)
  for (const node of network.nodes) {
    if (!node.isUp) network.start(node)
    // A crash may have undone a join that was not yet committed.
    node.command({ type: 'join', room })
  }
  const framesBefore = network.frames
  const hasSettled = network.runFor(SETTLE_MS)
  for (const node of droppers) node.trim(room)
  const isQuiet = network.runFor(SETTLE_MS) && hasSettled
  return {
    violations: violationsOf(network, [{ id: room, nodes: network.nodes }]),
    isQuiet,
    documents: network.nodes[0]?.store.totals(room).documents ?? 0,
    dropped: droppers.reduce((sum, { machine }) => sum + droppedOf(machine.rooms.require(room).record), 0),
    frames: network.frames,
    settleFrames: network.frames - framesBefore,
  }
}

/** Lets some nodes keep only the last documents, but not the first: somebody keeps all. Returns them. */
function scheduleDropping({ nodes, scheduler }: SimulatedNetwork, room: RoomId, seed: number): SimulatedNode[] {
  const random = seededRandom(RETENTION_SEED + seed)
  const droppers = nodes.slice(1).filter(() => random() < 0.5)
  for (const node of droppers) {
    const retention = { documents: randomInteger(random, 1, KEPT_DOCUMENTS_MAX) }
    const isIn = (): boolean => node.isUp && node.machine.rooms.get(room) !== undefined
    const retain = (): void => {
      if (isIn()) node.command({ type: 'retain', room, retention })
      else scheduler.after(RETAIN_AGAIN_MS, retain)
    }
    scheduler.after(randomInteger(random, 0, LIFE_MS), retain)
    for (let i = 0; i < TRIMS; i++) {
      scheduler.after(randomInteger(random, 0, LIFE_MS), () => {
        if (isIn()) node.trim(room)
      })
    }
  }
  return droppers
}

function createRoom(network: SimulatedNetwork, app: string): RoomId {
  const [creator] = network.nodes
  if (creator === undefined) throw new RangeError('a network has at least one node')
  network.start(creator)
  creator.command({ type: 'create', name: 'Simulated', app })
  network.runFor(1)
  const [room] = creator.machine.rooms.list()
  if (room === undefined) throw new Error('the room was not created')
  return room.record.id
}

function randomFaults({ random }: SimulatedNetwork): Faults {
  const isClean = random() < 0.3
  return {
    lossProbability: isClean ? 0 : random() * 0.5,
    duplicateProbability: isClean ? 0 : random() * 0.3,
    delayMinMs: randomInteger(random, 0, 5),
    delayMaxMs: pick(random, [5, 50, 500, 3_000]),
  }
}

/** What a simulation is to do: a scenario file (see README.md), read and checked. Times count from its start. */
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import type { Lie } from './lies.ts'
import type { Faults, LinkFaults } from './network.ts'
import type { NodePair, Topology } from './topology.ts'
import type { RecordType } from './traffic.ts'

export interface Scenario {
  name: string
  description: string
  /** How long the life lasts; then everybody is up and linked, and has time to catch up. */
  durationMs: number
  nodes: readonly ScenarioNode[]
  /** How many nodes each room has: the first room the first of them, and so on. No node is in two. */
  roomSizes: readonly number[]
  /** Which nodes of a room can be linked; nodes of different rooms cannot. */
  topology: Topology
  /** A node that has just one of its links at a time. */
  semiConnected: { node: number; turnMs: number } | undefined
  /** How each node sends. */
  modes: readonly Sharing['mode'][]
  /** Nodes that keep documents and pass them on without being members. */
  carriers: ReadonlySet<number>
  faults: LinkFaults
  /** What goes wrong with gossip; undefined: there is none. */
  gossip: Faults | undefined
  /** Nodes that lie to those who ask them for blocks. */
  liars: ReadonlyMap<number, Lie>
  crashes: readonly Crash[]
  partitions: readonly Partition[]
  app: 'chat' | 'map'
  /** Who tells the room its name, in a document of its own. */
  introductions: 'all' | 'writers'
  writes: readonly Writes[]
  files: readonly AddedFiles[]
  /** Files up to this size are fetched without being asked for; undefined: what nodes do where nothing is said. */
  autoFetchBytesMax: number | undefined
  checks: Checks
}

export interface ScenarioNode {
  name: string
  availability: Availability
}

/** When a node is up. */
export type Availability =
  | { kind: 'always' }
  /** Up with this probability in each period, decided anew each time. */
  | { kind: 'reliability'; probability: number; periodMs: number }
  /** Up in these intervals only, sorted. */
  | { kind: 'intervals'; intervals: readonly Interval[] }

export interface Interval {
  fromMs: number
  toMs: number
}

/** A node is killed and starts again; `count` random nodes at random times, or one at a given time. */
export type Crash = { forMs: Range } & ({ count: number } | { node: number; atMs: number })

/** Nodes of different sides cannot reach each other; `count` random ones at random times, or a given one. */
export type Partition =
  | { count: number; forMs: Range }
  /** The side of each node; those that were not named share one. */
  | { atMs: number; forMs: Range; sideOf: ReadonlyMap<number, number> }

export interface Range {
  min: number
  max: number
}

/** Some nodes write, each `count` times, every `everyMs`, the first time within the first of these. */
export interface Writes {
  by: readonly number[]
  count: number
  everyMs: number
  fromMs: number
  sizeBytes: Range
}

/** Some nodes add files, as often as others write. */
export interface AddedFiles extends Writes {
  /** Of the blocks that they are cut into. */
  blockBytes: number
  /** Nodes whose users ask for each of them. */
  wantedBy: readonly number[]
}

/** What must hold beside what must always hold. */
export interface Checks {
  /** Of the frames of all nodes together, until the end. */
  maxBytes: number | undefined
  /** Part of the deliveries that must have happened when the life ends, before everybody is up. */
  deliveredInLife: number | undefined
  /** The same of the files that nodes want. */
  fetchedInLife: number | undefined
  /** Part of the deliveries of which the first copy must have come so. */
  deliveredBy: ReadonlyMap<RecordType, number>
  /** Parts of the deliveries, and the time that each must not have exceeded. */
  deliveryTimes: readonly { part: number; maxMs: number }[]
  /** Bytes of blocks of files that arrive, for each byte that is needed. */
  maxCopies: number | undefined
  /** Misbehaviour that must have been counted. */
  refused: readonly string[]
  /** A document of the first node must reach the last one over these, each from the one before. */
  paths: readonly (readonly number[])[]
  /** Nodes that must not have been linked. */
  neverLinked: readonly NodePair[]
}

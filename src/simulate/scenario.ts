/** A scenario file (see README.md), read and checked. Times count from its start. */
import type { Access } from '../../protocols/access/constants.ts'
import type { CrashKind } from './simulated-node.ts'
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import type { App } from '../kith.ts'
import type { Retention } from '../store/store.ts'
import type { Cheat } from './cheats.ts'
import type { Lie } from './lies.ts'
import type { Faults, LinkFaults } from './network.ts'
import type { NodePair, Topology } from './topology.ts'
import type { RecordType } from './traffic.ts'

export interface Scenario {
  name: string
  description: string
  /** How long the main phase lasts; then every node is up and linked, and has time to catch up. */
  durationMs: number
  nodes: readonly ScenarioNode[]
  /** How many nodes each room has: the first room has the first nodes, and so on. No node is in two. */
  roomSizes: readonly number[]
  /** Which nodes of a room can be linked; nodes of different rooms cannot. */
  topology: Topology
  /** A node that has only one of its links at a time. */
  semiConnected: { node: number; turnMs: number } | undefined
  /** The mode in which each node sends. */
  modes: readonly Sharing['mode'][]
  /** Nodes that store and relay documents without being members. */
  carriers: ReadonlySet<number>
  /** Who reads and writes in the rooms. */
  access: 'open' | Access
  /** What nodes are from the start in a room with members, besides the one that creates it; others come later, if at all. */
  roles: ReadonlyMap<number, InvitedRole>
  /** What users do about who is a member, and what. */
  steps: readonly Step[]
  randomSteps: readonly RandomSteps[]
  /** Documents by nodes that break the rules. */
  cheats: readonly Cheats[]
  faults: LinkFaults
  /** Faults of gossip; undefined for no gossip. */
  gossip: Faults | undefined
  /** Nodes that lie about requested blocks. */
  liars: ReadonlyMap<number, Lie>
  crashes: readonly Crash[]
  /** Nodes that go on from an older copy of their store. */
  restores: readonly Restore[]
  crowds: readonly Crowd[]
  fullDisks: readonly FullDisk[]
  partitions: readonly Partition[]
  /** The app of the rooms; users write what its `sample` returns. */
  app: App
  /** Who announces their name to the room, in a separate document. */
  introductions: 'all' | 'writers'
  /** Documents between two checkpoints, at least; undefined for the number of the protocol. */
  checkpointDocuments: number | undefined
  /** What users say about how much of the history their nodes keep; until then, nodes keep all. */
  keeps: readonly Keep[]
  writes: readonly Writes[]
  files: readonly AddedFiles[]
  /** Files up to this size are fetched automatically; undefined for the default of nodes. */
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
  /** Up with this probability in each period, decided anew every time. */
  | { kind: 'reliability'; probability: number; periodMs: number }
  /** Up in these intervals only, sorted. */
  | { kind: 'intervals'; intervals: readonly Interval[] }

export interface Interval {
  fromMs: number
  toMs: number
}

/** A node is killed and restarted: `count` random nodes at random times, or one at a given time. */
export type Crash = { forMs: Range; kind: CrashKind } & ({ count: number } | { node: number; atMs: number })

/** A node ends, and goes on from what its store held at an earlier time. */
export interface Restore {
  node: number
  backupMs: number
  atMs: number
}

/** What somebody who is invited becomes. */
export const INVITED_ROLES = ['reader', 'writer', 'admin'] as const
export type InvitedRole = (typeof INVITED_ROLES)[number]

/** What a user does about a member, or about the key of the room. */
export type StepAction =
  | { type: 'invite' | 'role'; node: number; role: InvitedRole }
  | { type: 'remove' | 'withdraw' | 'owner'; node: number }
  | { type: 'rekey' }

export interface Step {
  by: number
  atMs: number
  action: StepAction
}

/** Nodes that each do something at random, with the timing of writes. */
export type RandomSteps = Pick<Writes, 'by' | 'count' | 'everyMs' | 'fromMs'>

/** A node that writes as it may not, with the timing of writes. */
export interface Cheats extends Omit<RandomSteps, 'by'> {
  node: number
  how: Cheat
}

/** A node that invents so many authors, one after the other. */
export interface Crowd {
  node: number
  authors: number
  /** When the first of them writes, and how long it takes until all have. */
  atMs: number
  overMs: number
}

/** A node that has no space from a time on, and then some again. */
export interface FullDisk {
  node: number
  atMs: number
  forMs: Range
}

/** Nodes on different sides cannot reach each other: `count` random partitions at random times, or a given one. */
export type Partition =
  | { count: number; forMs: Range }
  /** The side of each node; nodes that were not named share one. */
  | { atMs: number; forMs: Range; sideOf: ReadonlyMap<number, number> }

export interface Range {
  min: number
  max: number
}

/** From a time on, a node keeps only a part of its room's history, or all that is still there if `retention` is undefined. */
export interface Keep {
  node: number
  atMs: number
  retention: Retention | undefined
}

/** Nodes that each write `count` times, every `everyMs`, beginning within the first of these intervals. */
export interface Writes {
  by: readonly number[]
  count: number
  everyMs: number
  fromMs: number
  sizeBytes: Range
}

/** Nodes that add files, with the timing of writes. */
export interface AddedFiles extends Writes {
  /** Of the blocks into which files are cut. */
  blockBytes: number
  /** Nodes whose users ask for each file. */
  wantedBy: readonly number[]
}

/** What must hold in addition to the built-in checks. */
export interface Checks {
  /** Limit for the frames of all nodes together, until the end. */
  maxBytes: number | undefined
  /** The fraction of deliveries that must happen in the main phase. */
  deliveredInLife: number | undefined
  /** The fraction of wanted files that must arrive in the main phase. */
  fetchedInLife: number | undefined
  /** The fraction of deliveries whose first copy must come by each record. */
  deliveredBy: ReadonlyMap<RecordType, number>
  /** Fractions of the deliveries, and the time that each must not exceed. */
  deliveryTimes: readonly { part: number; maxMs: number }[]
  /** Bytes of file blocks that may arrive, per byte needed. */
  maxCopies: number | undefined
  /** Misbehaviour codes that must be counted. */
  refused: readonly string[]
  /** A document of the first node must reach the last through these nodes, each from the previous one. */
  paths: readonly (readonly number[])[]
  /** Nodes that must never be linked. */
  neverLinked: readonly NodePair[]
}

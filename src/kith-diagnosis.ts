/** What `node.diagnose()` finds: facts, and findings that say what to do. */
import type { PeerAddress } from './kith-peers.ts'

/** How bad a finding is. `unknown`: this node cannot tell whether something is wrong. */
export type FindingSeverity = 'problem' | 'warning' | 'unknown' | 'fine'

/** Something that a diagnosis found. */
export interface Finding {
  /** Names the kind of finding, such as `multicast-unheard`, for programs. */
  code: string
  severity: FindingSeverity
  /** One sentence. */
  what: string
  /** What to do, in a sentence; null if nothing is to be done. */
  todo: string | null
  /** The peer that it is about. */
  peer?: string
  /** Id of the room that it is about. */
  room?: string
  /** The address that it is about. */
  address?: string
}

/** What is wrong, in numbers: `node.diagnose()` has more, as it also asks peers. */
export interface Health {
  problems: number
  warnings: number
  /** The worst finding; null if there is neither a problem nor a warning. */
  worst: Finding | null
}

/** An address of this machine. */
export interface InterfaceFacts {
  /** Such as `eth0`. */
  name: string
  ip: string
  /** `virtual`: of containers or virtual machines. `link-local`: valid on one cable only. */
  kind: 'loopback' | 'virtual' | 'link-local' | 'network'
  /** The address that other nodes are told; null if they are told none with this IP address. */
  announced: string | null
  /** Why none is announced; null if one is. */
  why: string | null
  /** Multicast by mDNS through it; null if none is used there. */
  multicast: MulticastFacts | null
}

/** Discovery by multicast on an interface, since the interface was opened. */
export interface MulticastFacts {
  /** Packets that this node sent. */
  sent: number
  /** When a packet of this node last came back to it, as multicast does; null if never. */
  ownHeardMs: number | null
  /** When a packet of another machine last came; null if never. */
  othersHeardMs: number | null
  /** Why sending failed last; null if it did not. */
  error: string | null
  openedAtMs: number
}

/** What a connected peer answered when it was asked to look at this node. */
export interface CheckupFacts {
  /** By how much its clock is ahead of this machine's; null if unknown. */
  clockAheadMs: number | null
  /** Whether it can open a connection to this node; null if it did not try. */
  dialBack: 'reached' | 'refused' | 'no-route' | 'no-answer' | null
  /** Why it was not asked, or did not answer; null if it did. */
  error: string | null
}

/** A peer as a diagnosis sees it. */
export interface DiagnosedPeer {
  peer: string
  name: string | null
  connected: boolean
  direction: 'inbound' | 'outbound' | null
  /** The remote address of the connection is of this machine. */
  isHere: boolean
  /** The user named it or one of its addresses. */
  named: boolean
  lastSeenMs: number
  /** When it was last heard by multicast; null if never. */
  heardMs: number | null
  /** Connections to it in a row that ended within a minute. */
  shortConnections: number
  addresses: PeerAddress[]
  agent: string | null
  /** Ids of the libp2p protocols that it speaks; empty while it has not said so. */
  speaks: string[]
  /** Ids of the rooms that it is in with this node now. */
  rooms: string[]
  /** Null if it was not asked. */
  checkup: CheckupFacts | null
}

/** An address that the user named without a peer id. */
export interface NamedAddress extends PeerAddress {
  /** The peer that answered there last; null if nobody has. */
  peer: string | null
  connected: boolean
}

/** A room as a diagnosis sees it. */
export interface DiagnosedRoom {
  id: string
  name: string
  status: 'waiting' | 'open'
  /** Peers that are in it now. */
  present: { peer: string; name: string }[]
  /** Peers that have been in it, or have written there, and are not there now. */
  away: { peer: string; name: string; lastSeenMs: number }[]
  /** As in `RoomDetails`. */
  waitingFor: string
}

/** A step on the way to an address. */
export interface ProbeStep {
  step: 'route' | 'connection' | 'encryption' | 'identity' | 'protocols' | 'rooms'
  result: 'ok' | 'failed' | 'skipped'
  /** What was found, in a few words. */
  detail: string
  tookMs: number
}

/** How reaching an address went, step by step; steps after one that failed are skipped. */
export interface Probe {
  address: string
  /** Why it failed; null if all steps went well. */
  failure: ProbeFailure | null
  /** Who answered; null if nobody did. */
  peer: string | null
  steps: ProbeStep[]
}

/** Why a dial fails. */
export type ProbeFailure =
  | 'refused'
  | 'no-answer'
  | 'no-route'
  | 'no-name'
  | 'forbidden'
  | 'closed'
  | 'other-peer'
  | 'self'
  | 'not-kith'
  | 'other-version'
  | 'other'

/** Everything on which findings are based. */
export interface DiagnosisFacts {
  atMs: number
  system: {
    nodeVersion: string
    /** Files that are open, and that may be; null if the system does not say. */
    descriptors: { open: number; max: number } | null
    /** What is free on the disk of the data folder; null if nothing is on a disk. */
    freeBytes: number | null
    dataDir: string
    /** Why the data folder cannot be used; null if it can. */
    folderError: string | null
    interfaces: InterfaceFacts[]
  }
  /** Null if no node runs. */
  node: NodeFacts | null
}

/** What only a running node knows. */
export interface NodeFacts {
  peer: string
  name: string
  version: string
  startedAtMs: number
  addresses: string[]
  /** Ids of Kith's protocols that it speaks. */
  speaks: string[]
  mdns: boolean
  /** Where this node's own key was seen in another process, and when. */
  twins: { ip: string; isHere: boolean; atMs: number }[]
  peers: DiagnosedPeer[]
  namedAddresses: NamedAddress[]
  rooms: DiagnosedRoom[]
  /** Places for strangers, and how many are taken. */
  strangers: number
  maxStrangers: number
  ring: 'off' | 'alone' | 'joined'
  /** Nodes in the routing table of the DHT. */
  dhtPeers: number
  /** What is wrong with the store: see `NodeStatus`. */
  store: string[]
}

/** What `node.diagnose()` was asked about, and found. */
export interface Diagnosis {
  /** Null: everything. */
  about: { peer?: string; room?: string; address?: string } | null
  /** The worst first. */
  findings: Finding[]
  facts: DiagnosisFacts
  /** Of each address that was tried. */
  probes: Probe[]
}

/** How far a diagnosis has got. */
export interface DiagnosisProgress {
  /** What is done now, such as `Asking 3 peers to dial back`. */
  doing: string
  done: number
  total: number
}

/** Options of `node.diagnose()`. */
export interface DiagnoseOptions {
  onProgress?: (progress: DiagnosisProgress) => void
  signal?: AbortSignal
}

/** What the parts of a running node share: the machine to read from, and how to change it. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { App, Logger } from '../kith.ts'
import type { NodeCommand, NodeMachine } from '../machine/node-machine.ts'
import type { CommandOutcome } from '../machine/io.ts'
import type { DurableBlocks } from '../store/blocks.ts'
import type { StoreReads } from '../store/store.ts'

export interface NodeCore {
  readonly self: PeerId
  /** The devices of the person in front of this node, itself included. */
  ownKeys(): ReadonlySet<PeerId>
  readonly log: Logger
  /** The node's data folder; `:memory:` stores nothing on disk. */
  readonly dataDir: string
  /** The apps of this node, by name. */
  readonly apps: ReadonlyMap<string, App>
  readonly machine: NodeMachine
  readonly store: StoreReads & DurableBlocks
  /** Aborts when the node stops; do not read the store after that. */
  readonly stopped: AbortSignal
  /** Resolves once the command's effects are durable; rejects with its KithError. */
  command(command: NodeCommand): Promise<CommandOutcome>
  /** A document in the store is not what its id says: the node tells that its store is damaged. */
  foundDamage(): void
  /** Stays connected to an address forever, even if nobody answers there yet. */
  pin(address: string): void
  /** The peer that user input refers to. Throws a KithError `no-such-peer`, `ambiguous` or `bad-address`. */
  resolvePeer(reference: string): PeerId
  connectedPeers(): number
  /** Dialable addresses of this node. */
  addresses(): string[]
}

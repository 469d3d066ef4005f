/** What the parts of a running node share: the machine to read from, and how to change it. */
import type { PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { NodeCommand, NodeMachine } from '../room/node-machine.ts'
import type { StoreReads } from '../store/store.ts'

/** What a command came to. */
export interface CommandOutcome {
  room?: RoomId
  /** The document it wrote, if any. */
  document?: Position
}

export interface NodeCore {
  readonly self: PeerKey
  readonly machine: NodeMachine
  readonly store: StoreReads
  /** Aborts when the node stops; the store is not to be read any more then. */
  readonly stopped: AbortSignal
  /** Resolves once the command's effects are durable; rejects with its KithError. */
  command(command: NodeCommand): Promise<CommandOutcome>
  /** Connects to an address for ever, whether or not somebody answers there yet. */
  pin(address: string): void
  /** Dials and pins an address. */
  connect(address: string): Promise<PeerKey>
  connectedPeers(): number
  /** Dialable addresses of this node. */
  addresses(): string[]
}

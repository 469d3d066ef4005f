/** What the parts of a running node share: the machine to read from, and how to change it. */
import type { PeerKey } from '../../protocols/wire/ids.ts'
import type { NodeCommand, NodeMachine } from '../room/node-machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { StoreReads } from '../store/store.ts'

export interface NodeCore {
  readonly self: PeerKey
  readonly machine: NodeMachine
  readonly store: StoreReads
  /** Resolves once the command's effects are durable; rejects with its KithError. */
  command(command: NodeCommand): Promise<{ room?: RoomId; document?: Position }>
  /** Connects to an address for ever, whether or not somebody answers there yet. */
  pin(address: string): void
  /** Dials and pins an address. */
  connect(address: string): Promise<PeerKey>
  connectedPeers(): number
  /** Dialable addresses of this node. */
  addresses(): string[]
}

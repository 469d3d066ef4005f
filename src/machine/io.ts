/**
 * What goes into a node's machine and what comes out of it, apart from what each wing adds: see
 * `wings.ts` for the commands and events of all of them together.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Input, MisbehaviourReason } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { KithError } from '../kith.ts'

/** One instant on both clocks: intervals are measured on the monotonic one, people read the other. */
export interface Now {
  /** From an arbitrary start; never goes back. */
  monotonicMs: number
  /** Milliseconds since 1970, as the system has it: it may jump. */
  wallMs: number
}

/** What happens to a protocol on a host: peers come, send records, go; timers are due. */
export type ProtocolInput = Exclude<Input<never, unknown, unknown>, { type: 'command' }>

/** An input of a machine whose commands are of type `Command`. */
export type InputOf<Command extends { type: string }> =
  /** `protocol` names a wing; its records and timers mean nothing to anybody else. */
  | { type: 'protocol'; protocol: string; input: ProtocolInput }
  /** A document came by gossip and was validated. */
  | { type: 'gossip'; room: RoomId; document: Document; from: PeerId }
  | { type: 'command'; command: Command }

/** What a command did, beyond having been carried out. */
export interface CommandOutcome {
  room?: RoomId
  /** The document it wrote. */
  document?: Position
  collected?: CollectedBlocks
}

/** Blocks that were deleted, or counted. */
export interface CollectedBlocks {
  blocks: number
  sizeBytes: number
  /** After which block to go on; undefined once all have been looked at. */
  next: BlockId | undefined
}

export type CommandResult = CommandOutcome | { error: KithError }

/** How each command of a set is carried out; a KithError that is thrown is the command's result. */
export type CommandHandlers<Command extends { type: string }> = {
  readonly [Type in Command['type']]: (command: Extract<Command, { type: Type }>) => CommandOutcome
}

/** What happens in a node's rooms. */
export type RoomEvent =
  | { type: 'document'; room: RoomId; document: Document }
  /** The room opened, was joined or left, or its neighbours changed. */
  | { type: 'room'; room: RoomId }
  /** An update was refused, as the state would exceed its cap. */
  | { type: 'refused'; room: RoomId; id: DocumentId }
  | { type: 'fork'; room: RoomId; author: PeerId; seq: number }

/** An effect of a machine whose events are of type `Event`. */
export type EffectOf<Event> =
  | { type: 'send'; protocol: string; to: PeerId; record: unknown }
  /** For the room's gossip, where some of its peers are not neighbours. */
  | { type: 'publish'; room: RoomId; block: Uint8Array }
  | { type: 'emit'; event: Event }
  | { type: 'timer'; protocol: string; timer: unknown; afterMs: number }
  | { type: 'misbehaviour'; protocol: string; peer: PeerId; reason: MisbehaviourReason }
  /** The result of the command that was the input. */
  | { type: 'reply'; result: CommandResult }

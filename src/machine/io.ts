/**
 * The inputs and effects of a node's machine, apart from what each wing adds: `wings.ts` has the commands
 * and events of all wings.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Input, MisbehaviourReason } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { KithError } from '../kith.ts'
import type { AccessChange } from '../room/access/access-news.ts'
import type { WalkPlace } from '../store/blocks.ts'

/** One instant on both clocks: the monotonic clock measures intervals, the wall clock is for people. */
export interface Now {
  /** From an arbitrary start; never goes back. */
  monotonicMs: number
  /** Milliseconds since 1970 by the system's clock, which may jump. */
  wallMs: number
}

/** Events of a protocol on a host: peers connect, send records and disconnect, and timers fire. */
export type ProtocolInput = Exclude<Input<never, unknown, unknown>, { type: 'command' }>

/** An input of a machine whose commands are of type `Command`. */
export type InputOf<Command extends { type: string }> =
  /** `protocol` names a wing; only that wing understands its records and timers. */
  | { type: 'protocol'; protocol: string; input: ProtocolInput }
  /** A validated document arrived by gossip. */
  | { type: 'gossip'; room: RoomId; document: Document; from: PeerId }
  | { type: 'command'; command: Command }

/** The result of a successful command. */
export interface CommandOutcome {
  room?: RoomId
  /** The document it wrote. */
  document?: Position
  collected?: CollectedBlocks
  /** How many documents were dropped, and whether there are no more to drop now. */
  trimmed?: { documents: number; isDone: boolean }
}

/** Blocks that were deleted, or only counted. */
export interface CollectedBlocks {
  blocks: number
  sizeBytes: number
  /** The place after which to continue; undefined once all were checked. */
  next: WalkPlace | undefined
}

export type CommandResult = CommandOutcome | { error: KithError }

/** The handlers of a set of commands; a KithError that one throws becomes the command's result. */
export type CommandHandlers<Command extends { type: string }> = {
  readonly [Type in Command['type']]: (command: Extract<Command, { type: Type }>) => CommandOutcome
}

/** An event in one of the node's rooms. */
export type RoomEvent =
  /** A document was accepted. `wasShown`: by a preview, while it was pending. */
  | { type: 'document'; room: RoomId; document: Document; wasShown: boolean }
  /**
   * The state of the room is that of a checkpoint at that position from now on, as the history is still to come.
   * `newest`: the last document that is here of it.
   */
  | { type: 'preview-begun'; room: RoomId; position: Position; newest: Position | undefined }
  /** While that is so: a pending document after the checkpoint is shown from now on. */
  | { type: 'shown'; room: RoomId; document: Document }
  /** The state is again that of the history. `isReplayed`: that of the checkpoint is here; otherwise nobody has it. */
  | { type: 'preview-ended'; room: RoomId; isReplayed: boolean }
  /** The room opened, was joined or left, or its neighbours changed. */
  | { type: 'room'; room: RoomId }
  /** The owner says that the room goes on in another one. */
  | { type: 'moved'; room: RoomId }
  /** Of a room with members: who may do what, its invites or its key are not as they were. */
  | { type: 'access'; room: RoomId; change: AccessChange }
  /** An update was refused because the state would exceed its size limit. */
  | { type: 'refused'; room: RoomId; id: DocumentId }
  /** The node holds back what it writes, or does so no longer: see `Room.isHeldBack`. */
  | { type: 'holding'; room: RoomId; holding: 'begun' | 'ended' }
  /** A document in the store is not what its id says. */
  | { type: 'damaged'; room: RoomId }
  | { type: 'fork'; room: RoomId; author: PeerId; seq: number }
  /** The state of a room that was joined is here: that of a checkpoint, or the one after all that a neighbour has. */
  | { type: 'joined'; room: RoomId }
  /** A checkpoint by an author says another state than its history leads to. */
  | { type: 'refuted'; room: RoomId; id: DocumentId; author: PeerId }

/** An effect of a machine whose events are of type `Event`. */
export type EffectOf<Event> =
  | { type: 'send'; protocol: string; to: PeerId; record: unknown }
  /** For the room's gossip, if some of its peers are not neighbours. */
  | { type: 'publish'; room: RoomId; block: Uint8Array }
  | { type: 'emit'; event: Event }
  | { type: 'timer'; protocol: string; timer: unknown; afterMs: number }
  | { type: 'misbehaviour'; protocol: string; peer: PeerId; reason: MisbehaviourReason }
  /**
   * The input brought a document or block that this node lacked, or made it send one to a peer that lacks it.
   * `beginnings`: how many of the documents that it brought begin or fork the chain of an author, to their number.
   */
  | { type: 'moved'; beginnings?: number }
  /** The result of the command that was the input. */
  | { type: 'reply'; result: CommandResult }

/** The peer that caused an input, and is charged with what it costs; undefined for the node's own. */
export function payerOf(input: InputOf<{ type: string }>): PeerId | undefined {
  if (input.type === 'command') return undefined
  if (input.type === 'gossip') return input.from
  const { input: inner } = input
  if (inner.type === 'records') return inner.from
  return inner.type === 'timer' ? peerOfTimer(inner.timer) : inner.peer
}

/** A timer that names a peer continues what that peer began. */
function peerOfTimer(timer: unknown): PeerId | undefined {
  const { peer } = timer as { peer?: PeerId }
  return peer
}

/** Inputs of one flow are handled in order; those of others may overtake them, as they may on the way. */
export function flowOf(input: InputOf<{ type: string }>): string {
  return input.type === 'protocol' ? input.protocol : input.type
}

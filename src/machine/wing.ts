/**
 * A wing of a node: one protocol's machine, and how its effects and events connect to the rest of the node.
 * Wings do not know each other; notices tell them what the others learnt.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { ProtocolCodec, ProtocolComponents, ProtocolHandler, ProtocolInit } from '../../protocols/wire/handler.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Input, Machine, Random } from '../../protocols/wire/machine.ts'
import type { Header, HeaderRequest } from '../../protocols/batch-sync/index.ts'
import type { Standing } from '../../protocols/room-state/index.ts'
import type { DocumentReader } from '../room/document-reader.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { RoomStore } from '../room/room-store.ts'
import type { StoredBlock } from '../store/blocks.ts'
import type { EffectOf, Now, ProtocolInput } from './io.ts'
import type { Rooms } from './rooms.ts'

/** Where documents of a room came from. */
export type DocumentSource = PeerId | 'self' | 'gossip'

/** What one part of a node learnt or decided, for all wings to act on. */
export type Notice =
  /** The node takes part in a room from now on. */
  | { type: 'opened'; room: RoomId }
  | { type: 'closed'; room: RoomId }
  /** The user joined or carries a room; `wasOpen` if the node was in it before, in another role. */
  | { type: 'membership'; room: RoomId; wasOpen: boolean }
  /** The state of a room that was joined is here. */
  | { type: 'joined'; room: RoomId }
  /** A neighbour told by whom this node was removed from a room, or that does not hold any more. */
  | { type: 'removed'; room: RoomId }
  /** A connected peer proved to know a room, or sent a newer state of it; `isNew` if it was not a neighbour before. */
  | { type: 'neighbour'; room: RoomId; peer: PeerId; isNew: boolean; standing: Standing }
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** A neighbour is to be sent new documents of a room at once, as everybody at first; or `isAside`, from time to time. */
  | { type: 'aside'; room: RoomId; peer: PeerId; isAside: boolean }
  /** Documents were accepted into a room, at least one. */
  | { type: 'accepted'; change: RoomChange; from: DocumentSource }
  /** It is time to look whether somebody lacks a key of a private room. */
  | { type: 'keys-due'; room: RoomId }
  /** Sealed documents that were accepted before can be read since a key came. They are opened, and in order. */
  | { type: 'readable'; room: RoomId; documents: readonly Document[] }
  /** This node wrote a document on top of a history that is still to come here. */
  | { type: 'ahead'; room: RoomId; document: Document }
  /**
   * Pending documents wait for ancestors. `from` may have them; with `isPatient`, they may be on their way. `isAlone`:
   * they are wanted without what is before them.
   */
  | {
      type: 'missing'
      room: RoomId
      ids: readonly DocumentId[]
      from: PeerId
      isPatient: boolean
      isAlone?: boolean
    }
  /** A neighbour is asked for headers of documents that were dropped. */
  | ({ type: 'ask-headers'; room: RoomId; to: PeerId } & HeaderRequest)
  /** The answer: see `BatchSyncEvent`. */
  | { type: 'headers'; room: RoomId; from: PeerId; isOfBase: boolean; headers: readonly Header[]; isLast: boolean }
  /** It is time to look whether a base is to be taken from others. */
  | { type: 'adoption-due'; room: RoomId }
  /** Nobody waits any more for a document that was wanted alone. */
  | { type: 'unwanted'; room: RoomId; id: DocumentId }
  /** A newcomer has looked for a state to begin with for as long as the history may wait for it. */
  | { type: 'state-due'; room: RoomId }
  /** Whether this node takes documents of others, or wants the newest first, is to be told to them anew, at once. */
  | { type: 'standing-changed'; room: RoomId }
  /** The blocks of a checkpoint's state are to be kept for a room; those that are not given are fetched. */
  | { type: 'keep'; room: RoomId; root: BlockId; sizeBytes: number; blocks: readonly StoredBlock[] }
  | { type: 'release'; room: RoomId; root: BlockId }
  /** What became of blocks that are fetched for a room. `absent`: no connected peer has them now. */
  | { type: 'fetched'; room: RoomId; root: BlockId; outcome: 'complete' | 'failed' | 'absent' }
  /** No connected peer has an ancestor that documents of a room wait for, now. */
  | { type: 'ancestor-absent'; room: RoomId; id: DocumentId }
  /** The user changed how a room is shared, or somebody was removed from it or let in. */
  | { type: 'sharing-changed'; room: RoomId }

/** What a node provides to a wing. */
export interface WingContext<Event = unknown> {
  readonly self: PeerId
  readonly store: RoomStore
  readonly reader: DocumentReader
  readonly random: Random
  readonly signer: Signer
  readonly rooms: Rooms
  /** The time of the input that is being handled. */
  readonly now: Now
  /** The signed address record of a connected peer, if the peer sent one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
  /** Whether a connected peer is on this machine or in its local network. */
  isNear(peer: PeerId): boolean
  /** The most that this node keeps for others in the ring. */
  readonly ringQuotaBytes: number
  /** Adds an effect of the input that is being handled. */
  effect(effect: EffectOf<Event>): void
  /** Notifies all wings, including the caller. */
  notify(notice: Notice): void
  /** Notifies all wings and users of what is new in a room. */
  changed(change: RoomChange | undefined, from: DocumentSource): void
  /** Counts what a peer sent that its room rejected. */
  countFaults(protocol: string, change: RoomChange, peer: PeerId): void
}

/** A wing as its node sees it. */
export interface Wing {
  /** Handlers of user commands, by type. */
  readonly commands: object
  handle(input: ProtocolInput): void
  onNotice(notice: Notice): void
  /** Blocks of documents in the records of a peer that are worth nothing without a signature of their own. */
  signedBlocks(records: readonly unknown[]): readonly Uint8Array[]
}

/** An entry in the list of wings: what a host mounts, and what becomes part of the node's machine. */
export interface WingDefinition<W extends Wing = Wing> {
  readonly codec: ProtocolCodec<unknown>
  /** The libp2p service that transports the protocol's records. */
  service(init: ProtocolInit<unknown>): (components: ProtocolComponents) => ProtocolHandler<unknown>
  create(context: WingContext<unknown>): W
}

/** The types of a protocol's machine. */
export interface MachineTypes {
  Command: unknown
  Record: unknown
  Write: unknown
  Event: unknown
  Timer: unknown
}

/**
 * Runs a protocol's machine: sends its records and timers under the protocol's name, and leaves everything
 * else to the wing.
 */
export abstract class ProtocolWing<Types extends MachineTypes, Event> implements Wing {
  readonly commands: object = {}
  protected abstract readonly machine: Machine<
    Types['Command'],
    Types['Record'],
    Types['Write'],
    Types['Event'],
    Types['Timer']
  >
  protected readonly context: WingContext<Event>
  readonly #protocol: string

  constructor(protocol: string, context: WingContext<Event>) {
    this.#protocol = protocol
    this.context = context
  }

  abstract onNotice(notice: Notice): void

  handle(input: ProtocolInput): void {
    // Records come from the protocol's codec, and timers are those the machine set.
    this.#run(input as Input<Types['Command'], Types['Record'], Types['Timer']>)
  }

  protected command(command: Types['Command']): void {
    this.#run({ type: 'command', command })
  }

  signedBlocks(_records: readonly Types['Record'][]): readonly Uint8Array[] {
    return []
  }

  /** Whether a record holds documents or blocks that its receiver lacks. */
  protected isContent(_record: Types['Record']): boolean {
    return false
  }

  /** Handles what the machine reports about peers and rooms. */
  protected abstract onEvent(event: Types['Event']): void

  /** Handles what the machine wants stored. */
  protected abstract onWrite(write: Types['Write']): void

  #run(input: Input<Types['Command'], Types['Record'], Types['Timer']>): void {
    const protocol = this.#protocol
    for (const effect of this.machine.handle(input, this.context.now.monotonicMs)) {
      if (effect.type === 'emit') this.onEvent(effect.event)
      else if (effect.type === 'persist') this.onWrite(effect.write)
      else {
        if (effect.type === 'send' && this.isContent(effect.record)) this.context.effect({ type: 'moved' })
        this.context.effect({ ...effect, protocol })
      }
    }
  }
}

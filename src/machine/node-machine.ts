/**
 * A whole node as one synchronous machine: its rooms, and a wing for each protocol. Hosts and the simulator
 * run the same code.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { documentReader } from '../room/document-reader.ts'
import { isAttack } from '../room/faults.ts'
import type { RoomChange } from '../room/room.ts'
import type { CommandOutcome, CommandResult, EffectOf, InputOf, Now, RoomEvent } from './io.ts'
import { roomCommands, type RoomCommand } from './room-commands.ts'
import { Rooms, type RoomsInit } from './rooms.ts'
import type { DocumentSource, Notice, Wing, WingContext } from './wing.ts'
import { wings as allWings, type WingCommand, type WingDefinitions, type WingEvent, type WingOf } from './wings.ts'

export type NodeCommand<Definitions = typeof allWings> = RoomCommand | WingCommand<Definitions>
export type NodeEvent<Definitions = typeof allWings> = RoomEvent | WingEvent<Definitions>
export type NodeInput<Definitions = typeof allWings> = InputOf<NodeCommand<Definitions>>
export type NodeEffect<Definitions = typeof allWings> = EffectOf<NodeEvent<Definitions>>

export interface NodeMachineInit<Definitions extends WingDefinitions = typeof allWings> extends RoomsInit {
  self: PeerId
  /** The signed address record of a connected peer, if the peer sent one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
  /** Default: the wings of every node. */
  wings?: Definitions
}

export class NodeMachine<Definitions extends WingDefinitions = typeof allWings> {
  readonly rooms: Rooms
  /** By the names of their protocols. */
  readonly wings: { readonly [Name in keyof Definitions]: WingOf<Definitions[Name]> }
  readonly #wings: readonly Wing[]
  readonly #commands: Record<string, (command: never) => CommandOutcome>
  #effects: NodeEffect<Definitions>[] = []
  #now: Now = { monotonicMs: 0, wallMs: 0 }

  constructor(init: NodeMachineInit<Definitions>) {
    this.rooms = new Rooms(init)
    const context = this.#context(init)
    const definitions: WingDefinitions = init.wings ?? allWings
    const wings = Object.fromEntries(
      Object.entries(definitions).map(([protocol, definition]) => [protocol, definition.create(context)]),
    )
    this.wings = wings as typeof this.wings
    this.#wings = Object.values(wings)
    this.#commands = Object.assign({}, roomCommands(context), ...this.#wings.map(({ commands }) => commands))
    for (const { record } of this.rooms.list()) this.#notify({ type: 'opened', room: record.id })
  }

  handle(input: NodeInput<Definitions>, now: Now): NodeEffect<Definitions>[] {
    this.#now = now
    if (input.type === 'protocol') this.wings[input.protocol]?.handle(input.input)
    else if (input.type === 'gossip') this.#gossiped(input)
    else this.#effects.push({ type: 'reply', result: this.#tryCommand(input.command) })
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #context(init: NodeMachineInit<Definitions>): WingContext<NodeEvent<Definitions>> {
    const { self, store, random, reader = documentReader } = init
    const now = (): Now => this.#now
    return {
      ...{ self, store, random, reader, rooms: this.rooms },
      get now() {
        return now()
      },
      peerRecord: (peer) => init.peerRecord(peer),
      effect: (effect) => this.#effects.push(effect),
      notify: (notice) => this.#notify(notice),
      changed: (change, from) => this.#changed(change, from),
      countFaults: (protocol, change, peer) => this.#countFaults(protocol, change, peer),
    }
  }

  #tryCommand(command: { type: string }): CommandResult {
    try {
      const handler = this.#commands[command.type]
      if (handler === undefined) throw new TypeError(`no wing has a command '${command.type}'`)
      return handler(command as never)
    } catch (error) {
      if (error instanceof KithError) return { error }
      throw error
    }
  }

  #notify(notice: Notice): void {
    for (const wing of this.#wings) wing.onNotice(notice)
  }

  #gossiped({ room, document, from }: InputOf<never> & { type: 'gossip' }): void {
    const change = this.rooms.receiveDocument(room, document, from, this.#now)
    if (change === undefined) return
    // Counted under the protocol that delivers most documents.
    this.#countFaults('batch-sync', change, from)
    this.#changed(change, 'gossip')
    const ids = change.intake.awaited
    if (ids.length > 0) this.#notify({ type: 'missing', room, ids, from, isPatient: false })
  }

  #countFaults(protocol: string, { intake: { rejected } }: RoomChange, peer: PeerId): void {
    const fatal = isAttack(rejected)
    for (const code of rejected) {
      this.#effects.push({ type: 'misbehaviour', protocol, peer, reason: { code, fatal } })
    }
  }

  #changed(change: RoomChange | undefined, from: DocumentSource): void {
    if (change === undefined) return
    const { room, intake, refused, hasOpened, holding } = change
    if (hasOpened) this.#emit({ type: 'room', room })
    if (holding !== undefined) this.#emit({ type: 'holding', room, holding })
    for (const document of intake.accepted) this.#emit({ type: 'document', room, document })
    for (const id of refused) this.#emit({ type: 'refused', room, id })
    for (const { author, seq } of intake.forks) this.#emit({ type: 'fork', room, author, seq })
    if (intake.accepted.length === 0) return
    this.#notify({ type: 'accepted', change, from })
    if (from !== 'self') return
    for (const { block } of intake.accepted) this.#effects.push({ type: 'publish', room, block })
  }

  #emit(event: RoomEvent): void {
    this.#effects.push({ type: 'emit', event })
  }
}

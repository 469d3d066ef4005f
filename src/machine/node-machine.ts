/**
 * A whole node as one synchronous machine: its rooms, and a wing for each protocol. Hosts and the simulator
 * run the same code.
 */
import type { Document } from '../../protocols/document/document.ts'
import { DEVICE_KIND, ROLE_KIND } from '../../protocols/access/constants.ts'
import { DEFAULT_QUOTA_BYTES } from '../../protocols/ring/constants.ts'
import { sha256 } from '../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { Neighbours } from '../../protocols/wire/neighbours.ts'
import { MAX_INPUT_STEPS, piecesOf } from '../../protocols/wire/pieces.ts'
import { KithError, type AppFault } from '../kith.ts'
import { documentReader, type DocumentReader } from '../room/document-reader.ts'
import { isAttack } from '../room/faults.ts'
import type { Intake } from '../room/intake.ts'
import { isMoveAmong } from '../room/moves.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { CommandOutcome, CommandResult, EffectOf, InputOf, Now, RoomEvent } from './io.ts'
import { AccessEvents } from './access-events.ts'
import { Adoptions } from './adoptions.ts'
import { Checkpoints } from './checkpoints.ts'
import { ChildLinks } from './child-links.ts'
import { contentOf } from './input-content.ts'
import { InheritanceUpkeep } from './inheritance-upkeep.ts'
import { KeyRepairs } from './key-repairs.ts'
import { Retentions, type RetentionCommand } from './retention.ts'
import { beginningsOf } from './beginnings.ts'
import { roomCommands, type RoomCommand } from './room-commands.ts'
import { Rooms, type RoomsInit } from './rooms.ts'
import type { DocumentSource, Notice, Wing, WingContext } from './wing.ts'
import { wings as allWings, type WingCommand, type WingDefinitions, type WingEvent, type WingOf } from './wings.ts'

export type NodeCommand<Definitions = typeof allWings> = RoomCommand | RetentionCommand | WingCommand<Definitions>
export type NodeEvent<Definitions = typeof allWings> = RoomEvent | WingEvent<Definitions>
export type NodeInput<Definitions = typeof allWings> = InputOf<NodeCommand<Definitions>>
export type NodeEffect<Definitions = typeof allWings> = EffectOf<NodeEvent<Definitions>>

export interface NodeMachineInit<Definitions extends WingDefinitions = typeof allWings> extends Omit<
  RoomsInit,
  'onFault'
> {
  self: PeerId
  /** The signed address record of a connected peer, if the peer sent one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
  /** Whether a connected peer is on this machine or in its local network. Default: each is. */
  isNear?(peer: PeerId): boolean
  /** The most that is kept for others in the ring. Default: DEFAULT_QUOTA_BYTES. */
  ringQuotaBytes?: number
  /** Default: the wings of every node. */
  wings?: Definitions
}

/** What is made anew if the machine fails. */
interface Parts<Definitions> {
  rooms: Rooms
  accessEvents: AccessEvents
  adoptions: Adoptions
  childLinks: ChildLinks
  checkpoints: Checkpoints
  retentions: Retentions
  keyRepairs: KeyRepairs
  inheritance: InheritanceUpkeep
  wings: { readonly [Name in keyof Definitions]: WingOf<Definitions[Name]> }
  commands: Record<string, (command: never) => CommandOutcome>
}

export class NodeMachine<Definitions extends WingDefinitions = typeof allWings> {
  /** Called if a room's app throws at an update; set by whoever runs the machine. */
  onFault: (fault: AppFault) => void = () => undefined
  readonly #init: NodeMachineInit<Definitions>
  readonly #definitions: WingDefinitions
  #parts: Parts<Definitions>
  #neighbours = new Neighbours<true>()
  #effects: NodeEffect<Definitions>[] = []
  /** Rooms of which a document was read that the disk has changed, until that is told. */
  readonly #damaged = new Set<RoomId>()
  #now: Now = { monotonicMs: 0, wallMs: 0 }

  constructor(init: NodeMachineInit<Definitions>) {
    this.#init = init
    this.#definitions = init.wings ?? allWings
    this.#parts = this.#create()
    this.#open()
  }

  get rooms(): Rooms {
    return this.#parts.rooms
  }

  /** By the names of their protocols. */
  get wings(): Parts<Definitions>['wings'] {
    return this.#parts.wings
  }

  /**
   * Forgets all that is not in the store, and starts from there: after an exception, which is a bug, nobody
   * knows what the rest is worth.
   */
  rebuild(): void {
    this.#effects = []
    this.#neighbours = new Neighbours()
    this.#parts = this.#create()
    this.#open()
    // What it shows has been shown before, and streams are closed.
    this.#effects = this.#effects.filter(({ type }) => type === 'timer')
  }

  handle(input: NodeInput<Definitions>, now: Now): NodeEffect<Definitions>[] {
    this.#now = now
    if (input.type === 'protocol') this.wings[input.protocol]?.handle(input.input)
    else if (input.type === 'gossip') this.#gossiped(input)
    else this.#effects.push({ type: 'reply', result: this.#tryCommand(input.command) })
    for (const room of this.#damaged) this.#emit({ type: 'damaged', room })
    this.#damaged.clear()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Whether a peer shares a room with this node: it has proved to know it. */
  isNeighbour(peer: PeerId): boolean {
    return this.#neighbours.roomsOf(peer).size > 0
  }

  /** What is handled in one go each: the records of a peer in pieces of at most so many steps, or of one record. */
  piecesOf(input: NodeInput<Definitions>, maxSteps = MAX_INPUT_STEPS): NodeInput<Definitions>[] {
    if (input.type !== 'protocol' || input.input.type !== 'records') return [input]
    const { protocol, input: inner } = input
    const codec = this.#definitions[protocol]?.codec
    if (codec === undefined || inner.records.length === 0) return [input]
    const pieces = piecesOf(codec, inner.records, maxSteps)
    if (pieces.length === 1) return [input]
    return pieces.map((records) => ({ type: 'protocol', protocol, input: { ...inner, records } }))
  }

  /** Blocks of documents in what a neighbour sent that need a signature of their own: it can be checked before. */
  signedBlocksOf(input: NodeInput<Definitions>): readonly Uint8Array[] {
    if (input.type !== 'protocol' || input.input.type !== 'records' || !this.isNeighbour(input.input.from)) return []
    return this.wings[input.protocol]?.signedBlocks(input.input.records) ?? []
  }

  /** SHA-256 of what an input says, whoever it comes from, in hex. */
  digestOf(input: NodeInput<Definitions>): string {
    const content = contentOf(input, this.#definitions)
    return Buffer.from(sha256(...content)).toString('hex')
  }

  #create(): Parts<Definitions> {
    const reader = this.#tellingReader()
    const rooms = new Rooms({ ...this.#init, reader, onFault: (fault) => this.onFault(fault) })
    const context = this.#context({ ...this.#init, reader }, rooms)
    const wings = Object.fromEntries(
      Object.entries(this.#definitions).map(([protocol, definition]) => [protocol, definition.create(context)]),
    )
    const accessEvents = new AccessEvents(context)
    const checkpoints = new Checkpoints(context, this.#init.checkpointDocuments)
    const adoptions = new Adoptions(context, (room) => checkpoints.neighboursIn(room))
    const retentions = new Retentions(context)
    const keyRepairs = new KeyRepairs(context)
    const ofWings = Object.values(wings).map(({ commands }) => commands)
    return {
      rooms,
      accessEvents,
      adoptions,
      childLinks: new ChildLinks(context),
      checkpoints,
      retentions,
      keyRepairs,
      inheritance: new InheritanceUpkeep(context),
      wings: wings as unknown as Parts<Definitions>['wings'],
      commands: Object.assign({}, roomCommands(context), retentions.commands, ...ofWings),
    }
  }

  /** Tells of what the disk has damaged, wherever it is met. */
  #tellingReader(): DocumentReader {
    const { reader = documentReader } = this.#init
    return {
      decode: (block) => reader.decode(block),
      isSignatureValid: (document) => reader.isSignatureValid(document),
      foundDamage: (room) => this.#damaged.add(room),
    }
  }

  #open(): void {
    for (const { record } of this.rooms.list()) this.#notify({ type: 'opened', room: record.id })
  }

  #context(
    init: NodeMachineInit<Definitions> & { reader: DocumentReader },
    rooms: Rooms,
  ): WingContext<NodeEvent<Definitions>> {
    const { self, store, random, reader, signer, ringQuotaBytes = DEFAULT_QUOTA_BYTES } = init
    const now = (): Now => this.#now
    return {
      ...{ self, store, random, reader, signer, rooms, ringQuotaBytes },
      get now() {
        return now()
      },
      peerRecord: (peer) => init.peerRecord(peer),
      isNear: (peer) => init.isNear?.(peer) ?? true,
      effect: (effect) => this.#effects.push(effect),
      notify: (notice) => this.#notify(notice),
      changed: (change, from) => this.#changed(change, from),
      countFaults: (protocol, change, peer) => this.#countFaults(protocol, change, peer),
    }
  }

  #tryCommand(command: { type: string }): CommandResult {
    try {
      const handler = this.#parts.commands[command.type]
      if (handler === undefined) throw new TypeError(`no wing has a command '${command.type}'`)
      return handler(command as never)
    } catch (error) {
      if (error instanceof KithError) return { error }
      throw error
    }
  }

  #notify(notice: Notice): void {
    if (notice.type === 'neighbour') this.#neighbours.set(notice.room, notice.peer, true)
    else if (notice.type === 'neighbour-left') this.#neighbours.delete(notice.room, notice.peer)
    else if (notice.type === 'closed') this.#neighbours.close(notice.room)
    else if (notice.type === 'missing' && notice.isAlone !== true) {
      this.#effects.push({ type: 'moved' }) // documents that wait here
    }
    for (const wing of Object.values<Wing>(this.wings)) wing.onNotice(notice)
    this.#parts.childLinks.onNotice(notice)
    this.#parts.accessEvents.onNotice(notice)
    this.#parts.checkpoints.onNotice(notice)
    this.#parts.adoptions.onNotice(notice)
    this.#parts.retentions.onNotice(notice)
    this.#parts.keyRepairs.onNotice(notice)
    this.#parts.inheritance.onNotice(notice)
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
    const { room, intake, refused, hasOpened, holding, readable = [] } = change
    if (hasOpened) this.#emit({ type: 'room', room })
    if (holding !== undefined) this.#emit({ type: 'holding', room, holding })
    const open = this.rooms.get(room)
    const { states, graph } = open ?? {}
    for (const document of readable) this.#emit({ type: 'document', room, document, wasShown: false })
    const fresh: Document[] = []
    for (const document of intake.accepted) {
      if (graph?.gate.counts(document) === false) continue
      const wasShown = states?.placed(document.id) === true
      if (!wasShown) fresh.push(document)
      this.#emit({ type: 'document', room, document: open?.read(document) ?? document, wasShown })
    }
    const pending = intake.ahead === undefined ? intake.proven : [intake.ahead]
    const shown = states?.show(pending) ?? []
    for (const document of shown) this.#emit({ type: 'shown', room, document })
    if (open !== undefined && isMoveAmong([...fresh, ...shown], open)) this.#emit({ type: 'moved', room })
    this.#parts.accessEvents.changed(change)
    if (readable.length > 0) this.#notify({ type: 'readable', room, documents: readable })
    for (const id of refused) this.#emit({ type: 'refused', room, id })
    for (const { author, seq } of intake.forks) this.#emit({ type: 'fork', room, author, seq })
    this.#parts.checkpoints.received(change)
    for (const id of intake.unawaited) this.#notify({ type: 'unwanted', room, id })
    if (intake.ahead !== undefined) {
      this.#notify({ type: 'ahead', room, document: intake.ahead })
      this.#effects.push({ type: 'publish', room, block: intake.ahead.block })
    }
    if (intake.accepted.length === 0) return
    this.#effects.push({ type: 'moved', beginnings: beginningsOf(intake) })
    // Before it is passed on: somebody may be served no more, or again.
    if (open?.keys.isPrivate === true && mayRemove(intake)) this.#notify({ type: 'sharing-changed', room })
    this.#notify({ type: 'accepted', change, from })
    if (from === 'self') for (const { block } of intake.accepted) this.#effects.push({ type: 'publish', room, block })
    else this.#changed(this.rooms.get(room)?.acts.accept(this.#now.wallMs), 'self')
  }

  #emit(event: RoomEvent): void {
    this.#effects.push({ type: 'emit', event })
  }
}

/** Whether somebody may have been removed by what came, or let in. */
function mayRemove({ accepted, ruledFrom }: Intake): boolean {
  return ruledFrom !== undefined || accepted.some(({ kind }) => kind === ROLE_KIND || kind === DEVICE_KIND)
}

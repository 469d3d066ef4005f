/**
 * A test's node: its machine, its store and its rooms, put together as in `src/machine`, on the test's
 * own clock. Rules that always hold are checked on everything that leaves the machine.
 */
import { decodeDocument, type Document } from '../../../../protocols/document/document.ts'
import { decodeFrame, encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import {
  CREDIT_BYTES,
  MAX_ANCESTOR_BYTES,
  MAX_ASKED,
  MAX_ASKED_PEERS,
  MAX_BLOCK_BYTES,
} from '../../../../protocols/ensure-map/constants.ts'
import { EnsureMapMachine } from '../../../../protocols/ensure-map/machine.ts'
import type {
  EnsureMapCommand,
  EnsureMapEffect,
  EnsureMapEvent,
  EnsureMapInput,
  EnsureMapTimer,
  Scope,
} from '../../../../protocols/ensure-map/ports.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf, codecOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import type { Block } from './dags.ts'
import type { HeldBlocks } from './held-blocks.ts'

/** What a node needs from the world around it. */
export interface Outside {
  nowMs(): number
  send(from: PeerId, to: PeerId, frame: Uint8Array): void
  setTimer(timer: EnsureMapTimer, afterMs: number): void
}

export interface Fault {
  peer: PeerId
  code: string
}

export interface TestNodeInit {
  rooms: readonly RoomId[]
  random: Random
  /** What it has from the start. */
  held: HeldBlocks
}

export class TestNode {
  readonly key: PeerId
  readonly held: HeldBlocks
  readonly machine: EnsureMapMachine
  readonly events: EnsureMapEvent[] = []
  readonly faults: Fault[] = []
  /** Records that it sent. */
  readonly sent: { to: PeerId; record: EnsureMapRecord }[] = []
  /** Changes what it sends, if it is not honest. */
  tamper: (to: PeerId, record: EnsureMapRecord) => EnsureMapRecord[] = (_to, record) => [record]
  timersSet = 0
  /** Whether its rooms decide at once about documents; otherwise the test does. */
  isValidating = true
  readonly #outside: Outside
  /** Peers that were asked for a block and have not answered. */
  readonly #asked = new Map<BlockId, Set<PeerId>>()
  readonly #askedOf = new Map<PeerId, number>()
  readonly #unreportedBytes = new Map<PeerId, number>()
  readonly #sentBytes = new Map<PeerId, number>()

  constructor(key: PeerId, outside: Outside, { rooms, random, held }: TestNodeInit) {
    this.key = key
    this.held = held
    this.#outside = outside
    this.machine = new EnsureMapMachine({ ports: this.held.ports, random })
    for (const room of rooms) this.command({ type: 'open', room })
  }

  command(command: EnsureMapCommand): void {
    this.handle({ type: 'command', command })
  }

  ensure(scope: Scope, { id }: Block, more: { pinned?: boolean; maxBytes?: number; job?: string } = {}): void {
    this.command({ type: 'ensure', room: scope, id, pinned: false, addedAtMs: 0, ...more })
  }

  release(scope: Scope, { id }: Block): void {
    this.command({ type: 'release', room: scope, id })
  }

  /** Documents arrived, by gossip by default, and are accepted or wait for their ancestors. */
  receive(room: RoomId, from: PeerId, documents: readonly Document[], isPatient = false): void {
    this.#takeDocuments(room, from, documents, isPatient, false)
  }

  peerUp(peer: PeerId): void {
    this.#sentBytes.set(peer, 0)
    this.#unreportedBytes.set(peer, 0)
    this.handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES })
  }

  peerDown(peer: PeerId): void {
    for (const peers of this.#asked.values()) peers.delete(peer)
    this.#askedOf.delete(peer)
    this.handle({ type: 'peer-down', peer })
  }

  /** Takes a frame from the wire. */
  read(from: PeerId, frame: Uint8Array): void {
    this.hear(from, ...decodeFrame(frame))
  }

  /** Takes the records of one frame. */
  hear(from: PeerId, ...records: EnsureMapRecord[]): void {
    for (const record of records) this.#hear(from, record)
    this.handle({ type: 'records', from, records })
  }

  handle(input: EnsureMapInput): void {
    // What was not reported for long counts as received.
    if (input.type === 'timer' && input.timer.type === 'unreported') this.#unreportedBytes.set(input.timer.peer, 0)
    const outbox = new Map<PeerId, EnsureMapRecord[]>()
    this.#execute(this.machine.handle(input, this.#outside.nowMs()), outbox)
    for (const [to, records] of outbox) {
      for (const frame of encodeFrames(records.flatMap((record) => this.tamper(to, record)))) {
        this.#outside.send(this.key, to, frame)
      }
    }
  }

  /** What it has sent since the last call. */
  takeSent(): { to: PeerId; record: EnsureMapRecord }[] {
    return this.sent.splice(0)
  }

  /** How many blocks a peer is asked for now. */
  askedOf(peer: PeerId): number {
    return this.#askedOf.get(peer) ?? 0
  }

  /** Peers that are asked for a block now. */
  askedFor({ id }: { id: BlockId }): PeerId[] {
    return [...(this.#asked.get(id) ?? [])]
  }

  /** What was sent to a peer so far. */
  sentTo<Type extends EnsureMapRecord['type']>(to: PeerId, type: Type): (EnsureMapRecord & { type: Type })[] {
    const records = this.sent.flatMap(({ to: receiver, record }) => (receiver === to ? [record] : []))
    return records.filter((record): record is EnsureMapRecord & { type: Type } => record.type === type)
  }

  idsSentTo(to: PeerId, type: 'want' | 'cancel' | 'have' | 'dont-have'): BlockId[] {
    return this.sentTo(to, type).flatMap((record) => ('ids' in record ? record.ids : []))
  }

  /** What became of roots, in order. */
  get ended(): string[] {
    return this.events.flatMap((event) => (event.type === 'ensured' ? [event.root.failure ?? event.root.state] : []))
  }

  #execute(effects: readonly EnsureMapEffect[], outbox: Map<PeerId, EnsureMapRecord[]>): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'persist':
          this.#checkWritten(effect.write)
          this.held.apply(effect.write)
          break
        case 'send':
          this.#checkSent(effect.to, effect.record)
          this.sent.push(effect)
          if (outbox.get(effect.to)?.push(effect.record) === undefined) outbox.set(effect.to, [effect.record])
          break
        case 'emit':
          this.events.push(effect.event)
          this.#happened(effect.event, outbox)
          break
        case 'timer':
          this.timersSet++
          this.#outside.setTimer(effect.timer, effect.afterMs)
          break
        case 'misbehaviour':
          if (effect.reason.fatal) throw new Error(`a stream is to be closed for ${effect.reason.code}`)
          this.faults.push({ peer: effect.peer, code: effect.reason.code })
      }
    }
  }

  #happened(event: EnsureMapEvent, outbox: Map<PeerId, EnsureMapRecord[]>): void {
    if (event.type !== 'documents' || !this.isValidating) return
    const documents = event.blocks.map(decodeDocument)
    for (const command of this.#validate(event.room, event.from, documents, false, true)) {
      this.#execute(this.machine.handle({ type: 'command', command }, this.#outside.nowMs()), outbox)
    }
  }

  #takeDocuments(
    room: RoomId,
    from: PeerId,
    documents: readonly Document[],
    isPatient: boolean,
    isFetched: boolean,
  ): void {
    for (const command of this.#validate(room, from, documents, isPatient, isFetched)) this.command(command)
  }

  /** What the room does with documents: accepts those whose ancestors are here, and keeps the others pending. */
  *#validate(
    room: RoomId,
    from: PeerId,
    documents: readonly Document[],
    isPatient: boolean,
    isFetched: boolean,
  ): Generator<EnsureMapCommand> {
    for (const document of documents) {
      if (!this.held.documents.has(document.id)) this.held.pending.set(document.id, document)
    }
    const accepted: Document[] = []
    for (let next = this.#acceptable(); next !== undefined; next = this.#acceptable()) {
      this.held.accept([next])
      accepted.push(next)
    }
    if (accepted.length > 0) yield { type: 'stored', room, ids: accepted.map(({ id }) => id) }
    // As a node says it: all that are durable and were not accepted just now, including those that were here.
    const pending = documents.map(({ id }) => id).filter((id) => !accepted.some((document) => document.id === id))
    if (isFetched) yield { type: 'validated', room, from, pending, refused: [] }
    const ids = [...new Set(pending.flatMap((id) => this.#missingFor(id)))]
    if (ids.length > 0) yield { type: 'missing', room, ids, from, isPatient }
  }

  #acceptable(): Document | undefined {
    const pending = [...this.held.pending.values()]
    return pending.find(({ parents }) => parents.every((id) => this.held.documents.has(id)))
  }

  #missingFor(id: DocumentId): DocumentId[] {
    const { documents, pending } = this.held
    return (pending.get(id)?.parents ?? []).filter((parent) => !documents.has(parent) && !pending.has(parent))
  }

  #hear(from: PeerId, record: EnsureMapRecord): void {
    if (record.type === 'received') {
      const unreportedBytes = (this.#sentBytes.get(from) ?? 0) - record.sizeBytes
      this.#unreportedBytes.set(from, Math.min(unreportedBytes, this.#unreportedBytes.get(from) ?? 0))
    } else if (record.type === 'block') this.#answered(from, record.id)
    else if (record.type === 'dont-have') for (const id of record.ids) this.#answered(from, id)
  }

  #answered(peer: PeerId, id: BlockId): void {
    if (this.#asked.get(id)?.delete(peer) === true) this.#askedOf.set(peer, (this.#askedOf.get(peer) ?? 0) - 1)
  }

  #checkWritten(write: (EnsureMapEffect & { type: 'persist' })['write']): void {
    if (write.type !== 'put-block') return
    if (blockIdOf(codecOf(write.id), write.block) !== write.id) throw new Error('a block under the id of another')
    if (this.held.blocks.has(write.id)) throw new Error('a block is written that is here')
  }

  #checkSent(to: PeerId, record: EnsureMapRecord): void {
    if (record.type === 'want') for (const id of record.ids) this.#checkAsked(to, id)
    else if (record.type === 'cancel') for (const id of record.ids) this.#answered(to, id)
    else if (record.type === 'block') {
      this.#sentBytes.set(to, (this.#sentBytes.get(to) ?? 0) + record.data.length)
      const unreportedBytes = (this.#unreportedBytes.get(to) ?? 0) + record.data.length
      this.#unreportedBytes.set(to, unreportedBytes)
      if (unreportedBytes > CREDIT_BYTES + MAX_BLOCK_BYTES + MAX_ANCESTOR_BYTES) {
        throw new Error(`${unreportedBytes} bytes to ${to} that it did not report`)
      }
    }
  }

  #checkAsked(peer: PeerId, id: BlockId): void {
    if (this.held.blocks.has(id)) throw new Error('a block is asked for that is here')
    const peers = this.#asked.get(id) ?? new Set()
    this.#asked.set(id, peers)
    if (peers.has(peer)) throw new Error(`${peer} is asked twice`)
    peers.add(peer)
    if (peers.size > MAX_ASKED_PEERS) throw new Error(`${peers.size} peers are asked for one block`)
    const count = (this.#askedOf.get(peer) ?? 0) + 1
    this.#askedOf.set(peer, count)
    if (count > MAX_ASKED) throw new Error(`${count} blocks are asked of one peer`)
  }
}

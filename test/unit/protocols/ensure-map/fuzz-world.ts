/**
 * An ensure-map machine among peers that follow no rules: every input is random, most of them close to
 * what could really happen. After each input, everything that must always hold is checked. At the end a
 * peer that has everything connects, and nothing may be left undone.
 */
import { encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import { MAX_BAD_BLOCKS, SILENT_MS } from '../../../../protocols/ensure-map/constants.ts'
import { EnsureMapMachine } from '../../../../protocols/ensure-map/machine.ts'
import type { EnsureMapCommand, EnsureMapEvent, EnsureMapInput } from '../../../../protocols/ensure-map/ports.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { pick, randomInteger, seededRandom } from '../../../../src/simulate/random.ts'
import { changedSomewhere } from '../fuzz-seeds.ts'
import { FuzzModel, keyOf } from './fuzz-model.ts'
import { decodeOrNothing, describe, FuzzRecords } from './fuzz-records.ts'
import { KnownBlocks, type KnownDocument } from './known-blocks.ts'

const PEERS = ['a', 'b', 'x', 'z'] as PeerId[]
const HELPER = 'helper' as PeerId

const HOUR_MS = 3_600_000

export class FuzzWorld {
  readonly #random: Random
  readonly #known: KnownBlocks
  readonly #model: FuzzModel
  readonly #records: FuzzRecords
  readonly #machine: EnsureMapMachine
  /** Who answers everything at the end: a peer that was there before, or a new one. */
  #helper = HELPER
  /** A description of the last input, for failure reports. */
  lastInput = 'none'

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#known = new KnownBlocks(this.#random)
    this.#model = new FuzzModel(this.#known)
    this.#records = new FuzzRecords(this.#random, this.#known, this.#model)
    this.#machine = new EnsureMapMachine({ ports: this.#model.ports, random: this.#random })
    for (const room of this.#known.rooms) {
      for (const { id } of this.#known.documents(room)) if (this.#chance(0.4)) this.#model.accepted.add(id)
      if (this.#chance(0.9)) this.#open(room)
    }
    for (const peer of PEERS) {
      if (this.#chance(0.2)) continue
      this.#peerUp(peer)
      for (const room of this.#model.open) if (this.#chance(0.8)) this.#meet(room, peer)
    }
  }

  get sentBytes(): number {
    return this.#model.sentBytes
  }

  /** How many of the ensured roots are complete. */
  get complete(): number {
    return [...this.#model.rows.values()].filter(({ state }) => state === 'complete').length
  }

  /** Feeds one random input and what follows from it. */
  step(): void {
    const kind = this.#random()
    if (kind < 0.5) this.#receiveRecords(pick(this.#random, PEERS))
    else if (kind < 0.55) this.#receiveMutatedFrame(pick(this.#random, PEERS))
    else if (kind < 0.7) this.#passTime()
    else if (kind < 0.72) this.#comeOrGo(pick(this.#random, PEERS))
    else this.#anyCommand()
    for (const { room, id } of this.#model.rows.values()) {
      const progress = this.#machine.progress(room, id, this.#model.nowMs)
      if (progress !== undefined && !(progress.have <= progress.known)) throw new Error('more is here than is needed')
    }
  }

  /** Without further input, the remaining work goes on at a low rate. */
  comeToRest(): void {
    this.#runTimers(HOUR_MS / 2)
    const before = this.#model.sentBytes
    const ancestors = [...this.#model.missing.values()].reduce((sum, { size }) => sum + size, 0)
    const wants = this.#missingNow().size + ancestors
    const count = this.#runTimers(HOUR_MS)
    // What nobody answers is requested from each peer again every ten minutes, and silence is checked.
    const maxTimers = 20 + 8 * wants + (PEERS.length * HOUR_MS) / SILENT_MS
    if (count > maxTimers) throw new Error(`${count} timers in an hour without input, of at most ${maxTimers}`)
    const maxBytes = 8 * wants * PEERS.length * 400
    const bytes = this.#model.sentBytes - before
    if (bytes > maxBytes) throw new Error(`${bytes} bytes in an hour without input, of at most ${maxBytes}`)
  }

  /** Whatever happened before, everything that is ensured arrives once a peer has it. */
  beHelped(): void {
    this.#command({ type: 'pause', isPaused: false })
    const honest = [...this.#model.peers].flatMap(([peer, { lies }]) => (lies < MAX_BAD_BLOCKS ? [peer] : []))
    this.#helper = honest.length > 0 && this.#chance(0.5) ? pick(this.#random, honest) : HELPER
    for (const peer of [...this.#model.peers.keys()]) if (peer !== this.#helper) this.#peerDown(peer)
    for (const room of this.#known.rooms) if (!this.#model.open.has(room)) this.#open(room)
    for (const id of [...this.#model.pending]) this.#accept([this.#document(id)])
    if (this.#helper === HELPER) this.#peerUp(HELPER)
    for (const room of this.#model.open) this.#meet(room, this.#helper)
    for (let i = 0; i < 1_000 && this.#missingNow().size > 0; i++) if (!this.#help()) this.#runTimers(60_000)
    const left = [...this.#model.rows.values()].filter(({ state }) => state === 'searching')
    if (left.length > 0) throw new Error(`${left.length} are not complete: ${left[0]?.id}`)
  }

  /** Once everything is released, nothing is left to do. */
  end(): void {
    for (const { room, id } of [...this.#model.rows.values()]) {
      if (room === undefined) this.#command({ type: 'release', room, id })
    }
    for (const room of [...this.#model.open]) this.#close(room)
    for (const peer of [...this.#model.peers.keys()]) this.#peerDown(peer)
    const before = this.#model.sentBytes
    this.#runTimers(HOUR_MS)
    if (this.#model.timers.length > 0)
      throw new Error(`timers go on: ${this.#model.timers.map(({ timer }) => keyOf(timer)).join()}`)
    if (this.#model.sentBytes > before) throw new Error('something was sent to nobody')
    if (this.#machine.searching > 0) throw new Error('roots of nobody are fetched')
  }

  /** Roots that are being fetched. */
  #missingNow(): Set<BlockId> {
    const roots = [...this.#model.rows.values()].filter(({ room, state }) => {
      return state === 'searching' && (room === undefined || this.#model.open.has(room))
    })
    return new Set(roots.flatMap(({ id }) => this.#known.closure(id).map((each) => each.id)))
  }

  /** The helper answers what it was asked for; false if that was nothing. */
  #help(): boolean {
    const { asks } = this.#model.peers.get(this.#helper)!
    const topic = topicKeyOf(this.#known.rooms[0]!)
    const records = [...asks].map((id): EnsureMapRecord => ({
      type: 'block',
      topic,
      id,
      data: this.#known.get(id)!.data,
    }))
    if (records.length > 0) this.#receive(this.#helper, records)
    return records.length > 0
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #upTo(max: number): number {
    return randomInteger(this.#random, 0, max)
  }

  #comeOrGo(peer: PeerId): void {
    if (this.#model.peers.has(peer)) this.#peerDown(peer)
    else this.#peerUp(peer)
  }

  #peerUp(peer: PeerId): void {
    const creditBytes = pick(this.#random, [0, 100_000, 1_000_000, Number.MAX_SAFE_INTEGER])
    this.#model.peers.set(peer, {
      ...{ creditBytes, asks: new Set(), ended: new Set(), wanted: new Set(), absent: new Set() },
      ...{ sentBytes: 0, reportedBytes: 0, receivedBytes: 0, lies: 0 },
    })
    this.#handle({ type: 'peer-up', peer, creditBytes })
  }

  #peerDown(peer: PeerId): void {
    this.#model.peers.delete(peer)
    this.#handle({ type: 'peer-down', peer })
  }

  #open(room: RoomId): void {
    this.#model.open.add(room)
    this.#command({ type: 'open', room })
  }

  #close(room: RoomId): void {
    this.#model.open.delete(room)
    this.#model.neighbours.delete(room)
    this.#model.missing.delete(room)
    this.#command({ type: 'close', room })
  }

  #meet(room: RoomId, peer: PeerId): void {
    this.#model.neighbours.set(room, (this.#model.neighbours.get(room) ?? new Set()).add(peer))
    this.#command({ type: 'neighbour', room, peer })
  }

  #anyCommand(): void {
    const room = pick(this.#random, this.#known.rooms)
    const peer = pick(this.#random, PEERS)
    const isOpen = this.#model.open.has(room)
    switch (this.#upTo(14)) {
      case 0:
        if (!isOpen) return this.#open(room)
        return this.#chance(0.2) ? this.#close(room) : undefined
      case 1:
        this.#model.neighbours.get(room)?.delete(peer)
        return this.#command({ type: 'neighbour-left', room, peer })
      case 2:
        return this.#command({ type: 'pause', isPaused: this.#chance(0.2) })
      case 3:
        if (!this.#model.unshared.delete(room + peer)) this.#model.unshared.add(room + peer)
        return
      case 4:
        return this.#changeRoot()
      case 5:
        return this.#add()
      case 6:
      case 7:
        return isOpen ? this.#miss(room) : undefined
      case 8:
        return isOpen ? this.#accept([this.#known.makeDocument(room)]) : undefined
      case 9:
      case 10:
        return isOpen ? this.#meet(room, peer) : undefined
      default:
        return this.#ensure(isOpen && this.#chance(0.8) ? room : undefined)
    }
  }

  #ensure(room: RoomId | undefined): void {
    const limit = this.#chance(0.2) ? { maxBytes: this.#upTo(5_000) } : {}
    const job = this.#chance(0.1) ? { job: pick(this.#random, ['one', 'two']) } : {}
    const { id } = this.#known.any()
    this.#command({
      type: 'ensure',
      room,
      id,
      pinned: this.#chance(0.5),
      addedAtMs: this.#upTo(5_000),
      ...limit,
      ...job,
    })
  }

  #changeRoot(): void {
    const rows = [...this.#model.rows.values()].filter(({ room }) => room === undefined || this.#model.open.has(room))
    if (rows.length === 0) return
    const { room, id, jobs } = pick(this.#random, rows)
    const [job = 'none'] = jobs
    this.#command(
      pick<EnsureMapCommand>(this.#random, [
        { type: 'release', room, id },
        { type: 'unpin', room, id },
        { type: 'job-done', room, id, job },
      ]),
    )
  }

  /** Blocks arrive in another way. */
  #add(): void {
    const added = Array.from({ length: this.#upTo(3) }, () => this.#known.anyBlock())
    for (const { id, data } of added) this.#model.blocks.set(id, data)
    this.#command({ type: 'added', ids: added.map(({ id }) => id) })
  }

  /** Documents wait for others. */
  #miss(room: RoomId): void {
    const { accepted, pending, missing } = this.#model
    const documents = this.#known.documents(room).filter(({ id }) => !accepted.has(id) && !pending.has(id))
    const ids = documents.filter(() => this.#chance(0.3)).map(({ id }) => id)
    const from = this.#chance(0.5) ? pick(this.#random, PEERS) : undefined
    missing.set(room, new Set([...(missing.get(room) ?? []), ...ids]))
    this.#command({ type: 'missing', room, ids, from, isPatient: this.#chance(0.5) })
  }

  #document(id: BlockId): KnownDocument {
    const document = this.#known.document(id)
    if (document === undefined) throw new Error(`${id} is no document`)
    return document
  }

  #accept(documents: readonly KnownDocument[]): void {
    for (const room of this.#known.rooms) {
      const ids = documents.filter((document) => document.room === room).map(({ id }) => id)
      for (const id of ids) {
        this.#model.accepted.add(id)
        this.#model.pending.delete(id)
      }
      if (ids.length > 0 && this.#model.open.has(room)) this.#command({ type: 'stored', room, ids })
    }
  }

  /** What a room does with requested documents. */
  #validate({ room, from, blocks }: EnsureMapEvent & { type: 'documents' }): void {
    const documents = blocks.map((block) => this.#document(blockIdOf('dag-cbor', block)))
    const kinds = documents.map(() => (from === this.#helper ? 0 : this.#random()))
    const accepted = documents.filter((_, index) => kinds[index]! < 0.7)
    const pending = documents.filter(
      ({ id }, index) => kinds[index]! >= 0.7 && kinds[index]! < 0.9 && !this.#model.accepted.has(id),
    )
    const refused = documents.filter((_, index) => kinds[index]! >= 0.9)
    for (const { id } of pending) this.#model.pending.add(id)
    const ids = (of: readonly KnownDocument[]) => of.map(({ id }) => id)
    this.#accept(accepted)
    this.#command({ type: 'validated', room, from, pending: ids(pending), refused: ids(refused) })
  }

  /** Lets time pass, to the next timer or further. */
  #passTime(): void {
    this.#runTimers(pick(this.#random, [0, 1, 500, 1_000, 5_000, 31_000, 700_000]), 200)
  }

  /** Runs the timers that are due within a time; returns how many. */
  #runTimers(durationMs: number, maxTimers = 100_000): number {
    const endMs = this.#model.nowMs + durationMs
    for (let count = 0; count < maxTimers; count++) {
      const next = this.#model.takeTimer(endMs)
      if (next === undefined) {
        this.#model.nowMs = endMs
        return count
      }
      if (next.timer.type === 'unreported') this.#model.forgive(next.timer.peer)
      this.#handle({ type: 'timer', timer: next.timer })
    }
    return maxTimers
  }

  #receiveRecords(from: PeerId): void {
    const records = Array.from({ length: 1 + this.#upTo(3) }, () => this.#records.any(from))
    if (this.#chance(0.02)) records.push(...this.#records.manyWants())
    // Sometimes a repeated timer, which after the first time means nothing any more.
    if (this.#chance(0.05)) records.push(...Array.from({ length: 100 }, () => records[0]!))
    this.#receive(from, records)
  }

  #receiveMutatedFrame(from: PeerId): void {
    for (const frame of encodeFrames([this.#records.any(from), this.#records.any(from)])) {
      if (frame.length > 100_000) continue
      const records = decodeOrNothing(changedSomewhere(frame, this.#random))
      if (records.length > 0) this.#receive(from, records)
    }
  }

  #receive(from: PeerId, records: readonly EnsureMapRecord[]): void {
    this.#model.hear(from, records)
    this.#handle({ type: 'records', from, records })
  }

  #command(command: EnsureMapCommand): void {
    this.#handle({ type: 'command', command })
  }

  #handle(input: EnsureMapInput): void {
    this.lastInput = describe(input)
    const effects = this.#machine.handle(input, this.#model.nowMs)
    this.#model.take(effects)
    for (const effect of effects) {
      if (effect.type === 'emit' && effect.event.type === 'documents') this.#validate(effect.event)
    }
  }
}

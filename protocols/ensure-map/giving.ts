/** What one peer asked of us: answered by priority, within what it takes unacknowledged. */
import TinyQueue from 'tinyqueue'
import type { BlockId, DocumentId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import { compareDocumentIds, parseDocumentId } from '../wire/ids.ts'
import type { Position } from '../wire/order.ts'
import {
  GIVE_STEPS,
  MAX_ANCESTOR_BYTES,
  MAX_ANCESTORS,
  MAX_CREDIT_BYTES,
  MAX_INTERESTS,
  MAX_QUEUED_WANTS,
  MIN_CREDIT_BYTES,
} from './constants.ts'
import type { EnsureMapPorts } from './ports.ts'
import { idsRecords, type BlockRecord, type EnsureMapRecord, type WantRecord } from './records.ts'

/** A look-up, and reading the block. */
const STEPS_OF_BLOCK = 2

interface Wanted {
  topic: TopicKey
  id: BlockId
  priority: number
  order: number
  afterClock: number | undefined
}

/** The room of a topic, if the peer is given blocks there; `unproven`: perhaps, once it has proved to know the room. */
type Opening = { room: RoomId } | 'unproven' | 'absent'

/** The room that a topic names, where this node is in it. */
export type RoomOf = (topic: TopicKey) => RoomId | undefined

export interface GivingInit {
  peer: PeerId
  /** Tells this stream from those before. */
  session: number
  /** Bytes of blocks that the peer takes without saying that it has. */
  creditBytes: number
  ports: EnsureMapPorts
  roomOf: RoomOf
  /** Whether the peer proved to know a room. */
  isNeighbour: (room: RoomId) => boolean
  /** Whether the peer may ask for so many more blocks. */
  mayAsk: (count: number, nowMs: number) => boolean
}

/** What is given to one peer, while its stream is open. */
export class Giving {
  readonly session: number
  readonly #init: GivingInit
  readonly #creditBytes: number
  readonly #queue = new TinyQueue<Wanted>([], (a, b) => b.priority - a.priority || a.order - b.order)
  /** What is asked for and was not cancelled, by topic and id. */
  readonly #wanted = new Map<string, Wanted>()
  /** Asked for in a room that the peer has not proved to know yet: its proof may be on its way. */
  readonly #unproven = new Map<string, Wanted>()
  /** Asked for and not here, oldest first. */
  readonly #interests = new Set<string>()
  #orders = 0
  #sentBytes = 0
  #receivedBytes = 0
  /** What had been received when sending had to stop. */
  #heldBackAt: number | undefined

  constructor(init: GivingInit) {
    this.#init = init
    this.session = init.session
    this.#creditBytes = Math.min(Math.max(init.creditBytes, MIN_CREDIT_BYTES), MAX_CREDIT_BYTES)
  }

  /** Blocks that the peer asked for and that were not answered. */
  get awaitedCount(): number {
    return this.#wanted.size
  }

  /** Whether the peer asked for something that was not here. */
  get isWaiting(): boolean {
    return this.#interests.size > 0
  }

  /** Notes what the peer asks for; says what it does wrong. */
  want({ topic, ids, priority, afterClock }: WantRecord, nowMs: number): string | undefined {
    const queued = this.#queue.length + this.#unproven.size
    if (!this.#init.mayAsk(ids.length, nowMs) || queued + ids.length > MAX_QUEUED_WANTS) return 'want-flood'
    for (const id of ids) {
      const wanted = { topic, id, priority, afterClock, order: this.#orders++ }
      this.#wanted.set(keyOf(topic, id), wanted)
      this.#queue.push(wanted)
    }
    return undefined
  }

  cancel(topic: TopicKey, ids: readonly BlockId[]): void {
    for (const id of ids) {
      const key = keyOf(topic, id)
      this.#wanted.delete(key)
      this.#unproven.delete(key)
      this.#interests.delete(key)
    }
  }

  /** The peer has taken so many bytes of blocks since the stream was opened; false where that were more than were sent. */
  received(sizeBytes: number): boolean {
    if (sizeBytes > this.#sentBytes) return false
    this.#receivedBytes = Math.max(this.#receivedBytes, sizeBytes)
    return true
  }

  /** The peer has proved to know a room: what it asked for there can be answered. */
  proven(): void {
    for (const wanted of this.#unproven.values()) this.#queue.push(wanted)
    this.#unproven.clear()
  }

  /** Whether `unreported` is to be called after a while: more is asked for than the peer takes unreported. */
  holdsBack(): boolean {
    const isHeldBack = this.#queue.length > 0 && this.#sentBytes - this.#receivedBytes >= this.#creditBytes
    if (!isHeldBack || this.#heldBackAt !== undefined) return false
    this.#heldBackAt = this.#receivedBytes
    return true
  }

  /** Forgets what was sent where nothing was heard of it since: a report that went missing does not end everything. */
  unreported(): void {
    if (this.#heldBackAt === this.#receivedBytes) this.#receivedBytes = this.#sentBytes
    this.#heldBackAt = undefined
  }

  /** Whether there is something to answer that the peer takes now. */
  get canAnswer(): boolean {
    return this.#queue.length > 0 && this.#sentBytes - this.#receivedBytes < this.#creditBytes
  }

  /** Answers as far as the peer takes it, and as one input may cost. */
  pump(): EnsureMapRecord[] {
    const records: EnsureMapRecord[] = []
    const absent = new Map<TopicKey, BlockId[]>()
    /** Documents that leave with those asked for: many of these may have the same ancestors. */
    const along = new Set<BlockId>()
    const openings = new Map<TopicKey, Opening>()
    // Each answer is looked up, and each block that leaves, also along with others, is read and hashed.
    let steps = 0
    while (steps < GIVE_STEPS && this.#sentBytes - this.#receivedBytes < this.#creditBytes) {
      const wanted = this.#queue.pop()
      if (wanted === undefined) break
      const key = keyOf(wanted.topic, wanted.id)
      if (this.#wanted.get(key) !== wanted) continue
      const answer = along.has(wanted.id) ? [] : this.#answer(wanted, openings, along)
      if (answer === 'unproven') {
        this.#unproven.set(key, wanted)
        continue
      }
      this.#wanted.delete(key)
      steps += answer === 'absent' ? 1 : Math.max(1, STEPS_OF_BLOCK * answer.length)
      if (answer === 'absent') append(absent, wanted.topic, wanted.id)
      else for (const record of answer) records.push(record)
    }
    for (const [topic, ids] of absent) records.push(...idsRecords('dont-have', topic, ids))
    return records
  }

  /** Those of some blocks that came into a room which the peer asked for before. */
  awaited(topic: TopicKey, ids: readonly BlockId[]): BlockId[] {
    return ids.filter((id) => this.#interests.delete(keyOf(topic, id)))
  }

  #answer(
    wanted: Wanted,
    openings: Map<TopicKey, Opening>,
    along: Set<BlockId>,
  ): BlockRecord[] | 'absent' | 'unproven' {
    const opening = openings.get(wanted.topic) ?? this.#openingOf(wanted.topic)
    openings.set(wanted.topic, opening)
    if (typeof opening === 'string') return opening
    const { ports } = this.#init
    const { room } = opening
    const block = ports.given(room, wanted.id)
    if (block === undefined) {
      this.#interested(wanted)
      return 'absent'
    }
    const records = [this.#blockRecord(wanted.topic, wanted.id, block)]
    const document = wanted.afterClock === undefined ? undefined : parseDocumentId(wanted.id)
    if (document === undefined || wanted.afterClock === undefined) return records
    return [...records, ...this.#ancestors(wanted.topic, room, document, wanted.afterClock, along)]
  }

  #openingOf(topic: TopicKey): Opening {
    const { ports, peer, roomOf, isNeighbour } = this.#init
    const room = roomOf(topic)
    if (room === undefined) return 'absent'
    if (!isNeighbour(room)) return 'unproven'
    return ports.isGiving(room, peer) ? { room } : 'absent'
  }

  /** Ancestors of a document with a larger clock, the newest first, and not those that leave already. */
  #ancestors(topic: TopicKey, room: RoomId, of: DocumentId, afterClock: number, along: Set<BlockId>): BlockRecord[] {
    const { ports } = this.#init
    const records: BlockRecord[] = []
    const seen = new Set<DocumentId>()
    const found = new TinyQueue<Position>([], (a, b) => b.clock - a.clock || compareDocumentIds(a.id, b.id))
    const visit = (id: DocumentId): void => {
      for (const ancestor of ports.ancestors(id)) {
        if (ancestor.clock <= afterClock || seen.has(ancestor.id) || along.has(ancestor.id)) continue
        seen.add(ancestor.id)
        found.push(ancestor)
      }
    }
    along.add(of)
    visit(of)
    let sizeBytes = 0
    for (let next = found.pop(); next !== undefined && records.length < MAX_ANCESTORS; next = found.pop()) {
      const block = ports.given(room, next.id)
      if (block === undefined || sizeBytes + block.length > MAX_ANCESTOR_BYTES) break
      sizeBytes += block.length
      records.push(this.#blockRecord(topic, next.id, block))
      along.add(next.id)
      visit(next.id)
    }
    return records
  }

  #blockRecord(topic: TopicKey, id: BlockId, data: Uint8Array): BlockRecord {
    this.#sentBytes += data.length
    return { type: 'block', topic, id, data }
  }

  #interested({ topic, id }: Wanted): void {
    this.#interests.add(keyOf(topic, id))
    if (this.#interests.size <= MAX_INTERESTS) return
    const [oldest] = this.#interests
    if (oldest !== undefined) this.#interests.delete(oldest)
  }
}

function keyOf(topic: TopicKey, id: BlockId): string {
  return `${topic}/${id}`
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

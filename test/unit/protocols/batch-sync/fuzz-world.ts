/**
 * A batch-sync machine among peers that follow no rules: every input is random, most of them close to
 * what could really happen. After each input, everything that must always hold is checked.
 */
import { encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import { MAX_IDS, MAX_RECONCILE_MS, RESEND_BYTES, SALT_BYTES } from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncEvent, BatchSyncInput, BatchSyncTimer, Sharing } from '../../../../protocols/batch-sync/ports.ts'
import { answerRanges, openRanges } from '../../../../protocols/batch-sync/reconcile.ts'
import type { BatchSyncRecord, RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import type { DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { pick, randomInteger, seededRandom } from '../../../../src/simulate/random.ts'
import { FuzzModel, idIn, keyOf, ROOMS, type PendingTimer } from './fuzz-model.ts'
import { blockOf, decodeOrNothing, describe, type Known } from './fuzz-records.ts'
import { HeldDocuments, idOf, standing } from './held-documents.ts'

const SELF = 'm' as PeerId
/** One sorts before this node and one after, because the order of ids decides who begins. */
const PEERS = ['a', 'b', 'x', 'z'] as PeerId[]

const HOUR_MS = 3_600_000

export class FuzzWorld {
  readonly #random: Random
  readonly #model = new FuzzModel()
  readonly #machine: BatchSyncMachine
  readonly #known = new Map<RoomId, Known[]>(ROOMS.map((room) => [room, []]))
  readonly #knownHeads = new Map<RoomId, Known[]>()
  readonly #byId = new Map<DocumentId, Known>()
  readonly #oldTimers: BatchSyncTimer[] = []
  #sessions = 0
  /** A description of the last input, for failure reports. */
  lastInput = 'none'

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#machine = new BatchSyncMachine({ self: SELF, ports: this.#model.ports, random: this.#random })
    for (const room of ROOMS) {
      const count = this.#chance(0.15) ? 3_000 : this.#upTo(80)
      for (let i = 0; i < count; i++) this.#makeDocument(room)
      for (const document of this.#knownIn(room)) if (this.#chance(0.6)) this.#hold(document)
      if (this.#chance(0.9)) this.#handle({ type: 'command', command: { type: 'open', room } })
    }
    for (const peer of PEERS) {
      if (this.#chance(0.2)) continue
      this.#peerUp(peer)
      for (const room of this.#model.open) if (this.#chance(0.8)) this.#tellNeighbour(room, peer)
    }
  }

  get sentBytes(): number {
    return this.#model.sentBytes
  }

  /** Feeds one random input and what follows from it. */
  step(): void {
    const kind = this.#random()
    if (kind < 0.55) this.#receiveRecords(this.#anySender())
    else if (kind < 0.6) this.#receiveMutatedFrame(this.#anySender())
    else if (kind < 0.8) this.#passTime()
    else if (kind < 0.82) this.#comeOrGo(pick(this.#random, PEERS))
    else this.#command()
  }

  /** Without further input, the remaining work ends or goes on at a low rate. */
  comeToRest(): void {
    this.#runTimersFor(HOUR_MS / 2, Infinity)
    const before = this.#model.sentBytes
    const neighbourhoods = PEERS.reduce((sum, peer) => sum + this.#model.sharedRooms(peer).size, 0)
    const wanted = [...this.#model.peers.values()].reduce((sum, { requested }) => sum + requested.size, 0)
    const resends = 60 * this.#model.peers.size
    // An open request is repeated every minute; ranges are compared again every ten minutes.
    const maxTimers = resends + 60 * wanted + neighbourhoods * (HOUR_MS / MAX_RECONCILE_MS) * 10
    const maxBytes = resends * 2 * RESEND_BYTES + 60 * wanted * 200 + neighbourhoods * 6 * 2_000_000
    const count = this.#runTimersFor(HOUR_MS, Infinity)
    if (count > maxTimers) throw new Error(`${count} timers in an hour without input, of at most ${maxTimers}`)
    const bytes = this.#model.sentBytes - before
    if (bytes > maxBytes) throw new Error(`${bytes} bytes in an hour without input, of at most ${maxBytes}`)
  }

  /** Once all peers are gone and all rooms are closed, nothing is left to do. */
  end(): void {
    for (const peer of [...this.#model.peers.keys()]) this.#peerDown(peer)
    for (const room of [...this.#model.open]) this.#closeRoom(room)
    const before = this.#model.sentBytes
    this.#runTimersFor(HOUR_MS, Infinity)
    const timers = [...this.#model.timers.keys()]
    if (timers.length > 0) throw new Error(`timers go on with nobody there: ${timers.join(', ')}`)
    if (this.#model.sentBytes > before) throw new Error('something was sent to nobody')
  }

  /** Mostly one that is a neighbour somewhere, since nothing is taken from others. */
  #anySender(): PeerId {
    const neighbours = PEERS.filter((peer) => this.#model.sharedRooms(peer).size > 0)
    return neighbours.length > 0 && this.#chance(0.95) ? pick(this.#random, neighbours) : pick(this.#random, PEERS)
  }

  #anyRoomOf(peer: PeerId): RoomId {
    const rooms = [...this.#model.sharedRooms(peer).keys()]
    return rooms.length > 0 && this.#chance(0.95) ? pick(this.#random, rooms) : pick(this.#random, ROOMS)
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #upTo(max: number): number {
    return randomInteger(this.#random, 0, max)
  }

  #some<Item>(items: readonly Item[], max: number): Item[] {
    return items.length === 0 ? [] : Array.from({ length: this.#upTo(max) }, () => pick(this.#random, items))
  }

  #knownIn(room: RoomId): Known[] {
    return this.#known.get(room) ?? []
  }

  #makeDocument(room: RoomId): Known {
    const heads = this.#knownHeads.get(room) ?? []
    const ancestors = this.#chance(0.1) ? heads.slice(-1) : heads.slice(-3)
    // Sometimes based on older documents, so that there is more than one head.
    if (this.#chance(0.05)) ancestors.splice(0, 2, ...this.#some(this.#knownIn(room).slice(-20), 1))
    const named = new Set(ancestors)
    const size = this.#random()
    const known: Known = {
      id: idOf(`${room} ${this.#knownIn(room).length}`),
      room,
      // Few distinct clocks, so that many are equal, but always after the ancestors.
      clock: 1 + ancestors.reduce((newest, { clock }) => Math.max(newest, clock), 0) + (this.#chance(0.1) ? 5 : 0),
      ancestors: [...named].map(({ id }) => id),
      sizeBytes: size < 0.8 ? 40 + this.#upTo(400) : size < 0.95 ? this.#upTo(20_000) + 32 : MAX_DOCUMENT_BYTES,
    }
    this.#knownIn(room).push(known)
    this.#knownHeads.set(room, [...heads.filter((head) => !named.has(head)), known])
    this.#byId.set(known.id, known)
    return known
  }

  #isHeld({ room, id }: Known): boolean {
    return this.#model.ports.has(room, id)
  }

  #hold({ id, room, clock, ancestors, sizeBytes }: Known): void {
    if (!this.#model.ports.has(room, id)) this.#model.ports.add(id, { room, clock, ancestors, sizeBytes })
  }

  #comeOrGo(peer: PeerId): void {
    if (this.#model.peers.has(peer)) this.#peerDown(peer)
    else this.#peerUp(peer)
  }

  #peerUp(peer: PeerId): void {
    const creditBytes = pick(this.#random, [0, 100_000, 1_000_000, Number.MAX_SAFE_INTEGER])
    const session = ++this.#sessions
    this.#model.peers.set(peer, { session, creditBytes, requested: new Set(), ranges: [] })
    this.#handle({ type: 'peer-up', peer, creditBytes })
  }

  #peerDown(peer: PeerId): void {
    this.#model.peers.delete(peer)
    this.#handle({ type: 'peer-down', peer })
  }

  #closeRoom(room: RoomId): void {
    this.#model.open.delete(room)
    for (const rooms of this.#model.neighbours.values()) rooms.delete(room)
    this.#forgetRequests((each) => each.startsWith(room))
    this.#handle({ type: 'command', command: { type: 'close', room } })
  }

  #forgetRequests(is: (requested: string) => boolean, of = [...this.#model.peers.values()]): void {
    for (const { requested } of of) for (const each of requested) if (is(each)) requested.delete(each)
  }

  #tellNeighbour(room: RoomId, peer: PeerId): void {
    const ids = this.#knownIn(room).map(({ id }) => id)
    const heads = this.#model.ports.heads(room).map(({ id }) => id)
    const frontier = this.#chance(0.2) ? [] : this.#chance(0.4) ? heads : this.#some(ids, 3)
    const refusesDocuments = this.#chance(0.1)
    // Room state says this only of rooms that are open here; its stream may be up before ours.
    if (!this.#model.open.has(room)) return
    const rooms = this.#model.neighbours.get(peer) ?? new Map<RoomId, { refusesDocuments: boolean }>()
    this.#model.neighbours.set(peer, rooms.set(room, { refusesDocuments }))
    const told = standing([...new Set(frontier)], refusesDocuments, this.#chance(0.2))
    this.#handle({ type: 'command', command: { type: 'neighbour', room, peer, ...told } })
  }

  #leave(room: RoomId, peer: PeerId): void {
    const model = this.#model.peers.get(peer)
    this.#model.neighbours.get(peer)?.delete(room)
    if (model !== undefined) this.#forgetRequests((each) => each.startsWith(room), [model])
    this.#handle({ type: 'command', command: { type: 'neighbour-left', room, peer } })
  }

  #command(): void {
    const room = pick(this.#random, ROOMS)
    const peer = pick(this.#random, PEERS)
    switch (this.#upTo(12)) {
      case 0:
        if (this.#model.open.has(room)) return this.#chance(0.2) ? this.#closeRoom(room) : undefined
        return this.#handle({ type: 'command', command: { type: 'open', room } })
      case 1:
        return this.#leave(room, peer)
      case 2:
      case 3:
        return this.#share(room, peer)
      case 4:
      case 5:
        return this.#write(room)
      case 6: {
        const ids = this.#knownIn(room)
          .filter((each) => this.#isHeld(each))
          .map(({ id }) => id)
        return this.#acknowledge(room, this.#some(ids, 20), peer)
      }
      default:
        return this.#tellNeighbour(room, peer)
    }
  }

  #share(room: RoomId, peer: PeerId): void {
    const policy = pick(this.#random, ['share', 'share', 'share', 'share', 'accept', 'none'] as const)
    const sharing: Sharing = { policy, mode: pick(this.#random, ['auto', 'batch', 'interactive'] as const) }
    this.#model.ports.setSharing(room, peer, sharing)
    if (policy === 'none') {
      const model = this.#model.peers.get(peer)
      if (model !== undefined) this.#forgetRequests((each) => each.startsWith(room), [model])
    }
    this.#handle({ type: 'command', command: { type: 'sharing-changed', room } })
  }

  /** Documents that are new here: written here, or arrived by gossip. */
  #write(room: RoomId): void {
    const documents = Array.from({ length: 1 + this.#upTo(this.#chance(0.05) ? 2_000 : 5) }, () => {
      return this.#makeDocument(room)
    })
    for (const document of documents) this.#hold(document)
    this.#stored(room, documents, pick(this.#random, ['self', 'gossip'] as const))
  }

  #stored(room: RoomId, documents: readonly Known[], from: PeerId | 'self' | 'gossip'): void {
    const ids = new Set(documents.map(({ id }) => room + id))
    this.#forgetRequests((each) => ids.has(each))
    const written = documents.map((each) => ({
      ...each,
      author: `author ${each.clock % 3}` as PeerId,
      seq: each.clock,
    }))
    this.#handle({ type: 'command', command: { type: 'stored', room, documents: written, from } })
  }

  #acknowledge(room: RoomId, ids: readonly DocumentId[], to: PeerId): void {
    this.#forgetRequests((each) => ids.some((id) => room + id === each))
    const hadBefore = this.#chance(0.5) ? ids : ids.filter(() => this.#chance(0.5))
    this.#handle({ type: 'command', command: { type: 'acknowledge', room, ids, hadBefore, to } })
  }

  /** Lets time pass, to the next timer or further; now and then old timers fire again. */
  #passTime(): void {
    if (this.#chance(0.1) && this.#oldTimers.length > 0) {
      const timer = pick(this.#random, this.#oldTimers)
      if (!this.#model.timers.has(keyOf(timer))) this.#handle({ type: 'timer', timer })
      return
    }
    this.#runTimersFor(pick(this.#random, [0, 1, 500, 1_000, 2_500, 61_000]), 200)
  }

  /** Runs the timers that are due within a time; returns how many. */
  #runTimersFor(durationMs: number, maxTimers: number): number {
    const endMs = this.#model.nowMs + durationMs
    for (let count = 0; count < maxTimers; count++) {
      const [key, next] = [...this.#model.timers].reduce<[string, PendingTimer | undefined]>(
        (first, [name, pending]) =>
          first[1] === undefined || pending.dueMs < first[1].dueMs ? [name, pending] : first,
        ['', undefined],
      )
      if (next === undefined || next.dueMs > endMs) {
        this.#model.nowMs = endMs
        return count
      }
      this.#model.timers.delete(key)
      this.#oldTimers.push(next.timer)
      this.#model.nowMs = Math.max(this.#model.nowMs, next.dueMs)
      this.#handle({ type: 'timer', timer: next.timer })
      if (count > 100_000) throw new Error(`timers without end: ${key}`)
    }
    return maxTimers
  }

  #receiveRecords(from: PeerId): void {
    const records = Array.from({ length: 1 + this.#upTo(2) }, () => this.#anyRecord(from))
    // Sometimes a repeated timer, which after the first time means nothing any more.
    if (this.#chance(0.05)) records.push(...Array.from({ length: 300 }, () => records[0]!))
    this.#handle({ type: 'records', from, records })
  }

  #receiveMutatedFrame(from: PeerId): void {
    for (const frame of encodeFrames([this.#anyRecord(from), this.#anyRecord(from)])) {
      const mutated = Uint8Array.from(frame)
      for (let i = this.#upTo(3); i >= 0; i--) mutated[this.#upTo(mutated.length - 1)] = this.#upTo(255)
      const records = decodeOrNothing(mutated)
      if (records.length > 0) this.#handle({ type: 'records', from, records })
    }
  }

  #anyRecord(from: PeerId): BatchSyncRecord {
    const room = this.#anyRoomOf(from)
    const topic = topicKeyOf(room)
    switch (this.#upTo(6)) {
      case 0: {
        const sent = this.#some(this.#knownIn(this.#chance(0.95) ? room : pick(this.#random, ROOMS)), 5)
        return { type: 'message', topic, blocks: sent.map((document) => blockOf(document)) }
      }
      case 1:
      case 2:
        return { type: 'ack', topic, ids: this.#anyIds(from, room), ...(this.#chance(0.7) && { hadBefore: true }) }
      case 3:
        return { type: 'offer', topic, ids: this.#anyIds(from, room) }
      case 4:
        return { type: 'request', topic, ids: this.#anyIds(from, room) }
      case 5: {
        const afterMs = pick(this.#random, [0, 1, 1_000, 59_000, Number.MAX_SAFE_INTEGER])
        return { type: 'defer', topic, ids: this.#anyIds(from, room), afterMs }
      }
      default:
        return this.#anyRanges(from, room)
    }
  }

  #anyIds(from: PeerId, room: RoomId): DocumentId[] {
    const kind = this.#random()
    if (kind < 0.45) {
      const progress = this.#machine.progress(room).find(({ peer }) => peer === from)
      return (progress?.inFlight ?? [])
        .filter(() => this.#chance(0.7))
        .map(({ id }) => id)
        .slice(0, MAX_IDS)
    }
    if (kind < 0.85) return this.#some(this.#knownIn(room), 12).map(({ id }) => id)
    if (kind < 0.9) return this.#some(this.#knownIn(pick(this.#random, ROOMS)), 3).map(({ id }) => id)
    return Array.from({ length: this.#chance(0.3) ? MAX_IDS : 3 }, () => idOf(this.#random()))
  }

  #anyRanges(from: PeerId, room: RoomId): RangesRecord {
    const received = this.#model.peers.get(from)?.ranges ?? []
    const theirs = new HeldDocuments()
    const part = this.#random()
    for (const { id, ...rest } of this.#knownIn(room)) if (this.#chance(part)) theirs.add(id, rest)
    const salt = Uint8Array.from({ length: SALT_BYTES }, () => this.#upTo(255))
    const answered = received.length > 0 && this.#chance(0.6) ? pick(this.#random, received) : undefined
    const work = { ports: theirs, room, topic: topicKeyOf(room), salt: answered?.salt ?? salt, historyFrom: 0 }
    const said = [...(answered === undefined ? openRanges(work) : answerRanges(work, answered))]
    const replies = said.flatMap(({ reply }) => reply ?? [])
    if (replies.length > 0) return pick(this.#random, replies)
    const lower = { clock: this.#upTo(30), digest: new Uint8Array(32) }
    const ids = Array.from({ length: this.#upTo(10) }, () =>
      Buffer.from(idOf(this.#random())).toString('hex').slice(0, 16),
    )
    const upper = this.#chance(0.5) ? undefined : { clock: lower.clock + 1 + this.#upTo(9), digest: lower.digest }
    const type = this.#chance(0.5) ? 'held' : 'wanted'
    return { type: 'ranges', topic: work.topic, salt, lower, ranges: [{ upper, content: { type, ids } }] }
  }

  #handle(input: BatchSyncInput): void {
    this.lastInput = describe(input)
    if (input.type === 'command' && input.command.type === 'open') this.#model.open.add(input.command.room)
    const isOld = input.type === 'timer' && this.#isOld(input.timer)
    const effects = this.#machine.handle(input, this.#model.nowMs)
    if (isOld && effects.length > 0) throw new Error('a timer of a stream that ended did something')
    this.#model.take(effects)
    this.#model.checkProgress(this.#machine)
    for (const effect of effects) if (effect.type === 'emit') this.#received(effect.event)
  }

  #isOld(timer: BatchSyncTimer): boolean {
    return 'session' in timer && this.#model.peers.get(timer.peer)?.session !== timer.session
  }

  /** What a room does with arriving documents: it usually stores them, but sometimes they have to wait. */
  #received(event: BatchSyncEvent): void {
    const { room, from, blocks } = event as BatchSyncEvent & { type: 'received' }
    const documents = blocks.flatMap((block) => this.#byId.get(idIn(block)) ?? [])
    const ours = [...new Set(documents)].filter((document) => document.room === room)
    const ids = ours.map(({ id }) => id)
    if (this.#chance(0.2)) {
      const afterMs = this.#upTo(5_000)
      if (ids.length > 0) this.#handle({ type: 'command', command: { type: 'defer', room, ids, to: from, afterMs } })
      return
    }
    const fresh = ours.filter((document) => !this.#isHeld(document)).sort((a, b) => a.clock - b.clock)
    for (const document of fresh) this.#hold(document)
    this.#acknowledge(room, ids, from)
    if (fresh.length > 0) this.#stored(room, fresh, from)
  }
}

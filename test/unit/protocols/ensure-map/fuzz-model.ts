/**
 * What must hold of an ensure-map machine whatever its peers do, checked on all its effects. It keeps
 * its own record, apart from the machine: the store, who is there, and what was requested and answered.
 */
import { decodeFrame, encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import {
  MAX_ANCESTOR_BYTES,
  MAX_ASKED,
  MAX_ASKED_PEERS,
  MAX_BLOCK_BYTES,
  MAX_CREDIT_BYTES,
  MAX_RETRY_MS,
  MIN_CREDIT_BYTES,
  RETRY_JITTER,
} from '../../../../protocols/ensure-map/constants.ts'
import type {
  Ensured,
  EnsureMapEffect,
  EnsureMapEvent,
  EnsureMapPorts,
  EnsureMapTimer,
  EnsureMapWrite,
  Scope,
} from '../../../../protocols/ensure-map/ports.ts'
import type { BlockRecord, EnsureMapRecord, IdsRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf, codecOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import type { KnownBlocks } from './known-blocks.ts'

/** More than any single input causes: a want for each of many blocks, or answers to a frame. */
const MAX_EFFECTS = 12_000
/** Timers for the wants that wait: each fires sooner than those set before. */
const MAX_RETRY_TIMERS = 12

const FAULTS = ['want-flood', 'received-more-than-sent', 'bad-block', 'unasked-block', 'asked-in-vain']

export interface PeerModel {
  creditBytes: number
  /** What it was asked for and has not answered. */
  asks: Set<BlockId>
  /** What it answered or what was cancelled during the last input: an answer read earlier still counts. */
  ended: Set<string>
  /** What it asked for that has not been answered. */
  wanted: Set<string>
  /** What it was told is absent, and may be told has arrived. */
  absent: Set<string>
  sentBytes: number
  reportedBytes: number
  /** How often it sent wrong bytes: after a few times it is asked no more. */
  lies: number
  /** Bytes of blocks that came from it. */
  receivedBytes: number
}

export interface PendingTimer {
  timer: EnsureMapTimer
  dueMs: number
}

/** A record that is sent, with what the checks need. */
interface Sent {
  what: string
  to: PeerId
  model: PeerModel
  /** Undefined if it is about a room that is not here. */
  room: RoomId | undefined
}

export class FuzzModel {
  readonly known: KnownBlocks
  readonly blocks = new Map<BlockId, Uint8Array>()
  readonly accepted = new Set<BlockId>()
  readonly pending = new Set<BlockId>()
  readonly rows = new Map<string, Ensured>()
  readonly open = new Set<RoomId>()
  readonly neighbours = new Map<RoomId, Set<PeerId>>()
  /** Pairs of room and peer with whom nothing is shared. */
  readonly unshared = new Set<string>()
  readonly peers = new Map<PeerId, PeerModel>()
  /** Ancestors that were named as missing. */
  readonly missing = new Map<RoomId, Set<BlockId>>()
  timers: PendingTimer[] = []
  nowMs = 1_000_000
  sentBytes = 0
  readonly #needs = new Map<string, Map<BlockId, Set<BlockId>>>()
  /** What the last input released: a root that fails with its last block has reported it before. */
  readonly #forgotten = new Set<string>()

  constructor(known: KnownBlocks) {
    this.known = known
  }

  readonly ports: EnsureMapPorts = {
    sizeBytes: (id) => this.#held(id)?.length,
    block: (id) => this.#held(id),
    given: (room, id) => this.#given(room, id),
    isGiving: (room, peer) => !this.unshared.has(room + peer),
    isPending: (room, id) => this.pending.has(id) && this.known.document(id)?.room === room,
    clock: (room) => this.#acceptedIn(room).reduce((newest, { clock }) => Math.max(newest, clock), 0),
    ancestors: (id): Position[] => {
      const ancestors = this.known.document(id)?.ancestors ?? []
      return ancestors.flatMap((each) => (this.accepted.has(each) ? (this.known.document(each) ?? []) : []))
    },
    ensured: (scope, id) => this.rows.get(rowKey(scope, id)),
    searching: (scope) => [...this.rows.values()].filter((row) => row.room === scope && row.state === 'searching'),
  }

  isNeighbour(room: RoomId, peer: PeerId): boolean {
    return this.neighbours.get(room)?.has(peer) === true
  }

  holds(id: BlockId): boolean {
    return this.#held(id) !== undefined
  }

  /** Takes the effects of one input. Throws if they break a promise. */
  take(effects: readonly EnsureMapEffect[]): void {
    if (effects.length > MAX_EFFECTS) throw new Error(`${effects.length} effects of one input`)
    this.#forgotten.clear()
    this.#checkFrames(effects)
    const sends = effects.flatMap((effect) => (effect.type === 'send' ? [effect] : []))
    const asked = new Set<BlockId>()
    // Absence refers to the time before the input, everything else to the time after it.
    for (const { to, record } of sends) if (record.type === 'dont-have') this.#checkSent(to, record, asked)
    for (const effect of effects) if (effect.type === 'persist') this.#persist(effect.write)
    for (const { to, record } of sends) if (record.type !== 'dont-have') this.#checkSent(to, record, asked)
    for (const { to, record } of sends) this.#rememberAbsent(to, record)
    for (const effect of effects) {
      if (effect.type === 'emit') this.#checkEvent(effect.event)
      else if (effect.type === 'timer') this.#setTimer(effect.timer, effect.afterMs)
      else if (effect.type === 'misbehaviour' && (effect.reason.fatal || !FAULTS.includes(effect.reason.code))) {
        throw new Error(`a fault of another kind: ${effect.reason.code}`)
      }
    }
    for (const id of asked) this.#checkAsked(id)
    for (const [peer, model] of this.peers) this.#checkPeer(peer, model)
  }

  /** Timers that are due until a time, one after another. */
  takeTimer(untilMs: number): PendingTimer | undefined {
    const next = this.timers.reduce<PendingTimer | undefined>(
      (first, each) => (first === undefined || each.dueMs < first.dueMs ? each : first),
      undefined,
    )
    if (next === undefined || next.dueMs > untilMs) return undefined
    this.timers = this.timers.filter((each) => each !== next)
    this.nowMs = Math.max(this.nowMs, next.dueMs)
    return next
  }

  /** Before an input: what a peer says affects what may be sent to it. */
  hear(from: PeerId, records: readonly EnsureMapRecord[]): void {
    const model = this.peers.get(from)
    if (model === undefined) return
    model.ended.clear()
    for (const record of records) {
      if (record.type === 'received') {
        if (record.sizeBytes <= model.sentBytes) model.reportedBytes = Math.max(model.reportedBytes, record.sizeBytes)
      } else if (record.type === 'block') {
        model.receivedBytes += record.data.length
        if (blockIdOf(codecOf(record.id), record.data) !== record.id) model.lies++
        if (model.asks.delete(record.id)) model.ended.add(record.id)
      } else if (record.type === 'dont-have') {
        for (const id of record.ids) if (model.asks.delete(id)) model.ended.add(id)
      } else if (record.type !== 'have') {
        for (const id of record.ids) {
          const key = record.topic + id
          if (record.type === 'want') model.wanted.add(key)
          else {
            model.wanted.delete(key)
            if (model.absent.delete(key)) model.ended.add(key)
          }
        }
      }
    }
  }

  /** A peer reported nothing for so long that everything sent counts as received. */
  forgive(peer: PeerId): void {
    const model = this.peers.get(peer)
    if (model !== undefined) model.reportedBytes = model.sentBytes
  }

  #held(id: BlockId): Uint8Array | undefined {
    return this.blocks.get(id) ?? (this.accepted.has(id) ? this.known.get(id)?.data : undefined)
  }

  #given(room: RoomId, id: BlockId): Uint8Array | undefined {
    if (this.accepted.has(id) && this.known.document(id)?.room === room) return this.known.get(id)?.data
    return this.#neededBy(room, id).length > 0 ? this.#held(id) : undefined
  }

  /** Whether a block was given in a room at any time during the last input. */
  #wasGiven(room: RoomId, id: BlockId): boolean {
    return this.#given(room, id) !== undefined || this.#forgotten.has(rowKey(room, id))
  }

  /** Roots of a scope that need a block. */
  #neededBy(scope: Scope, id: BlockId): Ensured[] {
    const roots = [...(this.#needs.get(scope ?? '') ?? [])].flatMap(([root, ids]) => (ids.has(id) ? [root] : []))
    return roots.flatMap((root) => this.rows.get(rowKey(scope, root)) ?? [])
  }

  #isMissing(id: BlockId, room = this.known.document(id)?.room): boolean {
    return room !== undefined && this.missing.get(room)?.has(id) === true
  }

  #acceptedIn(room: RoomId): Position[] {
    return this.known.documents(room).filter(({ id }) => this.accepted.has(id))
  }

  #persist(write: EnsureMapWrite): void {
    switch (write.type) {
      case 'put-ensured':
        this.rows.set(rowKey(write.row.room, write.row.id), write.row)
        return
      case 'delete-ensured':
        this.rows.delete(rowKey(write.room, write.id))
        for (const id of this.#needs.get(write.room ?? '')?.get(write.id) ?? [])
          this.#forgotten.add(rowKey(write.room, id))
        this.#needs.get(write.room ?? '')?.delete(write.id)
        return
      case 'put-needs': {
        if (this.rows.get(rowKey(write.room, write.root))?.state !== 'searching') throw new Error('needs of no root')
        const roots = this.#needs.get(write.room ?? '') ?? new Map<BlockId, Set<BlockId>>()
        this.#needs.set(write.room ?? '', roots)
        const ids = roots.get(write.root) ?? new Set()
        roots.set(write.root, ids)
        for (const { id } of write.needs) ids.add(id)
        return
      }
      case 'put-block': {
        const { id, block } = write
        if (blockIdOf(codecOf(id), block) !== id) throw new Error(`a block under another id, ${id}`)
        const home = this.known.document(id)?.room
        if (home !== undefined && this.open.has(home)) throw new Error('a document was kept from its room')
        this.blocks.set(id, block)
      }
    }
  }

  /** What is sent to a peer fits its frames, and decodes to what was written. */
  #checkFrames(effects: readonly EnsureMapEffect[]): void {
    const records = new Map<PeerId, EnsureMapRecord[]>()
    for (const effect of effects) {
      if (effect.type === 'send') records.set(effect.to, [...(records.get(effect.to) ?? []), effect.record])
    }
    for (const [to, sent] of records) {
      const frames = encodeFrames(sent)
      if (frames.some(({ length }) => length > MAX_FRAME_BYTES)) throw new Error(`a frame to ${to} is too large`)
      if (frames.flatMap(decodeFrame).length !== sent.length) throw new Error(`a frame to ${to} says something else`)
      this.sentBytes += frames.reduce((sum, { length }) => sum + length, 0)
    }
  }

  #checkSent(to: PeerId, record: EnsureMapRecord, asked: Set<BlockId>): void {
    const what = `a ${record.type} to ${to}`
    const model = this.peers.get(to)
    if (model === undefined) throw new Error(`${what}, who is down`)
    if (record.type === 'received') {
      if (record.sizeBytes > model.receivedBytes) throw new Error(`${what} of more than was`)
      return
    }
    const room = this.known.rooms.find((each) => this.open.has(each) && topicKeyOf(each) === record.topic)
    const sent: Sent = { what, to, model, room }
    if (record.type === 'block') return this.#checkBlock(sent, record)
    if (record.ids.length === 0) throw new Error(`${what} of nothing`)
    for (const id of record.ids) {
      if (record.type === 'want') {
        if (room === undefined || !this.isNeighbour(room, to)) throw new Error(`${what}, who is no neighbour`)
        if (model.asks.has(id)) throw new Error(`${what}, who was asked already`)
        const isSecret = id !== room && this.known.rooms.some((each) => each === id && this.open.has(each))
        if (isSecret && this.#neededBy(room, id).length === 0) throw new Error(`${what} of another room's root`)
        // A block that came from elsewhere may be an ancestor, which its room is to get as a document.
        const isHere = this.accepted.has(id) || (this.blocks.has(id) && !this.#isMissing(id))
        if (isHere) throw new Error(`${what} of what is here`)
        model.asks.add(id)
        asked.add(id)
      } else if (record.type === 'cancel') {
        if (!model.asks.delete(id) && !model.ended.delete(id)) throw new Error(`${what} of what was not asked for`)
      } else this.#checkTold(sent, record, id)
    }
  }

  #checkTold({ what, to, model, room }: Sent, { type, topic }: IdsRecord, id: BlockId): void {
    const key = topic + id
    const isShared = room !== undefined && !this.unshared.has(room + to)
    const isGiven = isShared && (type === 'have' ? this.#wasGiven(room, id) : this.#given(room, id) !== undefined)
    if (room !== undefined && !this.isNeighbour(room, to))
      throw new Error(`${what}, who has not proved to know the room`)
    if (isGiven !== (type === 'have')) throw new Error(`${what}, which is not so`)
    const isAnswer = type === 'have' ? model.absent.delete(key) || model.ended.delete(key) : model.wanted.delete(key)
    if (!isAnswer) throw new Error(`${what} of what it did not ask for`)
    if (type === 'dont-have') model.absent.add(key)
  }

  /** If something was both here and absent during one input, either may have been said last. */
  #rememberAbsent(to: PeerId, record: EnsureMapRecord): void {
    if (record.type !== 'dont-have') return
    for (const id of record.ids) this.peers.get(to)?.absent.add(record.topic + id)
  }

  #checkBlock({ what, to, model, room }: Sent, { topic, id, data }: BlockRecord): void {
    if (room === undefined || !this.isNeighbour(room, to)) throw new Error(`${what}, who is no neighbour`)
    if (this.unshared.has(room + to)) throw new Error(`${what}, with whom nothing is shared`)
    if (!this.#wasGiven(room, id)) throw new Error(`${what} of what it is not given`)
    if (Buffer.compare(this.known.get(id)?.data ?? new Uint8Array(), data) !== 0)
      throw new Error(`${what} of another id`)
    model.sentBytes += data.length
    // A document may arrive as an ancestor, and again on its own.
    if (this.known.document(id) !== undefined) return
    if (!model.wanted.delete(topic + id)) throw new Error(`${what} of what it did not ask for`)
  }

  /** A peer that was asked just now was one of few, and was asked for something that is needed. */
  #checkAsked(id: BlockId): void {
    const scopes = [undefined, ...this.open].filter((scope) => {
      return this.#isMissing(id, scope) || this.#neededBy(scope, id).some(({ state }) => state === 'searching')
    })
    const peers = [...this.peers.values()].filter(({ asks }) => asks.has(id))
    if (peers.length > MAX_ASKED_PEERS * scopes.length) {
      throw new Error(`${peers.length} peers are asked for what ${scopes.length} need`)
    }
  }

  #checkPeer(peer: PeerId, { asks, creditBytes, sentBytes, reportedBytes }: PeerModel): void {
    if (asks.size > MAX_ASKED) throw new Error(`${peer} is asked for ${asks.size} blocks`)
    const credit = Math.min(Math.max(creditBytes, MIN_CREDIT_BYTES), MAX_CREDIT_BYTES)
    const unreportedBytes = sentBytes - reportedBytes
    if (unreportedBytes > credit + MAX_BLOCK_BYTES + MAX_ANCESTOR_BYTES) {
      throw new Error(`${unreportedBytes} bytes to ${peer} are not reported, of ${credit}`)
    }
  }

  #checkEvent(event: EnsureMapEvent): void {
    if (event.type === 'documents') {
      if (!this.open.has(event.room)) throw new Error('documents of a closed room')
      for (const block of event.blocks) {
        const document = this.known.document(blockIdOf('dag-cbor', block))
        if (document?.room !== event.room) throw new Error('a document of another room')
      }
    } else if (event.type === 'absent') {
      const { room, id } = event
      if (this.rows.get(rowKey(room, id))?.state !== 'searching') throw new Error('absent, and not looked for')
      if (this.known.closure(id).every((each) => this.holds(each.id))) throw new Error('absent, and here')
    } else if (event.type === 'ancestor-absent') {
      if (!this.open.has(event.room)) throw new Error('an ancestor of a closed room')
    } else this.#checkEnsured(event.root)
  }

  #checkEnsured({ id, state, failure, maxBytes, blocks, sizeBytes }: Ensured): void {
    const closure = this.known.closure(id)
    const flaws = closure.flatMap(({ flaw }) => flaw ?? [])
    if (state === 'failed') {
      const isTooLarge = failure === 'too-large' && maxBytes !== undefined
      if (!isTooLarge && !flaws.some((flaw) => flaw === failure)) throw new Error(`failed for ${failure}`)
      return
    }
    if (state !== 'complete' || flaws.length > 0) throw new Error(`${state}, and not all of it can be had`)
    if (!closure.every((each) => this.holds(each.id))) throw new Error('complete, and not all of it is here')
    const bytes = closure.reduce((sum, { data }) => sum + data.length, 0)
    if (blocks !== closure.length || sizeBytes !== bytes) throw new Error(`complete with ${blocks}, ${sizeBytes}`)
  }

  #setTimer(timer: EnsureMapTimer, afterMs: number): void {
    const key = keyOf(timer)
    if (!(afterMs >= 0 && afterMs <= MAX_RETRY_MS * (1 + RETRY_JITTER))) throw new Error(`${key} after ${afterMs} ms`)
    const same = this.timers.filter((each) => keyOf(each.timer) === key)
    if (same.length >= (timer.type === 'retry' ? MAX_RETRY_TIMERS : 1)) throw new Error(`${key} is set already`)
    this.timers.push({ timer, dueMs: this.nowMs + afterMs })
  }
}

/** A key that distinguishes timers. */
export function keyOf(timer: EnsureMapTimer): string {
  return JSON.stringify(Object.entries(timer).map(String).toSorted())
}

function rowKey(scope: Scope, id: BlockId): string {
  return `${scope ?? ''}/${id}`
}

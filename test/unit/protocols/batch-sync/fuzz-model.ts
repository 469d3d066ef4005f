/**
 * What must hold of a batch-sync machine whatever its peers do, checked on all its effects. It keeps
 * its own record, apart from the machine: who is there, in which rooms, and what was requested of whom.
 */
import { encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import {
  MAX_CREDIT_BYTES,
  MAX_IDS,
  MAX_PENDING_OFFERS,
  MAX_RANGES,
  MAX_RECONCILE_MS,
  MAX_SAVED_UNACKED,
  MIN_CREDIT_BYTES,
  RESEND_BYTES,
} from '../../../../protocols/batch-sync/constants.ts'
import type { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncEffect, BatchSyncTimer, BatchSyncWrite } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord, RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { documentIdOfDigest, type DocumentId, type PeerId, type RoomId } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf } from './held-documents.ts'

export const ROOMS: RoomId[] = ['first', 'second', 'third'].map(idOf)

/** More than any single input causes: saving for all rooms of a peer, or answers to a frame. */
const MAX_EFFECTS = 12_000

export interface PeerModel {
  /** The number of its stream, counted over all peers. */
  session: number
  creditBytes: number
  /** Documents that it was asked for and that did not come, with their room. */
  requested: Set<string>
  /** RANGES that were sent to it. */
  ranges: RangesRecord[]
}

export interface PendingTimer {
  timer: BatchSyncTimer
  dueMs: number
}

export class FuzzModel {
  readonly ports = new HeldDocuments()
  readonly open = new Set<RoomId>()
  /** Those whose stream is up. */
  readonly peers = new Map<PeerId, PeerModel>()
  /** Whoever proved to know a room, with a stream or without, and whether it takes documents there. */
  readonly neighbours = new Map<PeerId, Map<RoomId, { refusesDocuments: boolean }>>()
  /** By what tells one from another, as there may be only one of each. */
  readonly timers = new Map<string, PendingTimer>()
  nowMs = 1_000_000
  sentBytes = 0

  /** Rooms that anything is sent or taken in, with a peer whose stream is up. */
  sharedRooms(peer: PeerId): Map<RoomId, { refusesDocuments: boolean }> {
    const rooms = this.peers.has(peer) ? [...(this.neighbours.get(peer) ?? [])] : []
    return new Map(rooms.filter(([room]) => this.ports.sharing(room, peer).policy !== 'none'))
  }

  /** Takes the effects of one input. Throws where they break a promise. */
  take(effects: readonly BatchSyncEffect[]): void {
    if (effects.length > MAX_EFFECTS) throw new Error(`${effects.length} effects of one input`)
    this.#checkBytes(effects)
    for (const effect of effects) this.#check(effect)
  }

  /** Whatever the input, it causes only a bounded number of bytes. */
  #checkBytes(effects: readonly BatchSyncEffect[]): void {
    const bytes = new Map<PeerId, number>()
    for (const effect of effects) {
      if (effect.type !== 'send' || effect.record.type !== 'message') continue
      bytes.set(effect.to, (bytes.get(effect.to) ?? 0) + bytesOf(effect.record.blocks))
    }
    for (const [peer, size] of bytes) {
      const max = creditOf(this.peers.get(peer)) + RESEND_BYTES + MAX_DOCUMENT_BYTES
      if (size > max) throw new Error(`${size} bytes of documents to ${peer} at once, of at most ${max}`)
    }
  }

  #check(effect: BatchSyncEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#checkSent(effect.to, effect.record)
      case 'timer':
        return this.#setTimer(effect.timer, effect.afterMs)
      case 'persist':
        return this.#persist(effect.write)
      case 'misbehaviour':
        if (effect.reason.fatal) throw new Error(`a stream is to be closed for ${effect.reason.code}`)
        return
      case 'emit':
        if (!this.sharedRooms(effect.event.from).has(effect.event.room)) {
          throw new Error(`documents of ${effect.event.from}, who is no neighbour, were taken`)
        }
    }
  }

  #checkSent(to: PeerId, record: BatchSyncRecord): void {
    const what = `a ${record.type} to ${to}`
    const room = ROOMS.find((each) => topicKeyOf(each) === record.topic)
    const model = this.peers.get(to)
    const neighbour = room === undefined ? undefined : this.sharedRooms(to).get(room)
    if (room === undefined || model === undefined || neighbour === undefined) {
      throw new Error(`${what}, who is no neighbour in the room`)
    }
    const sizeBytes = sizeOf(record)
    if (sizeBytes > MAX_FRAME_BYTES) throw new Error(`${what} of ${sizeBytes} bytes`)
    this.sentBytes += sizeBytes
    if (record.type === 'message' || record.type === 'offer') {
      const { policy } = this.ports.sharing(room, to)
      if (policy !== 'share') throw new Error(`${what}, where the policy is ${policy}`)
      if (neighbour.refusesDocuments) throw new Error(`${what}, who is full`)
    }
    if (record.type === 'message') this.#checkBlocks(what, room, record.blocks)
    else if (record.type === 'ranges') {
      if (record.ranges.length > MAX_RANGES) throw new Error(`${what} with ${record.ranges.length} ranges`)
      model.ranges.push(record)
      if (model.ranges.length > 20) model.ranges.shift()
    } else if (record.type !== 'header-request' && record.type !== 'headers') {
      if (record.ids.length > MAX_IDS || record.ids.length === 0) throw new Error(`${what} of ${record.ids.length} ids`)
      this.#checkIds(what, room, model, record)
    }
  }

  #checkBlocks(what: string, room: RoomId, blocks: readonly Uint8Array[]): void {
    if (blocks.length === 0 || blocks.length > MAX_IDS) throw new Error(`${what} of ${blocks.length} documents`)
    const ids = blocks.map(idIn)
    if (new Set(ids).size < ids.length) throw new Error(`${what} with a document twice`)
    if (!ids.every((id) => this.ports.has(room, id))) throw new Error(`${what} with a document of another room`)
  }

  #checkIds(what: string, room: RoomId, model: PeerModel, record: BatchSyncRecord & { ids: DocumentId[] }): void {
    for (const id of record.ids) {
      const isHere = this.ports.has(room, id)
      if ((record.type === 'ack' || record.type === 'offer') && !isHere) throw new Error(`${what} of what is not here`)
      if (record.type !== 'request') continue
      if (isHere) throw new Error(`${what} of what is here`)
      model.requested.add(room + id)
    }
    const { size } = model.requested
    if (size > MAX_PENDING_OFFERS) throw new Error(`${size} documents are requested of one peer`)
  }

  #setTimer(timer: BatchSyncTimer, afterMs: number): void {
    const key = keyOf(timer)
    if (!(afterMs >= 0 && afterMs <= MAX_RECONCILE_MS)) throw new Error(`a timer after ${afterMs} ms: ${key}`)
    if (this.timers.has(key)) throw new Error(`a timer that is set already: ${key}`)
    this.timers.set(key, { timer, dueMs: this.nowMs + afterMs })
  }

  #persist(write: BatchSyncWrite): void {
    const { room, peer } = write
    if (write.type === 'put-unacked') {
      this.ports.saveUnacked(room, peer, write.id)
      const count = this.ports.unacked(room, peer).length
      if (count > MAX_SAVED_UNACKED) throw new Error(`${count} documents are saved as sent to ${peer}`)
    } else if (write.type === 'delete-unacked') this.ports.deleteUnacked(room, peer, write.id)
  }

  /** What the machine has in flight is within the limits, and nothing is left of peers that are gone. */
  checkProgress(machine: BatchSyncMachine): void {
    const inFlightBytes = new Map<PeerId, number>()
    const offers = new Map<PeerId, number>()
    for (const room of ROOMS) {
      for (const { peer, inFlight } of machine.progress(room)) {
        if (!this.peers.has(peer)) throw new Error(`${peer} is down, and not forgotten`)
        if (!this.open.has(room)) throw new Error('a room is closed, and not forgotten')
        if (!this.sharedRooms(peer).has(room)) throw new Error(`${peer} is no neighbour, and not forgotten`)
        for (const { id, isOffer } of inFlight) {
          const sizeBytes = this.ports.document(room, id)?.block.length
          if (sizeBytes === undefined) throw new Error('what is in flight is no document of the room')
          const counts = isOffer ? offers : inFlightBytes
          counts.set(peer, (counts.get(peer) ?? 0) + (isOffer ? 1 : sizeBytes))
        }
      }
    }
    for (const [peer, bytes] of inFlightBytes) {
      if (bytes > creditOf(this.peers.get(peer))) throw new Error(`${bytes} bytes are in flight to ${peer}`)
    }
    for (const [peer, count] of offers) {
      if (count > MAX_PENDING_OFFERS) throw new Error(`${count} offers wait for ${peer}`)
    }
  }
}

function creditOf(model: PeerModel | undefined): number {
  return Math.min(Math.max(model?.creditBytes ?? 0, MIN_CREDIT_BYTES), MAX_CREDIT_BYTES)
}

/** Roughly its size on the wire. */
function sizeOf(record: BatchSyncRecord): number {
  if (!('ids' in record) && record.type !== 'message')
    return encodeFrames([record]).reduce((sum, { length }) => sum + length, 0)
  return record.type === 'message' ? bytesOf(record.blocks) : 40 + 34 * record.ids.length
}

function bytesOf(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((sum, { length }) => sum + length, 0)
}

/** A key that distinguishes timers. */
export function keyOf(timer: BatchSyncTimer): string {
  return JSON.stringify(Object.entries(timer).map(String).toSorted())
}

/** The id of a document made by `HeldDocuments`: its digest comes first. */
export function idIn(block: Uint8Array): DocumentId {
  const digest = new Uint8Array(32)
  digest.set(block.subarray(0, 32))
  return documentIdOfDigest(digest)
}

/**
 * Scenarios of the batch-sync machine of `anna`. Inputs:
 *   chain R name N after a      N documents of room R are here, in a chain
 *   hold R a b(a) c(a,b)        documents of room R are here; ancestors in brackets
 *   open R | close R            the room is opened or left here
 *   up P [credit N] | down P    P's stream opens (N bytes of credit) or ends
 *   neighbour P R [a x]         P has proved that it knows R, and has this frontier
 *   left P R                    P left R
 *   store R d(c) from P         d was accepted for the first time; P is a peer, self or gossip
 *   ack P R a b                 P's documents are durable here
 *   had P R a b                 the same, and they were when they came
 *   defer P R N a               P's documents are deferred for N milliseconds
 *   message P R a | acks P R a | offers P R a | requests P R a    a record arrives from P
 *   hads P R a                  P acknowledges what it had before
 *   defers P R N a              P defers documents for N milliseconds
 *   theirs P R a b(a)           P holds these, and only these
 *   opens P R                   P sends the ranges of what it holds
 *   answers P                   P answers the ranges it has been sent since it last did
 *   flood P R offers N          P offers N documents that nobody knows, 1,000 per record
 *   share R P policy mode       the user sets how the room is shared with P
 *   impatient P R [a]           like neighbour, and wants the newest documents first
 *   full P R [a] | free P R [a] P announces its frontier, and that it takes no more documents or does again
 *   wait N                      N milliseconds pass
 * A document has 100 bytes, or N if its name is like big-N.
 */
import { describe } from 'vitest'
import {
  BatchSyncMachine,
  type BatchSyncEffect,
  type BatchSyncInput,
  type BatchSyncPorts,
  type BatchSyncRecord,
  type BatchSyncTimer,
  type BatchSyncWrite,
  type Sharing,
} from '../../protocols/batch-sync/index.ts'
import { CREDIT_BYTES, SALT_BYTES } from '../../protocols/batch-sync/constants.ts'
import {
  answerRanges,
  openRanges,
  type Reconciliation,
  type ReconcilePorts,
} from '../../protocols/batch-sync/reconcile.ts'
import type { RangesRecord } from '../../protocols/batch-sync/records.ts'
import { digestOfDocumentId, type DocumentId, type PeerId, type RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type SortKey, type Position } from '../../protocols/wire/order.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { Names } from './names.ts'
import { scenarios, type Driver } from './script.ts'
import { Timeline } from './timeline.ts'

interface Held extends Position {
  room: RoomId
  ancestors: DocumentId[]
  block: Uint8Array
}

type Documents = Map<DocumentId, Held>

/** Stands for all fingerprints and short ids: those of a machine whose random numbers are all 0. */
const SALT = new Uint8Array(SALT_BYTES)

class BatchSyncDriver implements Driver {
  readonly #names = new Names()
  readonly #documents: Documents = new Map()
  /** What peers hold, for those whose ranges are compared. */
  readonly #theirs = new Map<PeerId, Documents>()
  /** Ranges sent to peers that they have not answered yet. */
  readonly #unanswered: { to: PeerId; room: RoomId; record: RangesRecord }[] = []
  readonly #sharing = new Map<string, Sharing>()
  readonly #unacked = new Set<string>()
  readonly #timeline = new Timeline<BatchSyncTimer>()
  readonly #machine = new BatchSyncMachine({ self: 'anna' as PeerId, ports: this.#ports(), random: () => 0 })
  #lines: string[] = []

  run(input: string): string[] {
    this.#lines = []
    const [verb = '', ...words] = input.split(/ +/)
    this.#step(verb, words)
    return this.#lines
  }

  #step(verb: string, words: string[]): void {
    const [first = '', second = '', ...rest] = words
    const peer = first as PeerId
    const room = this.#names.id(second)
    switch (verb) {
      case 'hold':
        for (const word of words.slice(1)) this.#hold(this.#documents, this.#names.id(first), word)
        return
      case 'chain': {
        let before = rest.at(-1)
        for (let i = 1; i <= Number(rest[0]); i++) {
          const name = `${second}${i}`
          this.#hold(this.#documents, this.#names.id(first), `${name}(${before})`)
          before = name
        }
        return
      }
      case 'theirs': {
        const theirs: Documents = new Map()
        for (const word of rest) this.#hold(theirs, room, word)
        this.#theirs.set(peer, theirs)
        return
      }
      case 'open':
      case 'close':
        return this.#handle({ type: 'command', command: { type: verb, room: this.#names.id(first) } })
      case 'up':
        return this.#handle({ type: 'peer-up', peer, creditBytes: rest.length > 0 ? Number(rest[0]) : CREDIT_BYTES })
      case 'down':
        return this.#handle({ type: 'peer-down', peer })
      case 'neighbour':
      case 'full':
      case 'impatient':
      case 'free': {
        const frontier = this.#names.ids(rest.join(' ').replace(/[[\]]/g, '').split(' ').filter(Boolean))
        const standing = { frontier, refusesDocuments: verb === 'full', isNewestFirst: verb === 'impatient' }
        return this.#handle({ type: 'command', command: { type: 'neighbour', room, peer, ...standing } })
      }
      case 'share': {
        const [policy, mode] = rest as [Sharing['policy'], Sharing['mode']]
        const shared = this.#names.id(first)
        this.#sharing.set(`${shared} ${second}`, { policy, mode })
        return this.#handle({ type: 'command', command: { type: 'sharing-changed', room: shared } })
      }
      case 'left':
        return this.#handle({ type: 'command', command: { type: 'neighbour-left', room, peer } })
      case 'store': {
        const from = rest.at(-1) as PeerId
        const documents = [second, ...rest.slice(0, -2)].map((word) => ({
          ...this.#hold(this.#documents, this.#names.id(first), word),
          ...{ author: 'author' as PeerId, seq: 0 },
        }))
        return this.#handle({
          type: 'command',
          command: { type: 'stored', room: this.#names.id(first), documents, from },
        })
      }
      case 'ack':
      case 'had': {
        const ids = this.#names.ids(rest)
        const hadBefore = verb === 'had' ? ids : []
        return this.#handle({ type: 'command', command: { type: 'acknowledge', room, ids, hadBefore, to: peer } })
      }
      case 'message':
        return this.#receive(peer, { type: 'message', topic: this.#names.topic(second), blocks: rest.map(blockOf) })
      case 'acks':
        return this.#receive(peer, { type: 'ack', topic: this.#names.topic(second), ids: this.#names.ids(rest) })
      case 'hads':
        return this.#receive(peer, {
          ...{ type: 'ack', topic: this.#names.topic(second), ids: this.#names.ids(rest), hadBefore: true },
        })
      case 'offers':
        return this.#receive(peer, { type: 'offer', topic: this.#names.topic(second), ids: this.#names.ids(rest) })
      case 'requests':
        return this.#receive(peer, { type: 'request', topic: this.#names.topic(second), ids: this.#names.ids(rest) })
      case 'defers': {
        const [afterMs, ...names] = rest
        const ids = this.#names.ids(names)
        return this.#receive(peer, { type: 'defer', topic: this.#names.topic(second), ids, afterMs: Number(afterMs) })
      }
      case 'defer': {
        const [afterMs, ...names] = rest
        const ids = this.#names.ids(names)
        return this.#handle({
          type: 'command',
          command: { type: 'defer', room, ids, to: peer, afterMs: Number(afterMs) },
        })
      }
      case 'opens':
        return this.#receiveAll(peer, openRanges(this.#workOf(peer, room)))
      case 'answers':
        for (const { room: about, record } of this.#unanswered.splice(0)) {
          this.#receiveAll(peer, answerRanges(this.#workOf(peer, about), record))
        }
        return
      case 'flood':
        return this.#flood(peer, second, Number(rest[1]))
      case 'wait':
        return this.#timeline.pass(Number(first), (timer) => {
          const before = this.#lines.length
          this.#handle({ type: 'timer', timer })
          if (this.#lines.length > before) this.#lines.splice(before, 0, `at ${this.#timeline.nowMs} ms`)
        })
      default:
        throw new Error(`no such input: ${verb}`)
    }
  }

  #flood(from: PeerId, room: string, count: number): void {
    const topic = this.#names.topic(room)
    const records = Array.from({ length: count / 1_000 }, (_, record): BatchSyncRecord => {
      const ids = Array.from({ length: 1_000 }, (__, i) => this.#names.id(`unknown ${record * 1_000 + i}`))
      return { type: 'offer', topic, ids }
    })
    const effects = this.#machine.handle({ type: 'records', from, records }, this.#timeline.nowMs)
    const requested = effects.flatMap((effect) =>
      effect.type === 'send' && effect.record.type === 'request' ? effect.record.ids : [],
    )
    const faults = effects.filter((effect) => effect.type === 'misbehaviour').length
    this.#lines.push(`${requested.length} documents requested, a flood counted ${faults} times`)
  }

  #workOf(peer: PeerId, room: RoomId) {
    return {
      ports: rangePorts(this.#theirs.get(peer) ?? new Map()),
      room,
      topic: topicKeyOf(room),
      salt: SALT,
      historyFrom: 0,
    }
  }

  #receiveAll(from: PeerId, work: Reconciliation): void {
    for (const { reply } of work) if (reply !== undefined) this.#receive(from, reply)
  }

  #receive(from: PeerId, record: BatchSyncRecord): void {
    this.#handle({ type: 'records', from, records: [record] })
  }

  #handle(input: BatchSyncInput): void {
    for (const effect of this.#machine.handle(input, this.#timeline.nowMs)) this.#print(effect)
  }

  #print(effect: BatchSyncEffect): void {
    switch (effect.type) {
      case 'timer':
        this.#timeline.set(effect.timer, effect.afterMs)
        break
      case 'send':
        this.#lines.push(`to ${effect.to}: ${this.#describe(effect.record)}`)
        if (effect.record.type === 'ranges') {
          const room = this.#names.id(this.#names.of(effect.record.topic))
          this.#unanswered.push({ to: effect.to, room, record: effect.record })
        }
        break
      case 'emit': {
        if (effect.event.type !== 'received') break
        const { room, from, blocks } = effect.event
        this.#lines.push(`received from ${from} in ${this.#names.of(room)}: ${blocks.map(nameOf).join(' ')}`)
        break
      }
      case 'misbehaviour':
        this.#lines.push(`fault of ${effect.peer}: ${effect.reason.code}`)
        break
      case 'persist':
        this.#persist(effect.write)
        break
    }
  }

  #persist(write: BatchSyncWrite): void {
    const { room, peer } = write
    switch (write.type) {
      case 'put-peer-frontier':
        this.#lines.push(`saved: ${peer} has ${this.#names.of(room)} up to [${this.#names.list(write.frontier)}]`)
        break
      case 'put-unacked':
        this.#unacked.add(`${room} ${peer} ${write.id}`)
        this.#lines.push(`saved: ${this.#names.of(write.id)} was sent to ${peer} ${times(write.sends)}`)
        break
      case 'delete-unacked':
        this.#unacked.delete(`${room} ${peer} ${write.id}`)
        this.#lines.push(`saved: ${this.#names.of(write.id)} has reached ${peer}`)
        break
    }
  }

  #describe(record: BatchSyncRecord): string {
    const about = `${record.type} ${this.#names.of(record.topic)}`
    switch (record.type) {
      case 'message':
        return `${about} ${record.blocks.map(nameOf).join(' ')}`
      case 'ranges':
        return `${about} ${this.#describeRanges(record)}`
      case 'defer':
        return `${about} ${this.#names.list(record.ids)} for ${record.afterMs} ms`
      case 'headers':
        return `${about} of ${record.headers.length} documents`
      default:
        return `${about} ${this.#names.list(record.ids)}`
    }
  }

  #describeRanges({ lower, ranges }: RangesRecord): string {
    const parts = ranges.map(({ upper, content }) => {
      const end = upper === undefined ? 'the end' : placeName(upper)
      if (content.type === 'skip') return `skip to ${end}`
      if (content.type === 'fingerprint') return `fingerprint to ${end}`
      return `${content.type} to ${end}: ${content.ids.map((id) => this.#names.ofShortId(id, SALT)).join(' ')}`
    })
    return `from ${placeName(lower)}; ${parts.join('; ')}`
  }

  #hold(documents: Documents, room: RoomId, word: string): Position {
    const [, name = '', list = ''] = /^([^(]+)(?:\((.*)\))?$/.exec(word) ?? []
    const ancestors = this.#names.ids(list.split(',').filter(Boolean))
    const clock = 1 + Math.max(0, ...ancestors.map((id) => documents.get(id)?.clock ?? 0))
    const document = { id: this.#names.id(name), room, clock, ancestors, block: blockOf(name) }
    documents.set(document.id, document)
    return document
  }

  #ports(): BatchSyncPorts {
    const documents = this.#documents
    const inRoom = (room: RoomId, id: DocumentId) => {
      const document = documents.get(id)
      return document?.room === room ? document : undefined
    }
    return {
      ...rangePorts(documents),
      historyFrom: () => 0,
      has: (room, id) => inRoom(room, id) !== undefined,
      isDurable: (room, id) => inRoom(room, id) !== undefined,
      frontier: (room) => ({ ids: headsIn(documents, room).map(({ id }) => id) }),
      headsDigest: () => undefined,
      acceptedSince: () => undefined,
      newestHeads: (room, limit) => headsIn(documents, room).slice(-limit),
      document: inRoom,
      ancestors: (id) => (documents.get(id)?.ancestors ?? []).flatMap((ancestor) => documents.get(ancestor) ?? []),
      documentsAfter: (room, after, limit) =>
        ordered(documents, room)
          .filter((document) => after === undefined || comparePositions(document, after) > 0)
          .slice(0, limit),
      newest: (room, limit) => ordered(documents, room).slice(-limit),
      sharing: (room, peer) => this.#sharing.get(`${room} ${peer}`) ?? { policy: 'share', mode: 'auto' },
      headers: () => undefined,
      header: () => undefined,
      lastFrontier: () => [],
      unacked: (room, peer) => [...documents.keys()].filter((id) => this.#unacked.has(`${room} ${peer} ${id}`)),
    }
  }
}

function ordered(documents: Documents, room: RoomId): Held[] {
  return [...documents.values()].filter((document) => document.room === room).sort(comparePositions)
}

function headsIn(documents: Documents, room: RoomId): Held[] {
  const all = ordered(documents, room)
  const named = new Set(all.flatMap(({ ancestors }) => ancestors))
  return all.filter(({ id }) => !named.has(id))
}

function rangePorts(documents: Documents): ReconcilePorts {
  return {
    count: (room) => ordered(documents, room).length,
    sortKeys: (room, lower, upper, limit) =>
      ordered(documents, room)
        .map(({ clock, id }) => ({ clock, digest: digestOfDocumentId(id) }))
        .filter((place) => !isBefore(place, lower) && (upper === undefined || isBefore(place, upper)))
        .slice(0, limit),
    pendingKeys: () => [],
  }
}

function isBefore(a: SortKey, b: SortKey): boolean {
  return a.clock < b.clock || (a.clock === b.clock && Buffer.compare(a.digest, b.digest) < 0)
}

function placeName({ clock, digest }: SortKey): string {
  const length = digest.findLastIndex((byte) => byte !== 0) + 1
  return length === 0 ? `clock ${clock}` : `clock ${clock}, ${Buffer.from(digest.subarray(0, length)).toString('hex')}`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function blockOf(name: string): Uint8Array {
  const [, size] = /^big-(\d+)/.exec(name) ?? []
  const block = Buffer.alloc(Number(size ?? 100))
  block.write(name)
  return block
}

function nameOf(block: Uint8Array): string {
  return Buffer.from(block).toString('utf8').replace(/\0+$/, '')
}

describe('batch-sync scenarios', () => {
  scenarios(new URL('./batch-sync/', import.meta.url), () => new BatchSyncDriver())
})

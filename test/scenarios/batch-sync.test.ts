/**
 * Scenarios of the batch-sync machine. Inputs:
 *   hold R a b(a) c(a,b)        documents of room R are here; ancestors in brackets
 *   open R | close R            the room is opened or left here
 *   up P [credit N] | down P    P's stream opens (N bytes of credit) or ends
 *   neighbour P R [a x]         P proved to know R and has this frontier
 *   left P R                    P left R
 *   store R d(c) from P         d was accepted for the first time; P is a peer, self or gossip
 *   ack P R a b                 P's documents are durable here
 *   message P R a | acks P R a | locates P R a   a record came from P
 *   flood P R N                 N locators from P, naming the room's root
 *   wait N                      N milliseconds pass
 * A document has 100 bytes, or N where it is named like big-N.
 */
import { describe } from 'vitest'
import {
  BatchSyncMachine,
  type BatchSyncEffect,
  type BatchSyncInput,
  type BatchSyncPorts,
  type BatchSyncRecord,
  type BatchSyncTimer,
} from '../../protocols/batch-sync/index.ts'
import { CREDIT_BYTES } from '../../protocols/batch-sync/constants.ts'
import type { DocumentId, PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { Names } from './names.ts'
import { scenarios, type Driver } from './script.ts'
import { Timeline } from './timeline.ts'

interface Held extends Position {
  room: RoomId
  ancestors: DocumentId[]
  block: Uint8Array
}

class BatchSyncDriver implements Driver {
  readonly #names = new Names()
  readonly #documents = new Map<DocumentId, Held>()
  readonly #timeline = new Timeline<BatchSyncTimer>()
  readonly #machine = new BatchSyncMachine(this.#ports(), () => 0)
  #lines: string[] = []

  run(input: string): string[] {
    this.#lines = []
    const [verb = '', ...words] = input.split(/ +/)
    this.#step(verb, words)
    return this.#lines
  }

  #step(verb: string, words: string[]): void {
    const [first = '', second = '', ...rest] = words
    const peer = first as PeerKey
    const room = this.#names.id(second)
    switch (verb) {
      case 'hold':
        for (const word of words.slice(1)) this.#hold(this.#names.id(first), word)
        return
      case 'open':
      case 'close':
        return this.#handle({ type: 'command', command: { type: verb, room: this.#names.id(first) } })
      case 'up':
        return this.#handle({ type: 'peer-up', peer, creditBytes: rest.length > 0 ? Number(rest[0]) : CREDIT_BYTES })
      case 'down':
        return this.#handle({ type: 'peer-down', peer })
      case 'neighbour': {
        const frontier = this.#names.ids(rest.join(' ').replace(/[[\]]/g, '').split(' ').filter(Boolean))
        return this.#handle({ type: 'command', command: { type: 'neighbour', room, peer, frontier } })
      }
      case 'left':
        return this.#handle({ type: 'command', command: { type: 'neighbour-left', room, peer } })
      case 'store': {
        const from = rest.at(-1) as PeerKey
        const documents = [second, ...rest.slice(0, -2)].map((word) => this.#hold(this.#names.id(first), word))
        return this.#handle({
          type: 'command',
          command: { type: 'stored', room: this.#names.id(first), documents, from },
        })
      }
      case 'ack':
        return this.#handle({
          type: 'command',
          command: { type: 'acknowledge', room, ids: this.#names.ids(rest), to: peer },
        })
      case 'message':
        return this.#receive(peer, { type: 'message', topic: this.#names.topic(second), blocks: rest.map(blockOf) })
      case 'acks':
        return this.#receive(peer, { type: 'ack', topic: this.#names.topic(second), ids: this.#names.ids(rest) })
      case 'locates':
        return this.#receive(peer, { type: 'locator', topic: this.#names.topic(second), ids: this.#names.ids(rest) })
      case 'flood':
        return this.#flood(peer, second, Number(rest[0]))
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

  #flood(from: PeerKey, room: string, count: number): void {
    const record: BatchSyncRecord = { type: 'locator', topic: this.#names.topic(room), ids: [this.#names.id('root')] }
    const records = Array.from({ length: count }, () => record)
    const effects = this.#machine.handle({ type: 'records', from, records }, this.#timeline.nowMs)
    const sent = effects.filter((effect) => effect.type === 'send').length
    const faults = effects.filter((effect) => effect.type === 'misbehaviour').length
    this.#lines.push(`${sent} records sent, ${faults} locators dropped as a flood`)
  }

  #receive(from: PeerKey, record: BatchSyncRecord): void {
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
        break
      case 'emit': {
        const { room, from, blocks } = effect.event
        this.#lines.push(`received from ${from} in ${this.#names.of(room)}: ${blocks.map(nameOf).join(' ')}`)
        break
      }
      case 'misbehaviour':
        this.#lines.push(`fault of ${effect.peer}: ${effect.reason.code}`)
        break
      case 'persist':
        break
    }
  }

  #describe(record: BatchSyncRecord): string {
    const what = record.type === 'message' ? record.blocks.map(nameOf).join(' ') : this.#names.list(record.ids)
    return `${record.type} ${this.#names.of(record.topic)} ${what}`
  }

  #hold(room: RoomId, word: string): Position {
    const [, name = '', list = ''] = /^([^(]+)(?:\((.*)\))?$/.exec(word) ?? []
    const ancestors = this.#names.ids(list.split(',').filter(Boolean))
    const clock = 1 + Math.max(0, ...ancestors.map((id) => this.#documents.get(id)?.clock ?? 0))
    const document = { id: this.#names.id(name), room, clock, ancestors, block: blockOf(name) }
    this.#documents.set(document.id, document)
    return document
  }

  #ports(): BatchSyncPorts {
    const ordered = (room: RoomId): Held[] =>
      [...this.#documents.values()].filter((document) => document.room === room).sort(comparePositions)
    return {
      has: (id) => this.#documents.has(id),
      heads(room) {
        const documents = ordered(room)
        const named = new Set(documents.flatMap(({ ancestors }) => ancestors))
        return documents.filter(({ id }) => !named.has(id))
      },
      document: (id) => this.#documents.get(id),
      ancestors: (id) =>
        (this.#documents.get(id)?.ancestors ?? []).flatMap((ancestor) => this.#documents.get(ancestor) ?? []),
      documentBefore: (room, clock) => ordered(room).findLast((document) => document.clock < clock),
      documentsAfter: (room, after, limit) =>
        ordered(room)
          .filter((document) => after === undefined || comparePositions(document, after) > 0)
          .slice(0, limit),
    }
  }
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

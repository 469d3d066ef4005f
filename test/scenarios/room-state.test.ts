/**
 * Scenarios of the room-state machine of `anna`. Inputs:
 *   have R a b                  heads of room R here
 *   open R | close R | changed R
 *   up P | down P               P's stream opens or ends
 *   hurry R                     the newest documents of R are wanted first
 *   fill R                      no documents are taken in R any more
 *   meta P R serial N [a b] [full]  metadata of R from P, with a valid proof; `forged` instead of `meta` has an invalid one
 *   metaack P R serial N [unknown]
 *   goodbye P R | goodbyeack P R
 *   suggest P R                 P suggests a peer record
 *   remove P d                  document d removed P
 *   invite R                    anna has the secret of an invite to R
 *   removal P R | invited P R   P says that anna was removed from R, or shows that it has an invite
 *   flood P N                   N metadata records of rooms unknown here
 *   wait N                      N milliseconds pass
 */
import { describe } from 'vitest'
import {
  RoomStateMachine,
  type RoomStateEffect,
  type RoomStateInput,
  type RoomStateRecord,
  type RoomStateTimer,
} from '../../protocols/room-state/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { isRoomProof, proveRoom } from '../../protocols/wire/room-keys.ts'
import { Names } from './names.ts'
import { scenarios, type Driver } from './script.ts'
import { Timeline } from './timeline.ts'

const SELF = 'anna' as PeerId

class RoomStateDriver implements Driver {
  readonly #names = new Names()
  readonly #heads = new Map<RoomId, DocumentId[]>()
  readonly #full = new Set<RoomId>()
  readonly #impatient = new Set<RoomId>()
  readonly #removals = new Map<PeerId, DocumentId>()
  readonly #invited = new Set<RoomId>()
  readonly #timeline = new Timeline<RoomStateTimer>()
  readonly #machine = new RoomStateMachine({
    self: SELF,
    frontier: (room) => ({ ids: this.#heads.get(room) ?? [], clock: 1 }),
    refusesDocuments: (room) => this.#full.has(room),
    isNewestFirst: (room) => this.#impatient.has(room),
    checkpoint: () => undefined,
    historyFrom: () => undefined,
    base: () => undefined,
    removal: (_room, peer) => {
      const id = this.#removals.get(peer)
      return id && { id, block: Buffer.from(this.#names.of(id)) }
    },
    invitation: (room) =>
      this.#invited.has(room) ? { key: new Uint8Array(32).fill(7), proof: new Uint8Array(64) } : undefined,
    peerRecord: (peer) => Buffer.from(`record of ${peer}`),
  })
  #lines: string[] = []

  run(input: string): string[] {
    this.#lines = []
    const [verb = '', ...words] = input.split(/ +/)
    this.#step(verb, words)
    return this.#lines
  }

  #step(verb: string, words: string[]): void {
    const [first = '', second = '', , serialText, ...rest] = words
    const peer = first as PeerId
    const topic = this.#names.topic(second)
    const serial = Number(serialText)
    switch (verb) {
      case 'have':
        this.#heads.set(this.#names.id(first), this.#names.ids(words.slice(1)))
        return
      case 'fill':
        this.#full.add(this.#names.id(first))
        return
      case 'remove':
        this.#removals.set(peer, this.#names.id(second))
        return
      case 'invite':
        this.#invited.add(this.#names.id(first))
        return
      case 'hurry':
        this.#impatient.add(this.#names.id(first))
        return
      case 'open':
      case 'close':
      case 'changed':
        return this.#handle({ type: 'command', command: { type: verb, room: this.#names.id(first) } })
      case 'up':
        return this.#handle({ type: 'peer-up', peer, creditBytes: 0 })
      case 'down':
        return this.#handle({ type: 'peer-down', peer })
      case 'meta':
      case 'forged': {
        const proof = proveRoom(this.#names.id(second), verb === 'forged' ? SELF : peer, SELF)
        const refusesDocuments = rest.at(-1) === 'full'
        const names = refusesDocuments ? rest.slice(0, -1) : rest
        const frontier = this.#names.ids(names.join(' ').replace(/[[\]]/g, '').split(' ').filter(Boolean))
        return this.#receive(peer, {
          type: 'metadata',
          topic,
          serial,
          proof,
          frontier,
          clock: 1,
          refusesDocuments,
          isNewestFirst: false,
        })
      }
      case 'metaack':
        return this.#receive(peer, { type: 'metadata-ack', topic, serial, unknown: rest[0] === 'unknown' })
      case 'goodbye':
        return this.#receive(peer, { type: 'goodbye', topic })
      case 'goodbyeack':
        return this.#receive(peer, { type: 'goodbye-ack', topic })
      case 'suggest':
        return this.#receive(peer, { type: 'suggestion', topic, peerRecord: Buffer.from('record') })
      case 'removal':
        return this.#receive(peer, { type: 'removal', topic, block: Buffer.from('block') })
      case 'invited':
        return this.#receive(peer, { type: 'invited', topic, key: new Uint8Array(32), proof: new Uint8Array(64) })
      case 'flood':
        return this.#flood(peer, Number(second))
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

  #flood(from: PeerId, count: number): void {
    const records = Array.from({ length: count }, (_, i): RoomStateRecord => {
      const topic = this.#names.topic(`unknown ${i}`)
      return {
        type: 'metadata',
        topic,
        serial: 1,
        proof: new Uint8Array(32),
        frontier: [],
        clock: 0,
        refusesDocuments: false,
        isNewestFirst: false,
      }
    })
    const effects = this.#machine.handle({ type: 'records', from, records }, this.#timeline.nowMs)
    const answers = effects.filter((effect) => effect.type === 'send').length
    const faults = effects.filter((effect) => effect.type === 'misbehaviour').length
    this.#lines.push(`${answers} of ${count} answered as unknown, a flood counted ${faults} times`)
  }

  #receive(from: PeerId, record: RoomStateRecord): void {
    this.#handle({ type: 'records', from, records: [record] })
  }

  #handle(input: RoomStateInput): void {
    for (const effect of this.#machine.handle(input, this.#timeline.nowMs)) this.#print(effect)
  }

  #print(effect: RoomStateEffect): void {
    switch (effect.type) {
      case 'timer':
        this.#timeline.set(effect.timer, effect.afterMs)
        break
      case 'send':
        this.#lines.push(`to ${effect.to}: ${this.#describe(effect.to, effect.record)}`)
        break
      case 'emit': {
        const { event } = effect
        if (event.type === 'suggestion') this.#lines.push(`suggestion from ${event.from}`)
        else if (event.type === 'removal') {
          this.#lines.push(`${event.from} says that anna was removed from ${this.#names.of(event.room)}`)
        } else if (event.type === 'invited') {
          this.#lines.push(`${event.peer} shows an invite to ${this.#names.of(event.room)}`)
        } else if (event.type === 'neighbour-left') this.#lines.push(`${event.peer} left ${this.#names.of(event.room)}`)
        else
          this.#lines.push(
            `${event.peer} is in ${this.#names.of(event.room)} with [${this.#names.list(event.frontier)}]${event.refusesDocuments ? ', full' : ''}`,
          )
        break
      }
      case 'misbehaviour':
        this.#lines.push(`fault of ${effect.peer}: ${effect.reason.code}`)
        break
      case 'persist':
        break
    }
  }

  #describe(to: PeerId, record: RoomStateRecord): string {
    const room = this.#names.of(record.topic)
    switch (record.type) {
      case 'metadata': {
        const isProven = isRoomProof(this.#names.id(room), SELF, to, record.proof)
        return `metadata ${room} serial ${record.serial} [${this.#names.list(record.frontier)}]${record.refusesDocuments ? ' full' : ''}${record.isNewestFirst ? ' newest first' : ''}${isProven ? '' : ' WRONG PROOF'}`
      }
      case 'metadata-ack':
        return `metadata-ack ${room} serial ${record.serial}${record.unknown ? ' unknown' : ''}`
      case 'suggestion':
        return `suggestion ${room}: ${Buffer.from(record.peerRecord).toString()}`
      case 'removal':
        return `removal ${room} by ${Buffer.from(record.block).toString()}`
      case 'goodbye':
      case 'goodbye-ack':
      case 'invited':
        return `${record.type} ${room}`
    }
  }
}

describe('room-state scenarios', () => {
  scenarios(new URL('./room-state/', import.meta.url), () => new RoomStateDriver())
})

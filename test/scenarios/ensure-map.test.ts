/**
 * Scenarios of the ensure-map machine of `anna`. A word like `tree(left,right)` names a block with
 * its links, or a document with its ancestors; later it is `tree`. Inputs:
 *   hold R a b(a)               blocks are here that members of room R may have
 *   write b(root) c(b)          documents of room R are here; `root` is its root document
 *   written b(root) c(b)        documents of room R are elsewhere
 *   open R | close R            the room is opened or left here
 *   up P [credit N] | down P    P's stream opens (N bytes of credit) or ends
 *   neighbour P R | left P R    P has proved that it knows R, or has left it
 *   ensure R a [max N] [job J]  R is - if the block is for no room
 *   release R a | unpin R a | done R a J   the last one: job J is done
 *   add a                       blocks were put into the store by the user
 *   pause | resume
 *   missing R c from P [patient]  documents of R wait for c, which P may have
 *   accept R c d                documents were accepted into their room
 *   validated P R pending c | validated P R refused c    what became of documents that P sent
 *   wants P R a b [priority N] [after N]   records of P: it wants blocks, with ancestors after a clock
 *   sends P R a b | lies P R a  blocks, the second with other bytes
 *   haves P R a | lacks P R a | cancels P R a | reports P N
 *   wait N                      N milliseconds pass
 * A block without links has 100 bytes, or N if its name is like big-N.
 */
import { describe } from 'vitest'
import type { Document } from '../../protocols/document/document.ts'
import { CREDIT_BYTES } from '../../protocols/ensure-map/constants.ts'
import {
  EnsureMapMachine,
  type Ensured,
  type EnsureMapCommand,
  type EnsureMapEffect,
  type EnsureMapEvent,
  type EnsureMapInput,
  type EnsureMapRecord,
  type EnsureMapTimer,
  type EnsureMapWrite,
  type Scope,
} from '../../protocols/ensure-map/index.ts'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { documentAfter, leaf, node, roomOf, type Block } from '../unit/protocols/ensure-map/dags.ts'
import { HeldBlocks } from '../unit/protocols/ensure-map/held-blocks.ts'
import { scenarios, type Driver } from './script.ts'
import { Timeline } from './timeline.ts'

const NO_ROOM = '-'
/** The room whose documents are written. */
const HOME = roomOf('R')

/** Blocks and documents by their names, and names by ids. */
class Things {
  readonly #blocks = new Map<string, Block>()
  readonly #documents = new Map<string, Document>([['root', HOME]])
  readonly #names = new Map<string, string>([[HOME.id, 'root']])

  /** The block of a word; a new name is a block without links. */
  block(word: string): Block {
    const { name, others } = partsOf(word)
    const document = this.#documents.get(name)
    if (document !== undefined) return { id: document.id, data: document.block }
    const [, size = '100'] = /^big-(\d+)/.exec(name) ?? []
    const make = (): Block =>
      others.length > 0
        ? node(
            others.map((other) => this.block(other)),
            name,
          )
        : leaf(name, Number(size))
    const block = this.#blocks.get(name) ?? make()
    this.#blocks.set(name, block)
    this.#names.set(block.id, name)
    return block
  }

  document(word: string): Document {
    const { name, others } = partsOf(word)
    const document =
      this.#documents.get(name) ??
      documentAfter(
        others.map((other) => this.document(other)),
        name,
      )
    this.#documents.set(name, document)
    this.#names.set(document.id, name)
    return document
  }

  room(name: string): RoomId {
    const { id } = roomOf(name)
    this.#names.set(topicKeyOf(id), name)
    this.#names.set(`room ${id}`, name)
    return id
  }

  scope(name: string): Scope {
    return name === NO_ROOM ? undefined : this.room(name)
  }

  of(key: string): string {
    return this.#names.get(key) ?? key
  }

  in(scope: Scope): string {
    return scope === undefined ? 'for no room' : `in ${this.of(`room ${scope}`)}`
  }

  list(ids: readonly string[]): string {
    return ids.map((id) => this.of(id)).join(' ')
  }
}

function partsOf(word: string): { name: string; others: string[] } {
  const [, name = word, list = ''] = /^([^(]+)\((.*)\)$/.exec(word) ?? []
  // Not at commas within further brackets.
  return { name, others: list.split(/,(?![^(]*\))/).filter(Boolean) }
}

/** The words before some keywords, and the words after each of these. */
function optionsIn(words: readonly string[], keywords: readonly string[]): { names: string[]; options: string[][] } {
  const starts = keywords.map((keyword) => words.indexOf(keyword))
  const end = Math.min(words.length, ...starts.filter((at) => at >= 0))
  return { names: words.slice(0, end), options: starts.map((at) => (at < 0 ? [] : words.slice(at + 1, at + 2))) }
}

class EnsureMapDriver implements Driver {
  readonly #things = new Things()
  readonly #held = new HeldBlocks()
  readonly #timeline = new Timeline<EnsureMapTimer>()
  readonly #machine = new EnsureMapMachine({ ports: this.#held.ports, random: () => 0 })
  #lines: string[] = []

  constructor() {
    this.#held.accept([HOME])
  }

  run(input: string): string[] {
    this.#lines = []
    const [verb = '', ...words] = input.split(/ +/)
    this.#step(verb, words)
    return this.#lines
  }

  #step(verb: string, words: string[]): void {
    const [first = '', second = '', ...rest] = words
    const peer = first as PeerId
    switch (verb) {
      case 'hold':
        return this.#held.hold(
          this.#things.scope(first),
          words.slice(1).map((word) => this.#things.block(word)),
        )
      case 'write':
        return this.#held.accept(words.map((word) => this.#things.document(word)))
      case 'written':
        for (const word of words) this.#things.document(word)
        return
      case 'up':
        return this.#handle({ type: 'peer-up', peer, creditBytes: rest.length > 0 ? Number(rest[0]) : CREDIT_BYTES })
      case 'down':
        return this.#handle({ type: 'peer-down', peer })
      case 'wait':
        return this.#timeline.pass(Number(first), (timer) => {
          const before = this.#lines.length
          this.#handle({ type: 'timer', timer })
          if (this.#lines.length > before) this.#lines.splice(before, 0, `at ${this.#timeline.nowMs} ms`)
        })
      case 'wants':
      case 'sends':
      case 'lies':
      case 'haves':
      case 'lacks':
      case 'cancels':
      case 'reports':
        return this.#handle({ type: 'records', from: peer, records: this.#records(verb, second, rest) })
      default:
        return this.#handle({ type: 'command', command: this.#command(verb, words) })
    }
  }

  #command(verb: string, [first = '', second = '', ...rest]: string[]): EnsureMapCommand {
    const peer = first as PeerId
    switch (verb) {
      case 'open':
      case 'close':
        return { type: verb, room: this.#things.room(first) }
      case 'neighbour':
        return { type: 'neighbour', room: this.#things.room(second), peer }
      case 'left':
        return { type: 'neighbour-left', room: this.#things.room(second), peer }
      case 'ensure': {
        const { options } = optionsIn(rest, ['max', 'job'])
        const [[max], [job]] = options as [string[], string[]]
        return {
          ...{
            type: 'ensure',
            room: this.#things.scope(first),
            id: this.#things.block(second).id,
            pinned: false,
            addedAtMs: 0,
          },
          ...(max !== undefined && { maxBytes: Number(max) }),
          ...(job !== undefined && { job }),
        }
      }
      case 'release':
      case 'unpin':
        return { type: verb, room: this.#things.scope(first), id: this.#things.block(second).id }
      case 'done': {
        const id = this.#things.block(second).id
        return { type: 'job-done', room: this.#things.scope(first), id, job: rest[0] ?? '' }
      }
      case 'add': {
        const blocks = [first, second, ...rest].filter(Boolean).map((word) => this.#things.block(word))
        for (const { id, data } of blocks) this.#held.blocks.set(id, data)
        return { type: 'added', ids: blocks.map(({ id }) => id) }
      }
      case 'pause':
      case 'resume':
        return { type: 'pause', isPaused: verb === 'pause' }
      case 'missing': {
        const { names, options } = optionsIn([second, ...rest], ['from', 'patient'])
        const ids = names.map((word) => this.#things.document(word).id)
        const from = options[0]?.[0] as PeerId | undefined
        return { type: 'missing', room: this.#things.room(first), ids, from, isPatient: rest.includes('patient') }
      }
      case 'accept': {
        const documents = [second, ...rest].map((word) => this.#things.document(word))
        this.#held.accept(documents)
        return { type: 'stored', room: this.#things.room(first), ids: documents.map(({ id }) => id) }
      }
      case 'validated':
        return this.#validated(peer, this.#things.room(second), rest)
      default:
        throw new Error(`no such input: ${verb}`)
    }
  }

  #validated(from: PeerId, room: RoomId, [verdict, ...names]: string[]): EnsureMapCommand {
    const documents = names.map((word) => this.#things.document(word))
    const ids: DocumentId[] = documents.map(({ id }) => id)
    if (verdict === 'refused') return { type: 'validated', room, from, pending: [], refused: ids }
    for (const document of documents) this.#held.pending.set(document.id, document)
    return { type: 'validated', room, from, pending: ids, refused: [] }
  }

  #records(verb: string, about: string, rest: string[]): EnsureMapRecord[] {
    if (verb === 'reports') return [{ type: 'received', sizeBytes: Number(about) }]
    const topic = topicKeyOf(this.#things.room(about))
    const { names, options } = optionsIn(rest, ['priority', 'after'])
    const [[priority = '0'], [after]] = options as [string[], string[]]
    const blocks = names.map((word) => this.#things.block(word))
    const ids = blocks.map(({ id }) => id)
    switch (verb) {
      case 'wants': {
        const afterClock = after !== undefined && { afterClock: Number(after) }
        return [{ type: 'want', topic, ids, priority: Number(priority), ...afterClock }]
      }
      case 'cancels':
        return [{ type: 'cancel', topic, ids }]
      case 'haves':
        return [{ type: 'have', topic, ids }]
      case 'lacks':
        return [{ type: 'dont-have', topic, ids }]
      case 'lies':
        return blocks.map(({ id }) => ({ type: 'block', topic, id, data: Buffer.from('something else') }))
      default:
        return blocks.map(({ id, data }) => ({ type: 'block', topic, id, data }))
    }
  }

  #handle(input: EnsureMapInput): void {
    for (const effect of this.#machine.handle(input, this.#timeline.nowMs)) this.#print(effect)
  }

  #print(effect: EnsureMapEffect): void {
    switch (effect.type) {
      case 'timer':
        this.#timeline.set(effect.timer, effect.afterMs)
        break
      case 'send':
        this.#lines.push(`to ${effect.to}: ${this.#describe(effect.record)}`)
        break
      case 'emit':
        this.#lines.push(this.#describeEvent(effect.event))
        break
      case 'misbehaviour':
        this.#lines.push(`fault of ${effect.peer}: ${effect.reason.code}`)
        break
      case 'persist':
        this.#held.apply(effect.write)
        this.#lines.push(`saved: ${this.#describeWrite(effect.write)}`)
        break
    }
  }

  #describe(record: EnsureMapRecord): string {
    if (record.type === 'received') return `received ${record.sizeBytes} bytes`
    const about = `${record.type} ${this.#things.of(record.topic)}`
    if (record.type === 'block') return `${about} ${this.#things.of(record.id)}`
    const ids = `${about} ${this.#things.list(record.ids)}`
    if (record.type !== 'want') return ids
    const { priority, afterClock } = record
    const urgency = priority > 0 ? `, priority ${priority}` : ''
    return `${ids}${urgency}${afterClock === undefined ? '' : `, with ancestors after clock ${afterClock}`}`
  }

  #describeEvent(event: EnsureMapEvent): string {
    switch (event.type) {
      case 'documents': {
        const ids = event.blocks.map((block) => blockIdOf('dag-cbor', block))
        return `documents from ${event.from} ${this.#things.in(event.room)}: ${this.#things.list(ids)}`
      }
      case 'ensured':
        return this.#describeRoot(event.root)
      case 'absent':
      case 'ancestor-absent':
        return `${this.#things.of(event.id)} ${this.#things.in(event.room)} is absent`
    }
  }

  #describeWrite(write: EnsureMapWrite): string {
    switch (write.type) {
      case 'put-ensured':
        return this.#describeRoot(write.row)
      case 'delete-ensured':
        return `${this.#root(write.room, write.id)} is let go of`
      case 'put-needs':
        return `${this.#root(write.room, write.root)} needs ${this.#things.list(write.needs.map(({ id }) => id))}`
      case 'put-block':
        return `block ${this.#things.of(write.id)}`
    }
  }

  #describeRoot({ room, id, state, failure, jobs, blocks, sizeBytes }: Ensured): string {
    const size = state === 'complete' ? `, ${blocks === 1 ? '1 block' : `${blocks} blocks`} of ${sizeBytes} bytes` : ''
    const toDo = jobs.length > 0 ? `, to do: ${jobs.join(' ')}` : ''
    return `${this.#root(room, id)} is ${failure ?? state}${size}${toDo}`
  }

  #root(scope: Scope, id: BlockId): string {
    return `${this.#things.of(id)} ${this.#things.in(scope)}`
  }
}

describe('ensure-map scenarios', () => {
  scenarios(new URL('./ensure-map/', import.meta.url), () => new EnsureMapDriver())
})

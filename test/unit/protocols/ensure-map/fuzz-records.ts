/** Records that a peer might send, and how inputs read in a report. */
import { decodeFrame } from '../../../../protocols/ensure-map/codec.ts'
import { MAX_IDS, MAX_QUEUED_WANTS, PRIORITY } from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapInput } from '../../../../protocols/ensure-map/ports.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId, TopicKey } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { pick, randomInteger } from '../../../../src/simulate/random.ts'
import { someBytes } from '../fuzz-seeds.ts'
import { keyOf, type FuzzModel } from './fuzz-model.ts'
import type { KnownBlocks } from './known-blocks.ts'

export class FuzzRecords {
  readonly #random: Random
  readonly #known: KnownBlocks
  readonly #model: FuzzModel

  constructor(random: Random, known: KnownBlocks, model: FuzzModel) {
    this.#random = random
    this.#known = known
    this.#model = model
  }

  /** Mostly what could really come from this peer now. */
  any(from: PeerId): EnsureMapRecord {
    const model = this.#model.peers.get(from)
    const topic = topicKeyOf(pick(this.#random, this.#known.rooms))
    const asks = [...(model?.asks ?? [])]
    const ids = this.#chance(0.7) ? asks.filter(() => this.#chance(0.5)) : this.someIds(3)
    switch (this.#upTo(asks.length > 0 ? 11 : 8)) {
      case 0:
        return { type: 'have', topic, ids }
      case 1:
        return { type: 'dont-have', topic, ids }
      case 2: {
        const sentBytes = model?.sentBytes ?? 0
        return {
          type: 'received',
          sizeBytes: pick(this.#random, [0, this.#upTo(sentBytes), sentBytes, sentBytes + 1, 2 ** 52]),
        }
      }
      case 3:
        return { type: 'cancel', topic, ids: this.someIds(10) }
      case 4:
        return this.#unasked(topic)
      case 5:
      case 6:
      case 7:
      case 8: {
        const wanted = this.someIds(this.#chance(0.05) ? MAX_IDS : 10)
        const more = this.#chance(0.4) ? { afterClock: this.#upTo(8) } : {}
        return {
          type: 'want',
          topic,
          ids: wanted,
          priority: pick(this.#random, [...Object.values(PRIORITY), 99]),
          ...more,
        }
      }
      default: {
        const id = pick(this.#random, asks)
        const data = this.#known.get(id)!.data
        return {
          type: 'block',
          topic,
          id,
          data: this.#chance(0.9) ? data : someBytes(this.#random, data.length % 1_000),
        }
      }
    }
  }

  /** Any block, requested or not. */
  #unasked(topic: TopicKey): EnsureMapRecord {
    const { id, data } = this.#known.any()
    return { type: 'block', topic, id, data }
  }

  /** As many as a peer may ask for, of blocks that do not exist. */
  manyWants(): EnsureMapRecord[] {
    const topic = topicKeyOf(pick(this.#random, this.#known.rooms))
    return Array.from({ length: MAX_QUEUED_WANTS / MAX_IDS }, () => {
      const ids = Array.from({ length: MAX_IDS }, () => blockIdOf('raw', someBytes(this.#random, 4)))
      return { type: 'want', topic, ids, priority: 0 }
    })
  }

  /** Mostly existing ones, and many that are here. */
  someIds(max: number): BlockId[] {
    const kind = this.#random()
    const here = [...this.#model.blocks.keys(), ...this.#model.accepted]
    return Array.from({ length: this.#upTo(max) }, () => {
      if (kind < 0.4 && here.length > 0) return pick(this.#random, here)
      return kind < 0.9 ? this.#known.any().id : blockIdOf('raw', someBytes(this.#random, 4))
    })
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #upTo(max: number): number {
    return randomInteger(this.#random, 0, max)
  }
}

export function decodeOrNothing(frame: Uint8Array): EnsureMapRecord[] {
  try {
    return decodeFrame(frame)
  } catch {
    return []
  }
}

export function describe(input: EnsureMapInput): string {
  switch (input.type) {
    case 'command':
      return 'peer' in input.command ? `${input.command.type} of ${input.command.peer}` : input.command.type
    case 'timer':
      return `timer ${keyOf(input.timer)}`
    case 'records':
      return `${[...new Set(input.records.map(({ type }) => type))].join(', ')} from ${input.from}`
    default:
      return `${input.type} of ${input.peer}`
  }
}

/** One node of a ring, whose peers are played by the test. */
import type { ItemKey } from '../../../../protocols/ring/circle.ts'
import { RingMachine, type RingEffect, type RingRecord } from '../../../../protocols/ring/index.ts'
import type { AnswerBody, AnswerRecord, RequestBody, RequestRecord } from '../../../../protocols/ring/records.ts'
import type { RingCommand, RingEvent, RingSliceCommand } from '../../../../protocols/ring/ports.ts'
import { sha256 } from '../../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { Journal } from '../../../../src/store/journal.ts'
import { MemoryRing } from '../../../../src/store/memory-ring.ts'

export const peerOf = (name: string | number): PeerId => peerIdOfPublicKey(sha256(Buffer.from(`peer ${name}`)))

export class OneNode {
  readonly self = peerOf('self')
  readonly items = new MemoryRing()
  readonly machine: RingMachine
  nowMs = 1_000
  wallMs = 1_780_000_000_000
  #requests = 0

  constructor(quotaBytes = Infinity) {
    const { items } = this
    this.machine = new RingMachine({
      self: this.self,
      ports: {
        wallMs: () => this.wallMs,
        heldItem: (key) => items.heldItem(key),
        itemOfId: (id) => items.itemOfId(id),
        packedItem: (key) => items.packedItem(key),
        heldItems: (...args) => items.heldItems(...args),
        farthestItems: (limit) => items.farthestItems(limit),
        heldTotals: () => items.heldTotals(),
        quotaBytes: () => quotaBytes,
        peerRecord: (peer) => Buffer.from(`record of ${peer}`),
      },
      random: seededRandom(1),
    })
  }

  up(...peers: PeerId[]): RingEffect[] {
    return peers.flatMap((peer) =>
      this.#done(this.machine.handle({ type: 'peer-up', peer, creditBytes: 0 }, this.nowMs)),
    )
  }

  down(...peers: PeerId[]): RingEffect[] {
    return peers.flatMap((peer) => this.#done(this.machine.handle({ type: 'peer-down', peer }, this.nowMs)))
  }

  command(command: RingCommand | RingSliceCommand): RingEffect[] {
    return this.#done(this.machine.handle({ type: 'command', command }, this.nowMs))
  }

  receive(from: PeerId, record: RingRecord): RingEffect[] {
    return this.#done(this.machine.handle({ type: 'records', from, records: [record] }, this.nowMs))
  }

  /** A request by a peer, for the node itself unless there is a target. */
  ask(from: PeerId, body: RequestBody, around: Partial<RequestRecord> = {}): RingEffect[] {
    const plain = { target: undefined, hops: 40, isTraced: false, except: [] }
    return this.receive(from, { type: 'request', request: ++this.#requests, ...plain, ...around, body })
  }

  fire(type: 'requests' | 'stabilise' | 'fingers' | 'repair' | 'calls', afterMs: number): RingEffect[] {
    this.nowMs += afterMs
    return this.#done(this.machine.handle({ type: 'timer', timer: { type } }, this.nowMs))
  }

  held(key: ItemKey): boolean {
    return this.items.heldItem(key) !== undefined
  }

  #done(effects: readonly RingEffect[]): RingEffect[] {
    for (const effect of effects) if (effect.type === 'persist') this.items.apply(new Journal(), effect.write)
    return [...effects]
  }
}

export function requestsIn(
  effects: readonly RingEffect[],
  type: RequestBody['type'],
): (RequestRecord & { to: PeerId })[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' && effect.record.type === 'request' && effect.record.body.type === type
      ? [{ ...effect.record, to: effect.to }]
      : [],
  )
}

export function answersIn(effects: readonly RingEffect[]): AnswerBody[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' && effect.record.type === 'answer' ? [effect.record.body] : [],
  )
}

export function eventsIn<Type extends RingEvent['type']>(
  effects: readonly RingEffect[],
  type: Type,
): (RingEvent & { type: Type })[] {
  return effects.flatMap((effect) =>
    effect.type === 'emit' && effect.event.type === type ? [effect.event as RingEvent & { type: Type }] : [],
  )
}

export function faultsIn(effects: readonly RingEffect[]): [PeerId, string][] {
  return effects.flatMap((effect) =>
    effect.type === 'misbehaviour' ? [[effect.peer, effect.reason.code] as const] : [],
  ) as [PeerId, string][]
}

/** An answer of a peer to a request that was sent to it. */
export function answerTo(
  { request }: { request: number },
  body: AnswerBody,
  more: Partial<AnswerRecord> = {},
): AnswerRecord {
  return { type: 'answer', request, from: undefined, path: [], ...more, body }
}

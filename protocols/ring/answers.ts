/** What a node answers to what has reached it. */
import { sha256 } from '../wire/crypto.ts'
import type { PeerId } from '../wire/ids.ts'
import { clockwise, placeOfCopy, type ItemKey, type Place } from './circle.ts'
import { isNearestTo, type RingCore } from './core.ts'
import type { Keeper } from './keeper.ts'
import type { HeldItem } from './ports.ts'
import type { AnswerBody, Listed, RequestBody, ToldPeer } from './records.ts'

const DIGEST_BYTES = 8
const NOTHING = new Uint8Array(0)

/** Answers from the table of nodes and what is held. */
export class Answers {
  readonly #core: RingCore
  readonly #keeper: Keeper

  constructor(core: RingCore, keeper: Keeper) {
    this.#core = core
    this.#keeper = keeper
  }

  /** `target`: the place that was asked for; undefined if it was this node. */
  answer(body: RequestBody, target: Place | undefined, from: PeerId): AnswerBody {
    switch (body.type) {
      case 'get-id':
        return this.#id(body.key)
      case 'get-peers':
        return this.#peers(body, target)
      case 'get-items': {
        const held = this.#core.ports.heldItems(body.after, body.isPrevious, body.limit)
        return { type: 'items', items: held.filter((item) => !this.#keeper.isExpired(item)).map(listedOf) }
      }
      case 'get-item':
        return { type: 'found', item: this.#keeper.item(body.key) }
      case 'store':
        return this.#keeper.store(body.item)
      case 'offer':
        return { type: 'wanted', lacking: this.#lacking(body.items, body.copy, target) }
      case 'hello':
        this.#core.effects.emit({ ...body, from })
        return { type: 'hello', payload: NOTHING, record: this.#recordOf(this.#core.self) }
    }
  }

  #id(key: ItemKey | undefined): AnswerBody {
    const held = key && this.#keeper.held(key)
    const { items, sizeBytes } = this.#keeper
    return { type: 'id', items, sizeBytes, holds: held !== undefined, sequence: held?.sequence ?? 0 }
  }

  /** Around a place, this node is one of them. */
  #peers({ previous, next, digest }: RequestBody & { type: 'get-peers' }, target: Place | undefined): AnswerBody {
    const { self, place, table } = this.#core
    const own = target === undefined || target === place ? [] : [{ peer: self, place }]
    const around = target ?? place
    const before = [...own, ...table.previous(around, previous)]
    const after = [...own, ...table.next(around, next)]
    const lists = {
      previous: before
        .toSorted((a, b) => inOrder(clockwise(a.place, around), clockwise(b.place, around)))
        .slice(0, previous),
      next: after.toSorted((a, b) => inOrder(clockwise(around, a.place), clockwise(around, b.place))).slice(0, next),
    }
    if (digest !== undefined && digest === digestOf(lists.previous, lists.next))
      return { type: 'peers', isSame: true, previous: [], next: [] }
    const told = ({ peer }: { peer: PeerId }): ToldPeer => ({ peer, record: this.#recordOf(peer) })
    return { type: 'peers', isSame: false, previous: lists.previous.map(told), next: lists.next.map(told) }
  }

  /** Of what is offered for a place, as far as this node is the nearest to the places of the following items too. */
  #lacking(items: readonly Listed[], copy: number, target: Place | undefined): boolean[] {
    const foreign = items.findIndex(({ key }) => !isNearestTo(this.#core, placeOfCopy(key, copy)))
    const mine = target === undefined || foreign === -1 ? items : items.slice(0, foreign)
    return mine.map(({ key, sequence }) => {
      const held = this.#keeper.held(key)
      return held === undefined || held.sequence < sequence
    })
  }

  #recordOf(peer: PeerId): Uint8Array {
    return this.#core.ports.peerRecord(peer) ?? NOTHING
  }
}

/** Names who was told, so that it need not be told again. */
export function digestOf(previous: readonly { peer: PeerId }[], next: readonly { peer: PeerId }[]): string {
  const text = `${previous.map(({ peer }) => peer).join(' ')}/${next.map(({ peer }) => peer).join(' ')}`
  return Buffer.from(sha256(Buffer.from(text)).subarray(0, DIGEST_BYTES)).toString('hex')
}

function listedOf({ key, sequence, sizeBytes }: HeldItem): Listed {
  return { key, sequence, sizeBytes }
}

function inOrder(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

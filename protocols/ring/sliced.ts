/**
 * Slices of the ring: which parts are kept equal with whom, and what of the node's items the machine of slices reads. What comes by a
 * slice is kept if the node is to hold it anyway, or has a slice there, and makes nothing else leave.
 */
import type { PeerId } from '../wire/ids.ts'
import { keyOfBytes, bytesOfPlace, placeOfBytes, placeOfCopy, type ItemKey } from './circle.ts'
import { isNearestTo, type RingCore } from './core.ts'
import { standIns } from './holders.ts'
import { readItem, writeItem } from './item-codec.ts'
import { isAuthentic, isNewer, itemId, keyOf, type Item } from './items.ts'
import type { Keeper } from './keeper.ts'
import type { HeldItem, RingSliceCommand } from './ports.ts'
import { holdersIn, ownPart } from './slice-parts.ts'
import {
  contains,
  SlicesMachine,
  type PlacedItem,
  type Part,
  type SlicesEvent,
  type SlicesInput,
} from './slices/index.ts'
import type { Upkeep } from './upkeep.ts'

/** What is known of a slice of this node's. */
export interface SliceView {
  part: Part
  /** With whom it is compared. */
  holders: readonly PeerId[]
}

interface Slice extends SliceView {
  /** It follows the part that this node owns. */
  isOwn: boolean
}

/** The slices of a node of the ring, its own and those of its peers. */
export class Sliced {
  readonly #core: RingCore
  readonly #keeper: Keeper
  readonly #upkeep: Upkeep
  readonly #machine: SlicesMachine
  readonly #slices = new Map<number, Slice>()
  /** What came in this input, which the store does not know yet. */
  readonly #came = new Map<string, Item>()
  /** What was stored in this input, which reads of the store do not show yet. */
  readonly #stored = new Map<string, HeldItem>()
  readonly #welcomed = new Set<ItemKey>()
  #welcomedBytes = 0
  #isTaking = false
  #nowMs = 0

  constructor(core: RingCore, keeper: Keeper, upkeep: Upkeep) {
    this.#core = core
    this.#keeper = keeper
    this.#upkeep = upkeep
    this.#machine = new SlicesMachine({
      random: core.random,
      ports: {
        itemsIn: (part, limit) => this.held(part, limit).map(placedOf),
        packed: (id) => this.#packed(id),
        read: (packed) => this.#read(packed),
        isWelcome: (item) => this.#isWelcome(item),
        isFor: (id, holder) => this.#isFor(id, holder),
      },
    })
  }

  /** A slice of this node's by its number. */
  view(slice: number): SliceView | undefined {
    return this.#slices.get(slice)
  }

  /** With whom slices of this node's are compared. */
  holders(): PeerId[] {
    return [...this.#slices.values()].flatMap(({ holders }) => holders)
  }

  /** Whether a slice of this node's has a place. */
  has(key: ItemKey): boolean {
    return [...this.#slices.values()].some(({ part }) => contains(part, placeOfCopy(key, 0)))
  }

  /** The first items in a part that have not expired, clockwise. */
  held(part: Part, limit: number): HeldItem[] {
    if (part.from < part.to) return this.#between(part.from, part.to, limit)
    const first = this.#between(part.from, undefined, limit)
    return [...first, ...this.#between(0n, part.to, limit - first.length)]
  }

  /** Another input begins. */
  begin(nowMs: number): void {
    this.#nowMs = nowMs
    this.#came.clear()
    this.#stored.clear()
    this.#welcomed.clear()
    this.#welcomedBytes = 0
  }

  command(command: RingSliceCommand): void {
    if (command.type === 'close-slice') {
      this.#slices.delete(command.slice)
      return this.handle({ type: 'command', command: { type: 'close', slice: command.slice } })
    }
    const part = command.part ?? ownPart(this.#core)
    this.#place(command.slice, part, command.part === undefined)
  }

  /** The nodes of the ring that are connected are others. */
  peersChanged(): void {
    for (const [slice, { part, isOwn }] of this.#slices) {
      this.#place(slice, isOwn ? ownPart(this.#core) : part, isOwn)
    }
  }

  /** An item came or went. */
  changed(item: HeldItem, isHeld: boolean): void {
    const placed = placedOf(item)
    if (isHeld) this.#stored.set(item.id, item)
    if (!isHeld || !this.#isTaking) {
      this.handle({ type: 'command', command: { type: 'changed', item: placed, isHeld } })
    }
    if (!isHeld || this.#isTaking) return
    for (const [slice, { part }] of this.#slices) {
      if (contains(part, placed.place)) this.#core.effects.emit({ type: 'slice-item', slice, item, from: undefined })
    }
  }

  handle(input: SlicesInput): void {
    const { effects } = this.#core
    for (const effect of this.#machine.handle(input, this.#nowMs)) {
      switch (effect.type) {
        case 'send':
          effects.send(effect.to, { type: 'slice', record: effect.record })
          break
        case 'timer':
          effects.setTimer({ type: 'slices', timer: effect.timer }, effect.afterMs)
          break
        case 'misbehaviour':
          effects.misbehaviour(effect.peer, effect.reason.code)
          break
        case 'persist':
          this.#take(effect.write.item)
          break
        case 'emit':
          this.#emit(effect.event)
          break
      }
    }
  }

  #emit(event: SlicesEvent): void {
    const { effects } = this.#core
    if (event.type === 'ended') {
      const { slice, holder, isEqual } = event
      effects.emit({ type: 'slice-compared', slice, holder, isEqual })
    } else if (event.type === 'item') {
      const came = this.#came.get(textOf(event.item.id))
      if (came === undefined) return
      const sequence = came.signed?.sequence ?? 0
      const item = { key: keyOf(came), sequence, sizeBytes: this.#keeper.sizeOf(came) }
      effects.emit({ type: 'slice-item', slice: event.slice, item, from: event.from })
    }
  }

  #place(slice: number, part: Part, isOwn: boolean): void {
    const holders = holdersIn(part, this.#core)
    this.handle({ type: 'command', command: { type: 'slice', slice, part, holders } })
    this.#slices.set(slice, { part, isOwn, holders: holders.map(({ peer }) => peer) })
    this.#core.effects.emit({ type: 'slice-placed', slice })
  }

  #between(from: bigint, to: bigint | undefined, limit: number): HeldItem[] {
    const items: HeldItem[] = []
    let after = from === 0n ? undefined : keyOfBytes(bytesOfPlace(from - 1n))
    while (items.length < limit) {
      const page = this.#core.ports.heldItems(after, false, limit)
      const inside = to === undefined ? page : page.filter(({ key }) => placeOfCopy(key, 0) < to)
      items.push(...inside.filter((item) => !this.#keeper.isExpired(item)))
      if (inside.length < limit) break
      after = page.at(-1)?.key
    }
    return items.slice(0, Math.max(0, limit))
  }

  #packed(id: Uint8Array): Uint8Array | undefined {
    const held = this.#core.ports.itemOfId(textOf(id))
    const item = held && this.#keeper.item(held.key)
    return item && writeItem(item)
  }

  #read(packed: Uint8Array): PlacedItem | undefined {
    const item = readItem(packed)
    if (item === undefined) return undefined
    const key = keyOf(item)
    if (!isAuthentic(item, key)) return undefined
    const id = itemId(item)
    this.#came.set(textOf(id), item)
    return { place: placeOfBytes(Buffer.from(key, 'hex')), id }
  }

  #isWelcome({ id }: PlacedItem): boolean {
    const item = this.#came.get(textOf(id))
    if (item === undefined || item.ttlSeconds === 0) return false
    const key = keyOf(item)
    const before = this.#keeper.item(key)
    if (this.#welcomed.has(key) || (before !== undefined && !isNewer(item, before))) return false
    const sizeBytes = this.#keeper.sizeOf(item)
    const heldBytes = this.#keeper.sizeBytes + this.#welcomedBytes
    if (heldBytes + sizeBytes > this.#core.ports.quotaBytes() || !this.#isForUs(item, key)) return false
    this.#welcomed.add(key)
    this.#welcomedBytes += sizeBytes
    return true
  }

  #isForUs({ copies }: Item, key: ItemKey): boolean {
    if (this.has(key)) return true
    for (let copy = 0; copy < copies; copy++) if (isNearestTo(this.#core, placeOfCopy(key, copy))) return true
    return this.#standsIn(this.#core.self, key, copies)
  }

  /** Whether a peer owns a place of an item, or stands in. That it has a slice there is not known: it asks then. */
  #isFor(id: Uint8Array, peer: PeerId): boolean {
    const text = textOf(id)
    const came = this.#came.get(text)
    const held = came === undefined ? (this.#stored.get(text) ?? this.#core.ports.itemOfId(text)) : undefined
    const [key, copies] = came === undefined ? [held?.key, held?.copies ?? 0] : [keyOf(came), came.copies]
    if (key === undefined) return false
    for (let copy = 0; copy < copies; copy++) {
      const place = placeOfCopy(key, copy)
      const isNearest = this.#core.table.nearest(place, () => true)?.peer === peer
      if (isNearest && !isNearestTo(this.#core, place)) return true
    }
    return this.#standsIn(peer, key, copies)
  }

  #standsIn(peer: PeerId, key: ItemKey, copies: number): boolean {
    const { self, place } = this.#core
    return standIns(key, copies, new Map([...this.#upkeep.known(), [self, place]])).includes(peer)
  }

  #take({ id }: PlacedItem): void {
    const item = this.#came.get(textOf(id))
    if (item === undefined) return
    this.#isTaking = true
    this.#keeper.store(item)
    this.#isTaking = false
  }
}

function placedOf({ key, id }: HeldItem): PlacedItem {
  return { place: placeOfCopy(key, 0), id: Buffer.from(id, 'hex') }
}

function textOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex')
}

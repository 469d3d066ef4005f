/**
 * What a node keeps for others. It takes only what is authentic, keeps the newest of what has one name, and gives way to
 * its quota: what is farthest from it goes first, and of that the oldest.
 */
import type { RingCore } from './core.ts'
import { distance, placeOfCopy, type ItemKey, type Place } from './circle.ts'
import { MAX_EVICTED } from './constants.ts'
import { packItem, unpackItem } from './item-codec.ts'
import { isNewer, itemId, keyOf, type Item } from './items.ts'
import type { HeldItem, ItemRow } from './ports.ts'
import type { AnswerBody } from './records.ts'

const MS_PER_SECOND = 1_000

/** Key, sequence and times of an item, so that empty ones are not free. */
const ROW_BYTES = 128

/** The items of a node, within its quota. */
export class Keeper {
  readonly #core: RingCore
  readonly #changed: (item: HeldItem, isHeld: boolean) => void
  /** What the input at hand wrote, and reads of the store do not show yet; undefined: deleted. */
  readonly #written = new Map<ItemKey, ItemRow | undefined>()
  #items: number
  #sizeBytes: number

  /** `changed` is called for each version that comes or goes. */
  constructor(core: RingCore, changed: (item: HeldItem, isHeld: boolean) => void) {
    this.#core = core
    this.#changed = changed
    const { items, sizeBytes } = core.ports.heldTotals()
    this.#items = items
    this.#sizeBytes = sizeBytes
  }

  get items(): number {
    return this.#items
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Another input begins: what the last one wrote is in the store. */
  begin(): void {
    this.#written.clear()
  }

  /** What is held under a key and has not expired. */
  held(key: ItemKey): HeldItem | undefined {
    const held = this.#rowOf(key)
    return held === undefined || held.expiresAtMs <= this.#core.ports.wallMs() ? undefined : held
  }

  /** The same with its value. */
  item(key: ItemKey): Item | undefined {
    const held = this.held(key)
    const packed = held && (this.#written.get(key)?.packed ?? this.#core.ports.packedItem(key))
    return held && packed && { ...unpackItem(packed, this.#ttlOf(held)), copies: held.copies }
  }

  /** Keeps an authentic item, unless a newer one of its name is here, or nothing would make way for it. */
  store(item: Item): AnswerBody {
    const key = keyOf(item)
    const before = this.item(key)
    if (before !== undefined && isNewer(before, item)) return stored('newer', before)
    const wallMs = this.#core.ports.wallMs()
    const isSame = before !== undefined && !isNewer(item, before)
    const copies = Math.max(item.copies, isSame ? before.copies : 1)
    const ttlSeconds = Math.max(item.ttlSeconds, isSame ? before.ttlSeconds : 0)
    if (isSame && copies === before.copies && ttlSeconds === before.ttlSeconds) return stored('held', item)
    const packed = packItem({ ...item, copies })
    const row = {
      ...{ key, id: Buffer.from(itemId(item)).toString('hex') },
      ...{ sequence: item.signed?.sequence ?? 0, copies, packed, sizeBytes: this.sizeOf(item) },
      ...{
        expiresAtMs: wallMs + ttlSeconds * MS_PER_SECOND,
        storedAtMs: wallMs,
        farness: this.#farnessOf(key, copies),
      },
    }
    const replaced = this.#rowOf(key)
    if (!this.#makeRoom(row, replaced)) return stored('full', item)
    this.#items += replaced === undefined ? 1 : 0
    this.#sizeBytes += row.sizeBytes - (replaced?.sizeBytes ?? 0)
    this.#written.set(key, row)
    this.#core.effects.persist({ type: 'put-ring-item', item: row })
    if (!isSame) {
      this.#core.effects.emit({ type: 'moved' })
      if (replaced !== undefined) this.#changed(replaced, false)
      this.#changed(row, true)
    }
    return stored('held', item)
  }

  /** Lets go of a version, if it is still here. */
  delete(item: HeldItem): void {
    const { key, id, sizeBytes } = item
    if (this.#rowOf(key)?.id !== id) return
    this.#items--
    this.#sizeBytes -= sizeBytes
    this.#written.set(key, undefined)
    this.#core.effects.persist({ type: 'delete-ring-item', key })
    this.#changed(item, false)
  }

  /** What an item takes of the quota. */
  sizeOf({ value }: Item): number {
    return value.length + ROW_BYTES
  }

  isExpired({ expiresAtMs }: HeldItem): boolean {
    return expiresAtMs <= this.#core.ports.wallMs()
  }

  #rowOf(key: ItemKey): HeldItem | undefined {
    return this.#written.has(key) ? this.#written.get(key) : this.#core.ports.heldItem(key)
  }

  #ttlOf({ expiresAtMs }: HeldItem): number {
    return Math.max(1, Math.ceil((expiresAtMs - this.#core.ports.wallMs()) / MS_PER_SECOND))
  }

  /** Bits of the distance to the nearest of its places. */
  #farnessOf(key: ItemKey, copies: number): number {
    const far = (place: Place): number => distance(this.#core.place, place).toString(2).length
    return Math.min(...Array.from({ length: copies }, (_, copy) => far(placeOfCopy(key, copy))))
  }

  /** Lets go of what is farther than an item, or older than one as far; returns whether there is space then. */
  #makeRoom(row: HeldItem, replaced: HeldItem | undefined): boolean {
    const { ports } = this.#core
    let lackingBytes = this.#sizeBytes + row.sizeBytes - (replaced?.sizeBytes ?? 0) - ports.quotaBytes()
    if (lackingBytes <= 0) return true
    const leaving: HeldItem[] = []
    for (const held of ports.farthestItems(MAX_EVICTED)) {
      if (lackingBytes <= 0 || (held.farness < row.farness && !this.isExpired(held))) break
      if (held.key === row.key || this.#written.has(held.key)) continue
      leaving.push(held)
      lackingBytes -= held.sizeBytes
    }
    if (lackingBytes > 0) return false
    for (const held of leaving) this.delete(held)
    return true
  }
}

function stored(outcome: 'held' | 'newer' | 'full', { signed }: Item): AnswerBody {
  return { type: 'stored', outcome, sequence: signed?.sequence ?? 0 }
}

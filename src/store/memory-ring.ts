/** What the store in memory keeps of the ring. */
import type { ItemKey } from '../../protocols/ring/index.ts'
import type { Journal } from './journal.ts'
import type { HeldItem, ItemRow, RingReads, RingWrite } from './ring-items.ts'

export class MemoryRing implements RingReads {
  readonly #rows = new Map<ItemKey, ItemRow>()
  readonly #keysById = new Map<string, ItemKey>()
  /** Undefined after a change of the keys. */
  #sortedKeys: ItemKey[] | undefined

  apply(journal: Journal, write: RingWrite): void {
    const changed = (): void => void (this.#sortedKeys = undefined)
    journal.did(changed)
    changed()
    const key = write.type === 'put-ring-item' ? write.item.key : write.key
    const replaced = this.#rows.get(key)
    if (replaced !== undefined) journal.delete(this.#keysById, replaced.id)
    if (write.type === 'delete-ring-item') return journal.delete(this.#rows, key)
    journal.set(this.#rows, key, write.item)
    journal.set(this.#keysById, write.item.id, key)
  }

  heldItem(key: ItemKey): HeldItem | undefined {
    const row = this.#rows.get(key)
    return row && infoOf(row)
  }

  itemOfId(id: string): HeldItem | undefined {
    const key = this.#keysById.get(id)
    return key && this.heldItem(key)
  }

  packedItem(key: ItemKey): Uint8Array | undefined {
    return this.#rows.get(key)?.packed
  }

  heldItems(after: ItemKey | undefined, isPrevious: boolean, limit: number): HeldItem[] {
    this.#sortedKeys ??= [...this.#rows.keys()].sort()
    const keys = isPrevious ? this.#sortedKeys.toReversed() : this.#sortedKeys
    const listed = keys.filter((key) => after === undefined || (isPrevious ? key < after : key > after))
    return listed.slice(0, limit).flatMap((key) => this.heldItem(key) ?? [])
  }

  farthestItems(limit: number): HeldItem[] {
    const inOrder = (a: ItemRow, b: ItemRow): number =>
      b.farness - a.farness || a.storedAtMs - b.storedAtMs || (a.key < b.key ? -1 : 1)
    return [...this.#rows.values()].sort(inOrder).slice(0, limit).map(infoOf)
  }

  heldTotals(): { items: number; sizeBytes: number } {
    const rows = [...this.#rows.values()]
    return { items: rows.length, sizeBytes: rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
  }
}

function infoOf(row: ItemRow): HeldItem {
  const { key, id, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness } = row
  return { key, id, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness }
}

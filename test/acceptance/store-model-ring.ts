/** What the naive store says of the items that are kept for the ring. */
import type { HeldItem, ItemRow, RingReads } from '../../src/store/ring-items.ts'

export function ringReadsOf(rows: () => readonly ItemRow[]): RingReads {
  const heldItems: RingReads['heldItems'] = (after, isPrevious, limit) => {
    const sorted = rows().toSorted((a, b) => (a.key < b.key !== isPrevious ? -1 : 1))
    const listed = sorted.filter(({ key }) => after === undefined || (isPrevious ? key < after : key > after))
    return listed.slice(0, limit).map(infoOf)
  }
  return {
    heldItems,
    heldItem: (key) => heldItems(undefined, false, Infinity).find((item) => item.key === key),
    itemOfId: (id) => heldItems(undefined, false, Infinity).find((item) => item.id === id),
    packedItem: (key) => rows().find((item) => item.key === key)?.packed,
    farthestItems: (limit) => {
      const items = heldItems(undefined, false, Infinity)
      return items.sort((a, b) => b.farness - a.farness || a.storedAtMs - b.storedAtMs).slice(0, limit)
    },
    heldTotals: () => ({ items: rows().length, sizeBytes: rows().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }),
  }
}

function infoOf(row: ItemRow): HeldItem {
  const { key, id, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness } = row
  return { key, id, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness }
}

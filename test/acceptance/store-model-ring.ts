/** What the model of a store has of the ring. */
import type { RingItemInfo, RingItemRow, RingReads } from '../../src/store/ring-items.ts'

/** Reads of a list of rows, which is searched from end to end. */
export function modelRing(rows: () => readonly RingItemRow[]): RingReads {
  const heldItems: RingReads['heldItems'] = (after, isPrevious, limit) => {
    const sorted = rows().toSorted((a, b) => (a.key < b.key !== isPrevious ? -1 : 1))
    const listed = sorted.filter(({ key }) => after === undefined || (isPrevious ? key < after : key > after))
    return listed.slice(0, limit).map(infoOf)
  }
  return {
    heldItem: (key) => heldItems(undefined, false, Infinity).find((item) => item.key === key),
    packedItem: (key) => rows().find((item) => item.key === key)?.packed,
    heldItems,
    farthestItems: (limit) => {
      const items = heldItems(undefined, false, Infinity)
      return items.sort((a, b) => b.farness - a.farness || a.storedAtMs - b.storedAtMs).slice(0, limit)
    },
    heldTotals: () => ({ items: rows().length, sizeBytes: rows().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }),
  }
}

function infoOf(row: RingItemRow): RingItemInfo {
  const { key, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness } = row
  return { key, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness }
}

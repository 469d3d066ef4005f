/** What the model of a store has of rows that belong to no room. */
import type { ItemKey } from '../../protocols/ring/index.ts'
import type { RingItemInfo, RingItemRow } from '../../src/store/ring-items.ts'
import type { AddressRow, FaultRow, PinnedAddressRow } from '../../src/store/store.ts'
import type { VerifiedRow } from '../../src/store/verified.ts'
import type { Tables } from './store-tables.ts'

/** Reads of flat lists, which are searched from end to end. */
export abstract class NodeRowsModel {
  protected abstract get tables(): Tables

  heldItem(key: ItemKey): RingItemInfo | undefined {
    return this.heldItems(undefined, false, Infinity).find((item) => item.key === key)
  }

  packedItem(key: ItemKey): Uint8Array | undefined {
    return this.tables.ringItems.find((item) => item.key === key)?.packed
  }

  heldItems(after: ItemKey | undefined, isPrevious: boolean, limit: number): RingItemInfo[] {
    const sorted = this.tables.ringItems.toSorted((a, b) => (a.key < b.key !== isPrevious ? -1 : 1))
    const listed = sorted.filter(({ key }) => after === undefined || (isPrevious ? key < after : key > after))
    return listed.slice(0, limit).map(infoOf)
  }

  farthestItems(limit: number): RingItemInfo[] {
    const items = this.heldItems(undefined, false, Infinity)
    return items.sort((a, b) => b.farness - a.farness || a.storedAtMs - b.storedAtMs).slice(0, limit)
  }

  heldTotals(): { items: number; sizeBytes: number } {
    const { ringItems } = this.tables
    return { items: ringItems.length, sizeBytes: ringItems.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
  }

  addresses(): AddressRow[] {
    return this.tables.addresses.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.peer < b.peer ? -1 : 1))
  }

  readonly verified = (): VerifiedRow[] => this.tables.verified.toSorted((a, b) => (a.peer < b.peer ? -1 : 1))

  faults(): FaultRow[] {
    return this.tables.faults.toSorted((a, b) => b.atMs - a.atMs || (a.digest < b.digest ? -1 : 1))
  }

  pinnedAddresses(): PinnedAddressRow[] {
    const rows = this.tables.pinnedAddresses
    return rows.toSorted((a, b) => a.namedAtMs - b.namedAtMs || (a.address < b.address ? -1 : 1))
  }
}

function infoOf(row: RingItemRow): RingItemInfo {
  const { key, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness } = row
  return { key, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness }
}

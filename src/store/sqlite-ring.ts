/** What the SQLite store has of the ring. */
import type { ItemKey } from '../../protocols/ring/index.ts'
import type { HeldItem, RingWrite } from './ring-items.ts'
import type { prepareStatements, RingItemColumns } from './sqlite-statements.ts'

type Statements = ReturnType<typeof prepareStatements>

/** Before and after all keys, which have 32 bytes. */
const BEFORE_ALL = new Uint8Array(0)
const AFTER_ALL = new Uint8Array(33).fill(0xff)

export function writeRingItem(statements: Statements, write: RingWrite): void {
  if (write.type === 'delete-ring-item') {
    statements.deleteRingItem.run(bytesOf(write.key))
    return
  }
  const { key, id, sequence, sizeBytes, copies, expiresAtMs, storedAtMs, farness, packed } = write.item
  statements.putRingItem.run(
    bytesOf(key),
    Buffer.from(id, 'hex'),
    sequence,
    sizeBytes,
    copies,
    expiresAtMs,
    storedAtMs,
    farness,
    packed,
  )
}

export function readHeldItem(statements: Statements, key: ItemKey): HeldItem | undefined {
  const row = statements.ringItem.get(bytesOf(key))
  return row && heldItemOf(row)
}

export function readItemOfId(statements: Statements, id: string): HeldItem | undefined {
  const row = statements.ringItemOfId.get(Buffer.from(id, 'hex'))
  return row && heldItemOf(row)
}

export function readHeldItems(
  statements: Statements,
  after: ItemKey | undefined,
  isPrevious: boolean,
  limit: number,
): HeldItem[] {
  const from = after && bytesOf(after)
  const rows = isPrevious
    ? statements.ringItemsBefore.all(from ?? AFTER_ALL, limitOf(limit))
    : statements.ringItemsAfter.all(from ?? BEFORE_ALL, limitOf(limit))
  return rows.map(heldItemOf)
}

export function readFarthestItems(statements: Statements, limit: number): HeldItem[] {
  return statements.farthestRingItems.all(limitOf(limit)).map(heldItemOf)
}

export function readHeldTotals(statements: Statements): { items: number; sizeBytes: number } {
  const { items = 0, size_bytes = 0 } = statements.ringTotals.get() ?? {}
  return { items, sizeBytes: size_bytes }
}

function heldItemOf(row: RingItemColumns): HeldItem {
  const { key, id, sequence, size_bytes, copies, expires_at_ms, stored_at_ms, farness } = row
  return {
    ...{ key: Buffer.from(key).toString('hex') as ItemKey, id: Buffer.from(id).toString('hex') },
    ...{ sequence, sizeBytes: size_bytes, copies },
    ...{ expiresAtMs: expires_at_ms, storedAtMs: stored_at_ms, farness },
  }
}

/** SQLite takes a negative number for no limit. */
function limitOf(limit: number): number {
  return Number.isFinite(limit) ? limit : -1
}

function bytesOf(key: ItemKey): Uint8Array {
  return Buffer.from(key, 'hex')
}

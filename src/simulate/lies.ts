/** Lies that a node tells about requested blocks and checkpoints; in everything else it is honest. */
import type { EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import type { RoomStateRecord } from '../../protocols/room-state/index.ts'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId, DocumentId, TopicKey } from '../../protocols/wire/ids.ts'

/**
 * `wrong-bytes`: sends other bytes under the requested id. `promises`: says that it has a block, and
 * never sends it. `denies`: says that it does not have it. `unasked`: adds a block that nobody asked
 * for to every answer.
 */
export const LIES = ['wrong-bytes', 'promises', 'denies', 'unasked'] as const
export type Lie = (typeof LIES)[number]

/** What a liar sends instead of some records. */
export function lieAbout(records: readonly EnsureMapRecord[], lie: Lie): EnsureMapRecord[] {
  return records.flatMap((record): EnsureMapRecord[] => {
    if (record.type === 'block') return lieAboutBlock(record, lie)
    if (record.type !== 'dont-have' || lie !== 'unasked') return [record]
    return [record, ...record.ids.map((id) => unaskedBlock(record.topic, id))]
  })
}

/** What a liar says that vouches for a checkpoint, whatever that says. */
export function vouchFor(records: readonly RoomStateRecord[], checkpoint: DocumentId): RoomStateRecord[] {
  return records.map((record) => (record.type === 'metadata' ? { ...record, checkpoint } : record))
}

function lieAboutBlock(record: EnsureMapRecord & { type: 'block' }, lie: Lie): EnsureMapRecord[] {
  const { topic, id } = record
  switch (lie) {
    case 'wrong-bytes':
      return [{ ...record, data: changed(record.data) }]
    case 'promises':
      return [{ type: 'have', topic, ids: [id] }]
    case 'denies':
      return [{ type: 'dont-have', topic, ids: [id] }]
    case 'unasked':
      return [record, unaskedBlock(topic, id)]
  }
}

function changed(data: Uint8Array): Uint8Array {
  const other = Uint8Array.from(data)
  other[other.length - 1] = 0xff ^ (other.at(-1) ?? 0)
  return other
}

function unaskedBlock(topic: TopicKey, id: BlockId): EnsureMapRecord {
  const data = Buffer.from(`not ${id}`)
  return { type: 'block', topic, id: blockIdOf('raw', data), data }
}

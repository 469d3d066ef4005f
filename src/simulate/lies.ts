/** What a node sends that lies to those who ask it for blocks; in all else it is honest. */
import type { EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'

/**
 * `wrong-bytes`: sends other bytes under the id that was asked for. `promises`: says that it has what
 * it was asked for, and never sends it. `denies`: says that it has not. `unasked`: sends with each
 * block another one that nobody asked for.
 */
export const LIES = ['wrong-bytes', 'promises', 'denies', 'unasked'] as const
export type Lie = (typeof LIES)[number]

/** What a liar sends instead of some records. */
export function lieAbout(records: readonly EnsureMapRecord[], lie: Lie): EnsureMapRecord[] {
  return records.flatMap((record): EnsureMapRecord[] => {
    if (record.type !== 'block') return [record]
    const { topic, id, data } = record
    switch (lie) {
      case 'wrong-bytes':
        return [{ ...record, data: changed(data) }]
      case 'promises':
        return [{ type: 'have', topic, ids: [id] }]
      case 'denies':
        return [{ type: 'dont-have', topic, ids: [id] }]
      case 'unasked': {
        const other = changed(data)
        return [record, { type: 'block', topic, id: blockIdOf('raw', other), data: other }]
      }
    }
  })
}

function changed(data: Uint8Array): Uint8Array {
  const other = Uint8Array.from(data)
  other[other.length - 1] = 0xff ^ (other.at(-1) ?? 0)
  return other
}

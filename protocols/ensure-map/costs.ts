/** What the records of the ensure map cost whoever handles them. */
import { chunksOf } from '../wire/pack.ts'
import { byteSteps, type RecordCosts } from '../wire/pieces.ts'
import type { EnsureMapRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<EnsureMapRecord> = {
  stepsOf(record) {
    if (record.type === 'received') return 1
    // The ancestors of a document come in one piece: each part of them would ask for what is in the next.
    return record.type === 'block' ? byteSteps(record.data) : 1 + record.ids.length
  },
  split(record, maxSteps) {
    if (record.type === 'received' || record.type === 'block') return [record]
    return [...chunksOf(record.ids, Math.max(1, maxSteps - 1))].map((ids) => ({ ...record, ids }))
  },
}

/** What the records of the ensure map cost whoever handles them. */
import { chunksOf } from '../wire/pack.ts'
import { blockSteps, type RecordCosts } from '../wire/pieces.ts'
import type { EnsureMapRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<EnsureMapRecord> = {
  stepsOf(record) {
    if (record.type === 'received') return 1
    return record.type === 'block' ? blockSteps(record.data) : 1 + record.ids.length
  },
  split(record, maxSteps) {
    if (record.type === 'received' || record.type === 'block') return [record]
    return [...chunksOf(record.ids, Math.max(1, maxSteps - 1))].map((ids) => ({ ...record, ids }))
  },
}

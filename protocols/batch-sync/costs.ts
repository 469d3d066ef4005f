/** What the records of batch sync cost whoever handles them. */
import { chunksOf, packRuns } from '../wire/pack.ts'
import { blockSteps, type RecordCosts } from '../wire/pieces.ts'
import { MAX_HEADERS } from './constants.ts'
import type { BatchSyncRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<BatchSyncRecord> = {
  stepsOf(record) {
    if (record.type === 'message') return record.blocks.reduce((sum, block) => sum + blockSteps(block), 1)
    // The documents that ranges make us look at are counted where they are looked at.
    if (record.type === 'ranges') return 1 + record.ranges.length
    // Headers are looked up one by one; those of an answer are only read.
    if (record.type === 'header-request') return 1 + (record.base === undefined ? record.ids.length : MAX_HEADERS)
    if (record.type === 'headers') return 1 + record.headers.length
    return 1 + record.ids.length
  },
  split(record, maxSteps) {
    if (record.type === 'message') {
      return packRuns(record.blocks, blockSteps, { maxSize: maxSteps - 1 }).map((blocks) => ({ ...record, blocks }))
    }
    if (record.type === 'ranges' || record.type === 'header-request' || record.type === 'headers') return [record]
    return [...chunksOf(record.ids, Math.max(1, maxSteps - 1))].map((ids) => ({ ...record, ids }))
  },
}

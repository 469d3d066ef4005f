/** What the records of the ensure map cost whoever handles them. */
import { codecOf } from '../wire/block-ids.ts'
import { chunksOf } from '../wire/pack.ts'
import { byteSteps, type RecordCosts } from '../wire/pieces.ts'
import type { EnsureMapRecord } from './records.ts'

/** The rows of a block and of what needs it, with their indexes, as blocks of files come. */
const BLOCK_STEPS = 4

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<EnsureMapRecord> = {
  stepsOf(record) {
    if (record.type === 'received') return 1
    // The ancestors of a document come in one piece: each part of them would ask for what is in the next.
    if (record.type !== 'block') return 1 + record.ids.length
    return byteSteps(record.data) + (codecOf(record.id) === 'dag-cbor' ? 0 : BLOCK_STEPS)
  },
  split(record, maxSteps) {
    if (record.type === 'received' || record.type === 'block') return [record]
    return [...chunksOf(record.ids, Math.max(1, maxSteps - 1))].map((ids) => ({ ...record, ids }))
  },
}

/** What the records of directories cost whoever handles them. */
import type { RecordCosts } from '../wire/pieces.ts'
import { LOOK_STEPS, RECORD_STEPS } from './constants.ts'
import type { DirectoryRecordOnWire } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. Nothing is larger than one piece may be, by MAX_LENGTHS and MAX_RECORDS. */
export const COSTS: RecordCosts<DirectoryRecordOnWire> = {
  stepsOf(record) {
    if (record.type === 'look') return LOOK_STEPS * (record.last - record.first + 1)
    if (record.type === 'taken') return 1
    return 1 + RECORD_STEPS * record.records.length
  },
  split: (record) => [record],
}

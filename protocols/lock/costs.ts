/** What the records of locks cost whoever handles them. */
import type { RecordCosts } from '../wire/pieces.ts'
import { WRITE_STEPS } from './constants.ts'
import type { LockRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<LockRecord> = {
  stepsOf: ({ type }) => (type === 'ask' || type === 'release' ? WRITE_STEPS : 1),
  split: (record) => [record],
}

/** What the records of announced rooms cost whoever handles them. */
import type { RecordCosts } from '../wire/pieces.ts'
import { ASK_STEPS } from './constants.ts'
import type { NearbyRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<NearbyRecord> = {
  stepsOf: (record) => (record.type === 'ask' ? ASK_STEPS : 1 + record.offers.length),
  split: (record) => [record],
}

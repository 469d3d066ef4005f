/** What the records of document networks cost whoever handles them. */
import type { RecordCosts } from '../wire/pieces.ts'
import { CLAIM_STEPS } from './constants.ts'
import type { NetworkRecord } from './records.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<NetworkRecord> = {
  stepsOf: ({ type }) => (type === 'claim' ? CLAIM_STEPS : 1),
  split: (record) => [record],
}

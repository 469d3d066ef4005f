/** What the records of room state cost whoever handles them. */
import type { RecordCosts } from '../wire/pieces.ts'
import { METADATA_STEPS } from './constants.ts'
import type { MetadataRecord, RoomStateRecord } from './records.ts'

/** Metadata is looked at with all its frontier; nothing else takes more than a few steps. */
export function metadataSteps({ frontier }: Pick<MetadataRecord, 'frontier'>): number {
  return METADATA_STEPS + frontier.length
}

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<RoomStateRecord> = {
  stepsOf: (record) => (record.type === 'metadata' ? metadataSteps(record) : 1),
  split: (record) => [record],
}

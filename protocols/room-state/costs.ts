/** What the records of room state cost whoever handles them. */
import { blockSteps, type RecordCosts } from '../wire/pieces.ts'
import { INVITED_STEPS, METADATA_STEPS } from './constants.ts'
import type { MetadataRecord, RoomStateRecord } from './records.ts'

/** Metadata is looked at with all its frontier. */
export function metadataSteps({ frontier }: Pick<MetadataRecord, 'frontier'>): number {
  return METADATA_STEPS + frontier.length
}

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<RoomStateRecord> = {
  stepsOf: (record) => {
    if (record.type === 'metadata') return metadataSteps(record)
    if (record.type === 'removal') return blockSteps(record.block)
    // Nothing else takes more than a few steps.
    return record.type === 'invited' ? INVITED_STEPS : 1
  },
  split: (record) => [record],
}

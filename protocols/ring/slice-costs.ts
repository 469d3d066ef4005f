/** What the records of slices cost whoever handles them, in steps of a row looked up. */
import { byteSteps } from '../wire/pieces.ts'
import { MAX_WANTED } from './slices/constants.ts'
import type { SlicesRecord } from './slices/index.ts'

/** Reading STEPS ids, or looking at as many symbols. */
const COMPARING_STEPS = 512

/** Looking at all checksums of a set. */
const SEARCHING_STEPS = 64

/** Finding an item by its id and reading it. */
const FINDING_STEPS = 2

/** Checking the signature of an item, and storing it. */
const TAKING_STEPS = 4

/** What one record costs. */
export function sliceSteps(record: SlicesRecord): number {
  switch (record.type) {
    case 'open':
    case 'symbols':
    case 'more':
      return COMPARING_STEPS
    case 'want':
      return SEARCHING_STEPS + FINDING_STEPS * record.checksums.length
    case 'items':
      return record.items.reduce((steps, item) => steps + TAKING_STEPS + 2 * byteSteps(item), FINDING_STEPS)
    case 'taken':
      return FINDING_STEPS * MAX_WANTED
    case 'end':
    case 'changed':
      return 1
  }
}

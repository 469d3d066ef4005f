/** What the records of the ring cost whoever handles them. */
import { byteSteps, type RecordCosts } from '../wire/pieces.ts'
import { REQUEST_STEPS } from './constants.ts'
import type { AnswerBody, RequestBody, RingRecord } from './records.ts'
import { sliceSteps } from './slice-costs.ts'

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<RingRecord> = {
  stepsOf: (record) => {
    if (record.type === 'slice') return sliceSteps(record.record)
    return record.type === 'pending' ? 1 : REQUEST_STEPS + bodySteps(record.body)
  },
  split: (record) => [record],
}

function bodySteps(body: RequestBody | AnswerBody): number {
  switch (body.type) {
    case 'store':
      return 2 * byteSteps(body.item.value)
    case 'found':
      return body.item === undefined ? 0 : byteSteps(body.item.value)
    case 'get-items':
      return body.limit
    case 'offer':
    case 'items':
      return body.items.length
    case 'peers':
      return body.previous.length + body.next.length
    default:
      return 0
  }
}

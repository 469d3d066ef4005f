/** What the records of batch sync cost whoever handles them. */
import { chunksOf, packRuns } from '../wire/pack.ts'
import { blockSteps, followingBlockSteps, type RecordCosts } from '../wire/pieces.ts'
import { MAX_HEADERS } from './constants.ts'
import type { BatchSyncRecord } from './records.ts'

/** In a block that is not a root, the version, the room and the author are what is before this. */
const AUTHOR_END = 77

/** In steps, as `MAX_INPUT_STEPS` counts them. */
export const COSTS: RecordCosts<BatchSyncRecord> = {
  stepsOf(record) {
    if (record.type === 'message') return stepsOfBlocks(record.blocks).reduce((sum, steps) => sum + steps, 1)
    // The documents that ranges make us look at are counted where they are looked at.
    if (record.type === 'ranges') return 1 + record.ranges.length
    // Headers are looked up one by one; those of an answer are only read.
    if (record.type === 'header-request') return 1 + (record.base === undefined ? record.ids.length : MAX_HEADERS)
    if (record.type === 'headers') return 1 + record.headers.length
    return 1 + record.ids.length
  },
  split(record, maxSteps) {
    if (record.type === 'message') {
      const steps = stepsOfBlocks(record.blocks)
      const numbers = packRuns([...record.blocks.keys()], (i) => steps[i] ?? 0, { maxSize: maxSteps - 1 })
      return numbers.map(([first = 0, ...rest]) => ({
        ...record,
        blocks: record.blocks.slice(first, first + 1 + rest.length),
      }))
    }
    if (record.type === 'ranges' || record.type === 'header-request' || record.type === 'headers') return [record]
    return [...chunksOf(record.ids, Math.max(1, maxSteps - 1))].map((ids) => ({ ...record, ids }))
  },
}

function stepsOfBlocks(blocks: readonly Uint8Array[]): number[] {
  return blocks.map((block, i) => {
    const before = blocks[i - 1]
    return before !== undefined && isOfSameAuthor(before, block) ? followingBlockSteps(block) : blockSteps(block)
  })
}

/** Whether two blocks, if they are documents, are by one author. */
function isOfSameAuthor(before: Uint8Array, block: Uint8Array): boolean {
  if (before.length < AUTHOR_END || block.length < AUTHOR_END) return false
  // Their ends differ first.
  for (let at = AUTHOR_END - 1; at >= 0; at--) if (before[at] !== block[at]) return false
  return true
}

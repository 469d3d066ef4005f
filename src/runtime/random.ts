/** Unpredictable randomness for real nodes. */
import { randomFillSync } from 'node:crypto'
import type { Random } from '../../protocols/wire/machine.ts'

const RANGE = 2 ** 32
const NUMBER_BYTES = 4

/** Filled in one go: each call of the system costs more than what it returns. */
const pool = Buffer.alloc(1024)
let used = pool.length

/** Unpredictable numbers in [0, 1), of 32 bits each. Room ids and keys depend on nobody being able to guess them. */
export const secureRandom: Random = () => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const number = pool.readUInt32LE(used) / RANGE
  pool.fill(0, used, used + NUMBER_BYTES)
  used += NUMBER_BYTES
  return number
}

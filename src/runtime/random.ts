/** Unpredictable randomness for real nodes. */
import { randomBytes } from 'node:crypto'
import type { Random } from '../../protocols/wire/machine.ts'

const RANGE = 2 ** 32

/** Unpredictable numbers in [0, 1). Room ids depend on nobody being able to guess them. */
export const secureRandom: Random = () => randomBytes(4).readUInt32LE() / RANGE

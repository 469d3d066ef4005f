/** What seals the stores of tests. */
import { AtRestKey } from '../../../src/store/at-rest.ts'

export const TEST_KEY = new AtRestKey(new Uint8Array(32).fill(7))

/** How a person looks: a small pattern made from the key, the same everywhere and always. Its colour is in `key-hash.ts`. */
import { keyHash } from '../../key-hash.ts'

const SIDE = 5
const HALF = Math.ceil(SIDE / 2)

/** The filled squares of a key's pattern, as column and row from 0 to 4, mirrored. */
export function patternOf(key: string): [column: number, row: number][] {
  let bits = keyHash(`pattern ${key}`)
  const squares: [number, number][] = []
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < HALF; column++) {
      const isFilled = (bits & 1) === 1
      bits >>>= 1
      if (!isFilled) continue
      squares.push([column, row])
      if (column < SIDE - HALF) squares.push([SIDE - 1 - column, row])
    }
  }
  return squares
}

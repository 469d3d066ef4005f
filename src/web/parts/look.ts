/** How a person looks: a colour and a small pattern made from the key, the same everywhere and always. */

const SIDE = 5
const HALF = Math.ceil(SIDE / 2)
/** FNV-1a, which mixes short texts well enough for a picture. */
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The hue of a key, in degrees. */
export function hueOf(key: string): number {
  return hashOf(key) % 360
}

/** The filled squares of a key's pattern, as column and row from 0 to 4, mirrored. */
export function patternOf(key: string): [column: number, row: number][] {
  let bits = hashOf(`pattern ${key}`)
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

function hashOf(text: string): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  // The low bits alone would be alike for keys that end alike.
  hash ^= hash >>> 15
  return Math.imul(hash, FNV_PRIME) >>> 0
}

/** The colour of an author's name, which its key decides. */
import { hueOf } from '../../key-hash.ts'

/**
 * Hues, in degrees, with the colour of the usual 256 that comes closest of those that can be read on black and on white
 * (a contrast of 4 or more with both).
 */
export const PALETTE: readonly (readonly [hue: number, colour: number])[] = [
  [0, 131],
  [33, 130],
  [78, 64],
  [120, 28],
  [162, 29],
  [180, 30],
  [194, 31],
  [218, 27],
  [240, 63],
  [260, 98],
  [281, 129],
  [300, 164],
  [322, 162],
  [333, 161],
]

/** Bold, in the colour that is nearest to the hue that the key has on the page in the browser, too. */
export function inAuthorColour(key: string, name: string): string {
  const hue = hueOf(key)
  const distance = (other: number): number => Math.min(Math.abs(other - hue), 360 - Math.abs(other - hue))
  const [, colour] = PALETTE.reduce((best, each) => (distance(each[0]) < distance(best[0]) ? each : best))
  return `\u001b[1;38;5;${colour}m${name}\u001b[22;39m`
}

import { expect, test } from 'vitest'
import { inAuthorColour, PALETTE } from '../../../../src/cli/chat/author-colour.ts'

const LEVELS = [0, 95, 135, 175, 215, 255]
const MIN_CONTRAST = 4

/** How bright one of the 216 colours of the cube is, as WCAG defines it. */
function luminance(colour: number): number {
  const place = colour - 16
  const [red = 0, green = 0, blue = 0] = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((level) => {
    const share = LEVELS[level]! / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.each(PALETTE)('hue %i can be read on black and on white', (_hue, colour) => {
  expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(MIN_CONTRAST)
  expect((luminance(colour) + 0.05) / 0.05).toBeGreaterThanOrEqual(MIN_CONTRAST)
})

test('people who are many have many colours', () => {
  const colours = new Set(Array.from({ length: 200 }, (_, i) => inAuthorColour(`key ${i}`, '')))
  expect(colours.size).toBe(PALETTE.length)
})

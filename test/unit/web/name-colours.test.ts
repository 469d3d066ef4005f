/** Names have the colour of their key, and each of them can be read. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const STYLE = readFileSync(new URL('../../../src/web/style/base.css', import.meta.url), 'utf8')
const HSL = String.raw`hsl\(var\(--hue\) (\d+)% (\d+)%\)`
const INK = new RegExp(String.raw`--picture-ink: light-dark\(${HSL}, ${HSL}\)`).exec(STYLE)!.slice(1).map(Number)
/** What WCAG asks for text of usual size. */
const CONTRAST = 4.5

function channels(hue: number, saturation: number, lightness: number): number[] {
  const [s, l] = [saturation / 100, lightness / 100]
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12
    return l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
  })
}

function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
const hues = Array.from({ length: 360 }, (_, hue) => hue)

/** Hues that cannot be read on one of these grounds, the darkest and the lightest of a theme. */
function unreadable([saturation = 0, lightness = 0]: readonly number[], grounds: readonly string[]): number[] {
  const luminances = grounds.map((hex) => luminance([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)))
  return hues.filter((hue) => {
    const ink = luminance(channels(hue, saturation, lightness))
    return luminances.some((ground) => contrast(ground, ink) < CONTRAST)
  })
}

test('in light, whatever the key', () => {
  expect(unreadable(INK.slice(0, 2), ['#ffffff', '#efeeea'])).toEqual([])
})

test('in dark, whatever the key', () => {
  expect(unreadable(INK.slice(2), ['#161816', '#272b28'])).toEqual([])
})

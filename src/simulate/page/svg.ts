/** SVG as text: elements, and the axes that all charts share. */
import { element, escape } from '../../markup.ts'

/** Colours that are distinct on light and dark pages (the Okabe–Ito palette, which suits colour-blind readers). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#b3a400', '#8a8a8a'] as const

/** A colour for each number; colours repeat after the last. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0]
}

/** A coordinate with one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function text(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number>> = {},
) {
  return element('text', { x: round(x), y: round(y), ...attributes }, escape(content))
}

/** Text that is shown when the pointer hovers over an element. */
export function tooltip(content: string): string {
  return element('title', {}, escape(content))
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element('line', { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), class: kind })
}

/** A picture as wide as the page; `label` describes it to readers who cannot see it. */
export function picture(width: number, height: number, label: string, content: string): string {
  return element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label }, content)
}

/** The area of a picture in which data is drawn. */
export interface Frame {
  left: number
  top: number
  width: number
  height: number
}

/** A mark on an axis, at a fraction from 0 to 1 of its length. */
export interface Tick {
  part: number
  label: string
}

/** Both axes with their ticks and grid lines. */
export function axes({ left, top, width, height }: Frame, x: readonly Tick[], y: readonly Tick[]): string {
  const bottom = top + height
  const vertical = x.map(({ part, label }) => {
    const at = left + part * width
    return line(at, top, at, bottom, 'grid') + text(at, bottom + 16, label, { 'text-anchor': 'middle' })
  })
  const horizontal = y.map(({ part, label }) => {
    const at = bottom - part * height
    return line(left, at, left + width, at, 'grid') + text(left - 6, at + 4, label, { 'text-anchor': 'end' })
  })
  return [...vertical, ...horizontal].join('') + line(left, bottom, left + width, bottom, 'axis')
}

/** About `count` round values for ticks from 0 to `max`, in multiples of one of `steps`. */
export function tickValues(max: number, count: number, steps: readonly number[]): number[] {
  const wanted = max / count
  const step = steps.find((candidate) => candidate >= wanted) ?? wanted
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step)
}

/** How figures grow with n, as SVG: a panel for each figure that was measured at several sizes, logarithmic in both directions. */
import { element } from '../../src/markup.ts'
import { axes, colourOf, picture, round, text, tooltip } from '../../src/simulate/page/svg.ts'
import type { Frame, Tick } from '../../src/simulate/page/svg.ts'
import type { Result } from './results.ts'
import { figure } from './table.ts'

const COLUMNS = 2
const PANEL_WIDTH = 440
const PANEL_HEIGHT = 260
const MARGIN = { left: 76, right: 32, top: 34, bottom: 34 }
const LEGEND_HEIGHT = 40
const LEGEND_STEP = 110
const DOT_RADIUS = 3
const FLOOR = 'floor'
const KITH = 'kith'

/** The picture stands in pages without styles of their own, light or dark. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.grid { stroke: #e4e7eb }
.axis { stroke: #8a8a8a }
.curve { fill: none; stroke-width: 2 }
.floor { stroke-dasharray: 4 3 }
`

interface Point {
  n: number
  value: number
}

/** The values of one system. */
interface Curve {
  system: string
  points: Point[]
}

/** Empty if nothing was measured at more than one size. */
export function chartOf(results: readonly Result[]): string {
  const panels = panelsOf(results)
  if (panels.length === 0) return ''
  const systems = [...new Set(panels.flatMap(({ curves }) => curves.map(({ system }) => system)))]
  const width = PANEL_WIDTH * Math.min(COLUMNS, panels.length)
  const height = LEGEND_HEIGHT + PANEL_HEIGHT * Math.ceil(panels.length / COLUMNS)
  const colour = (system: string): string => colourOf(systems.indexOf(system))
  const drawn = panels.map((panel, i) => {
    const left = PANEL_WIDTH * (i % COLUMNS)
    const top = LEGEND_HEIGHT + PANEL_HEIGHT * Math.floor(i / COLUMNS)
    return element('g', { transform: `translate(${left} ${top})` }, drawPanel(panel, colour))
  })
  const background = element('rect', { width, height, fill: '#ffffff' })
  const content = element('style', {}, STYLE) + background + drawLegend(systems, colour) + drawn.join('')
  const svg = picture(width, height, 'How each figure grows with n, for each system', content)
  return svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
}

interface Panel {
  title: string
  curves: Curve[]
}

function panelsOf(results: readonly Result[]): Panel[] {
  const byFigure = new Map<string, Result[]>()
  for (const result of results) {
    const title = `${result.figure} (${result.unit})`
    if (result.n !== null) byFigure.set(title, [...(byFigure.get(title) ?? []), result])
  }
  return [...byFigure]
    .filter(([, some]) => new Set(some.map(({ n }) => n)).size > 1)
    .map(([title, some]) => ({ title, curves: curvesOf(some) }))
}

function curvesOf(results: readonly Result[]): Curve[] {
  const points = new Map<string, Point[]>()
  for (const { n, median, floor, peers } of results.toSorted((a, b) => (a.n ?? 0) - (b.n ?? 0))) {
    for (const [system, value] of [[KITH, median], [FLOOR, floor], ...Object.entries(peers)] as const) {
      // A logarithm has no place for nothing.
      if (n === null || value === null || value <= 0) continue
      points.set(system, [...(points.get(system) ?? []), { n, value }])
    }
  }
  return [...points].map(([system, some]) => ({ system, points: some }))
}

function drawPanel({ title, curves }: Panel, colour: (system: string) => string): string {
  const frame: Frame = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: PANEL_WIDTH - MARGIN.left - MARGIN.right,
    height: PANEL_HEIGHT - MARGIN.top - MARGIN.bottom,
  }
  const points = curves.flatMap((curve) => curve.points)
  const sizes = [...new Set(points.map(({ n }) => n))].toSorted((a, b) => a - b)
  const x = new Scale(sizes)
  const y = new Scale(decadesAround(points.map(({ value }) => value)))
  const at = ({ n, value }: Point): [number, number] => [
    round(frame.left + x.part(n) * frame.width),
    round(frame.top + (1 - y.part(value)) * frame.height),
  ]
  const drawn = curves.map(({ system, points: some }) => {
    const stroke = colour(system)
    const kind = system === FLOOR ? 'curve floor' : 'curve'
    const path = element('polyline', {
      points: some.map((point) => at(point).join(',')).join(' '),
      class: kind,
      stroke,
    })
    const dots = some.map((point) => {
      const [cx, cy] = at(point)
      const label = tooltip(`${system}, n = ${figure(point.n)}: ${figure(point.value)}`)
      return element('circle', { cx, cy, r: DOT_RADIUS, fill: stroke }, label)
    })
    return path + dots.join('')
  })
  return text(frame.left, MARGIN.top - 14, title, { class: 'title' }) + axes(frame, x.ticks, y.ticks) + drawn.join('')
}

function drawLegend(systems: readonly string[], colour: (system: string) => string): string {
  const entries = systems.map((system, i) => {
    const left = MARGIN.left + i * LEGEND_STEP
    const kind = system === FLOOR ? 'curve floor' : 'curve'
    const stroke = element('line', { x1: left, y1: 22, x2: left + 24, y2: 22, class: kind, stroke: colour(system) })
    return stroke + text(left + 30, 26, system)
  })
  return entries.join('')
}

/** The powers of ten, or a part of one, that lie around values. */
function decadesAround(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))))
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
}

/** A logarithmic scale from the first of its marks to the last. */
class Scale {
  readonly #marks: readonly number[]

  constructor(marks: readonly number[]) {
    this.#marks = marks
  }

  /** Where a value lies, from 0 to 1. */
  part(value: number): number {
    const [first, last] = [this.#marks[0] ?? value, this.#marks.at(-1) ?? value]
    return first === last ? 0.5 : Math.log(value / first) / Math.log(last / first)
  }

  get ticks(): Tick[] {
    return this.#marks.map((mark) => ({ part: this.part(mark), label: figure(mark) }))
  }
}

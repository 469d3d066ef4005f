/**
 * The message graph: who got which document from whom and when. With few nodes, every delivery is an
 * arrow between their timelines. With many, a circle shows who got how much from whom, and timelines
 * show the path of one document.
 */
import type { ReportedDelivery, SimulationReport } from '../report.ts'
import { formatDuration } from '../units.ts'
import { endOf, timeTicks } from './charts.ts'
import { element } from '../../markup.ts'
import { axes, colourOf, line, picture, round, text, tooltip } from './svg.ts'

/** The eye cannot follow arrows between more timelines than this. */
const MAX_NODES_IN_TIME = 12

const WIDTH = 960
const LEFT = 90
const TOP = 16

/** With more nodes, their lines are too close together for names. */
const MAX_NAMED = 40

/** Whether a report is small enough for an arrow per delivery. */
export function isSmall({ nodes, deliveries, delivery }: SimulationReport): boolean {
  return nodes.length <= MAX_NODES_IN_TIME && deliveries.length === delivery.delivered
}

/** A timeline per node, thick while the node was up, and an arrow per delivery, in its author's colour. */
export function deliveriesInTime(report: SimulationReport): string {
  return timeLines(report, report.deliveries, { fromMs: 0, toMs: endOf(report), rowHeight: 70 })
}

/** The path of the slowest document, from its writing to the last node. */
export function slowestInTime(report: SimulationReport): string {
  const { slowest, nodes } = report
  const [first] = slowest
  const last = slowest.at(-1)
  if (first === undefined || last === undefined) return ''
  const rowHeight = nodes.length <= MAX_NODES_IN_TIME ? 50 : nodes.length <= MAX_NAMED ? 16 : 4
  return timeLines(report, slowest, { fromMs: first.writtenMs, toMs: last.arrivedMs, rowHeight })
}

interface TimeFrame {
  fromMs: number
  toMs: number
  rowHeight: number
}

function timeLines(
  report: SimulationReport,
  deliveries: readonly ReportedDelivery[],
  { fromMs, toMs, rowHeight }: TimeFrame,
): string {
  const { nodes, upTimes } = report
  const lengthMs = Math.max(1, toMs - fromMs)
  const width = WIDTH - LEFT - 20
  const height = nodes.length * rowHeight
  const xOf = (ms: number): number => LEFT + ((Math.min(Math.max(ms, fromMs), toMs) - fromMs) / lengthMs) * width
  const rows = new Map(nodes.map((name, i) => [name, TOP + (i + 0.5) * rowHeight]))
  const yOf = (name: string): number => rows.get(name) ?? 0
  const ticks = timeTicks(lengthMs)
  const times = nodes.flatMap((name, i) => {
    const y = yOf(name)
    const up = (upTimes[i] ?? [])
      .map((time) => ({ from: time.fromMs, to: time.toMs ?? toMs }))
      .filter(({ from, to }) => to > fromMs && from < toMs)
      .map(({ from, to }) => line(xOf(from), y, xOf(to), y, rowHeight < 10 ? 'up thin' : 'up'))
    const label = nodes.length <= MAX_NAMED ? text(LEFT - 8, y + 4, name, { 'text-anchor': 'end' }) : ''
    return [line(LEFT, y, LEFT + width, y, 'grid'), ...up, label]
  })
  const authors = new Map(nodes.map((name, i) => [name, i]))
  const arrows = deliveries.map((delivery) => {
    const x1 = xOf(delivery.sentMs)
    const x2 = xOf(delivery.arrivedMs)
    const colour = colourOf(authors.get(delivery.author) ?? 0)
    return arrow(x1, yOf(delivery.from), x2, yOf(delivery.to), colour, describe(delivery), rowHeight < 10)
  })
  const frame = { left: LEFT, top: TOP, width, height }
  const label = 'Timelines of the nodes, with an arrow for each document that one got from another'
  return picture(WIDTH, height + TOP + 26, label, axes(frame, ticks, []) + times.join('') + arrows.join(''))
}

/** An arrow with a dot at its start. */
function arrow(x1: number, y1: number, x2: number, y2: number, colour: string, title: string, isThin: boolean): string {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1
  const size = isThin ? 3 : 7
  const [dx, dy] = [((x2 - x1) / length) * size, ((y2 - y1) / length) * size]
  const corner = (side: number): string => `${round(x2 - dx - side * dy * 0.45)},${round(y2 - dy + side * dx * 0.45)}`
  const shaft = element('line', { x1: round(x1), y1: round(y1), x2: round(x2 - dx), y2: round(y2 - dy) })
  const head = element('polygon', { points: `${round(x2)},${round(y2)} ${corner(1)} ${corner(-1)}`, fill: colour })
  const start = element('circle', { cx: round(x1), cy: round(y1), r: isThin ? 1 : 3, fill: colour })
  const kind = isThin ? 'arrow thin' : 'arrow'
  return element('g', { class: kind, stroke: colour }, tooltip(title) + start + shaft + head)
}

function describe({ document, kind, author, from, to, record, sentMs, arrivedMs }: ReportedDelivery): string {
  const when = `sent at ${formatDuration(sentMs)}, arrived ${formatDuration(arrivedMs - sentMs)} later`
  return `${kind} …${document.slice(-6)} by ${author}: ${from} to ${to} in ${record}, ${when}`
}

/** Nodes around a circle; the more documents a node got first from another, the thicker the line. */
export function circle({ nodes, edges }: SimulationReport): string {
  const size = 720
  const radius = size / 2 - 50
  const placeOf = new Map(
    nodes.map((name, i) => {
      const angle = (2 * Math.PI * i) / nodes.length - Math.PI / 2
      return [name, { angle, x: WIDTH / 2 + radius * Math.cos(angle), y: size / 2 + radius * Math.sin(angle) }]
    }),
  )
  const most = Math.max(1, ...edges.map(({ documents }) => documents))
  const lines = edges.map(({ from, to, documents }) => {
    const a = placeOf.get(from)
    const b = placeOf.get(to)
    if (a === undefined || b === undefined) return ''
    // Bent towards the middle, each direction to its own side.
    const bend = {
      x: (a.x + b.x + WIDTH / 2) / 3 + (b.y - a.y) * 0.06,
      y: (a.y + b.y + size / 2) / 3 - (b.x - a.x) * 0.06,
    }
    const path = `M${round(a.x)} ${round(a.y)}Q${round(bend.x)} ${round(bend.y)} ${round(b.x)} ${round(b.y)}`
    const part = documents / most
    const strength = { 'stroke-width': round(0.5 + 2.5 * part), 'stroke-opacity': round(0.1 + 0.7 * part) }
    const title = tooltip(`${from} to ${to}: ${documents}`)
    return element('path', { d: path, class: 'edge', stroke: colourOf(nodes.indexOf(from)), ...strength }, title)
  })
  const dots = nodes.map((name, i) => {
    const { x, y, angle } = placeOf.get(name) ?? { x: 0, y: 0, angle: 0 }
    const dot = element('circle', {
      cx: round(x),
      cy: round(y),
      r: nodes.length > MAX_NAMED ? 3 : 7,
      fill: colourOf(i),
    })
    // With many nodes, only every n-th is named.
    if (i % Math.ceil(nodes.length / MAX_NAMED) !== 0) return dot
    const anchor = Math.abs(Math.cos(angle)) < 0.3 ? 'middle' : Math.cos(angle) > 0 ? 'start' : 'end'
    const label = { x: x + 14 * Math.cos(angle), y: y + 16 * Math.sin(angle) + 4 }
    return dot + text(label.x, label.y, name, { 'text-anchor': anchor })
  })
  return picture(WIDTH, size, 'Who got how many documents first from whom', lines.join('') + dots.join(''))
}

/** A report as one self-contained page without scripts. */
import { grouped } from '../../grouped.ts'
import type { ReportedDelivery, SimulationReport } from '../report.ts'
import { formatDuration, formatSize } from '../units.ts'
import { fileLine } from '../text-report.ts'
import { deliveryChart, trafficChart } from './charts.ts'
import { circle, deliveriesInTime, isSmall, slowestInTime } from './message-graph.ts'
import { element, escape } from '../../markup.ts'

/** Rows in the table of deliveries. */
const MAX_ROWS = 500

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1c; --faint: #d8d8d8; --paper: #fff; --up: #b9c4cc }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --faint: #3a3a3a; --paper: #161616; --up: #55606a } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1000px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem } p { margin: .3rem 0 }
svg { width: 100%; height: auto; display: block } svg text { font-size: 12px; fill: var(--ink) }
.grid { stroke: var(--faint) } .axis { stroke: var(--ink) } .curve { fill: none; stroke-width: 2.5 }
.up { stroke: var(--up); stroke-width: 7 } .up.thin { stroke-width: 2.5 }
.arrow line { stroke-width: 1.6 } .arrow.thin line { stroke-width: .7 } .arrow polygon, .arrow circle { stroke: none } .edge { fill: none }
table { border-collapse: collapse; font-variant-numeric: tabular-nums } th { text-align: left; font-weight: 600 }
td, th { padding: .1rem 1.2rem .1rem 0; vertical-align: top } .number { text-align: right }
.bad { color: #c0392b; font-weight: 600 } .good { color: #1e8449; font-weight: 600 }
summary { cursor: pointer; margin-top: 1rem }
`

/** The page of a report. */
export function htmlReport(report: SimulationReport): string {
  const title = `${report.scenario}, seed ${report.seed}`
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style>`
  const body = [
    element('h1', {}, escape(title)),
    element('p', {}, escape(report.description)),
    verdict(report),
    facts(report),
    section(
      'How long documents took',
      'The fraction of deliveries made within a time, from writing to arrival.',
      deliveryChart(report),
    ),
    section(
      'What was sent',
      `Bytes in each ${formatDuration(report.traffic.bucketMs)}, by record type.`,
      trafficChart(report),
    ),
    ...messageGraph(report),
    deliveryTable(report),
  ]
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body>\n${body.join('\n')}\n</body></html>\n`
}

function section(title: string, caption: string, content: string): string {
  return element('h2', {}, escape(title)) + element('p', {}, escape(caption)) + content
}

function verdict({ violations }: SimulationReport): string {
  if (violations.length === 0) return element('p', { class: 'good' }, 'No violations.')
  const items = violations.map((violation) => element('li', {}, escape(violation)))
  return element('p', { class: 'bad' }, 'Violations') + element('ul', {}, items.join(''))
}

function facts(report: SimulationReport): string {
  const { nodes, documents, durationMs, endMs, isAtRest, delivery, traffic } = report
  const { expected, delivered, inLife, p50Ms, p90Ms, p99Ms, maxMs } = delivery
  const times = [p50Ms, p90Ms, p99Ms, maxMs].map(formatDuration)
  return table([
    ['Nodes', grouped(nodes.length)],
    ['Time', `${formatDuration(durationMs)}; ${isAtRest ? `settled after ${formatDuration(endMs)}` : 'never settled'}`],
    [
      'Documents',
      `${grouped(documents)}, with ${grouped(delivered)} of ${grouped(expected)} deliveries made, ${grouped(inLife)} in the main phase`,
    ],
    ['Delivery', `half within ${times[0]}, 90% within ${times[1]}, 99% within ${times[2]}, all within ${times[3]}`],
    ...(report.files.wanted > 0 ? [['Files', fileLine(report)]] : []),
    ['Sent', `${formatSize(traffic.bytes)} in ${grouped(traffic.frames)} frames`],
    ...traffic.records.map(({ type, bytes, frames }) => [
      '',
      `${type}: ${formatSize(bytes)} in ${grouped(frames)} frames`,
    ]),
  ])
}

function messageGraph(report: SimulationReport): string[] {
  const slowest = section(
    'The slowest document',
    "Each line is a node's timeline, thick while the node is up. Each arrow is the first arrival of the document at a node.",
    slowestInTime(report),
  )
  if (isSmall(report)) {
    const caption =
      "Each line is a node's timeline, thick while the node is up. Each arrow is the first arrival of a document at a node, in its author's colour. Hover over an arrow for details."
    return [section('Who got what from whom', caption, deliveriesInTime(report)), slowest]
  }
  const caption =
    "The thicker a line, the more documents one node got first from the other; it has the sender's colour."
  return [section('Who got how much from whom', caption, circle(report)), slowest]
}

function deliveryTable({ deliveries, delivery: { delivered } }: SimulationReport): string {
  const rows = deliveries.slice(0, MAX_ROWS)
  const title = `The ${rows.length === delivered ? '' : `first ${grouped(rows.length)} of `}${grouped(delivered)} deliveries`
  const heading = ['Time', 'Document', 'Author', 'From', 'To', 'Record', 'Took'].map((name) => element('th', {}, name))
  const content = element('tr', {}, heading.join('')) + rows.map(deliveryRow).join('')
  return element('details', {}, element('summary', {}, title) + element('table', {}, content))
}

function deliveryRow({ document, kind, author, from, to, record, writtenMs, arrivedMs }: ReportedDelivery): string {
  const cells = [formatDuration(arrivedMs), `${kind} …${document.slice(-6)}`, author, from, to, record]
  return element('tr', {}, cellsOf([...cells, formatDuration(arrivedMs - writtenMs)]))
}

function table(rows: readonly (readonly string[])[]): string {
  return element('table', {}, rows.map((row) => element('tr', {}, cellsOf(row))).join(''))
}

function cellsOf(cells: readonly string[]): string {
  return cells.map((cell) => element('td', {}, escape(cell))).join('')
}

/** A report for the terminal. */
import { grouped } from '../grouped.ts'
import type { SimulationReport } from './report.ts'
import { formatDuration, formatSize } from './units.ts'

/** Violations that are shown; the others are in the JSON. */
const MAX_SHOWN_VIOLATIONS = 10

/** The lines of a report, the most important ones last, where the reader looks. */
export function reportLines(report: SimulationReport): string[] {
  const { scenario, seed, nodes, rooms, documents, durationMs, endMs, delivery, traffic } = report
  const { expected, delivered, inLife } = delivery
  const pairs: [string, string][] = [
    [
      'Scenario',
      `${scenario}, seed ${seed}, ${grouped(nodes.length)} nodes${rooms > 1 ? ` in ${grouped(rooms)} rooms` : ''}, ${formatDuration(durationMs)}`,
    ],
    [
      'Documents',
      `${grouped(documents)}, with ${grouped(delivered)} of ${grouped(expected)} deliveries made, ${grouped(inLife)} in the main phase`,
    ],
    ['Delivery', deliveryLine(report)],
    ...(report.files.wanted > 0 ? [['Files', fileLine(report)] satisfies [string, string]] : []),
    ['Settled', report.isAtRest ? `after ${formatDuration(endMs)}` : 'never'],
    ['Sent', `${formatSize(traffic.bytes)} in ${grouped(traffic.frames)} frames`],
    ...traffic.records.map(({ type, bytes, frames }): [string, string] => [
      '',
      `${type.padEnd(12)} ${formatSize(bytes).padStart(8)} in ${grouped(frames)} frames`,
    ]),
    ...Object.entries(report.misbehaviour).map(([code, count], i): [string, string] => [
      i === 0 ? 'Refused' : '',
      `${grouped(count)} × ${code}`,
    ]),
  ]
  return [...pairs.map(([label, value]) => `  ${label.padEnd(10)} ${value}`), ...violationLines(report)]
}

function deliveryLine({ delivery: { p50Ms, p90Ms, p99Ms, maxMs } }: SimulationReport): string {
  const times = { half: p50Ms, '90%': p90Ms, '99%': p99Ms, all: maxMs }
  return Object.entries(times)
    .map(([part, ms]) => `${part} within ${formatDuration(ms)}`)
    .join(', ')
}

/** The outcome for the files that nodes want. */
export function fileLine({ files: { wanted, inLife, neededBytes, receivedBytes } }: SimulationReport): string {
  const bytes = `${formatSize(receivedBytes)} received for ${formatSize(neededBytes)} needed`
  return `wanted ${grouped(wanted)} times, ${grouped(inLife)} fetched in the main phase; ${bytes}`
}

function violationLines({ violations }: SimulationReport): string[] {
  if (violations.length === 0) return ['  Violations none']
  const hidden = violations.length - MAX_SHOWN_VIOLATIONS
  return [
    '  Violations',
    ...violations.slice(0, MAX_SHOWN_VIOLATIONS).map((line) => `    ${line}`),
    ...(hidden > 0 ? [`    … and ${grouped(hidden)} more`] : []),
  ]
}

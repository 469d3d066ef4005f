/** The bench's rows as a table for people. */
import { keepsTarget, timesCost, timesFloor } from './row.ts'
import type { MeasuredRow, Row, Target } from './row.ts'

const HEADINGS = ['', 'n', 'median', 'min', 'max', 'runs', 'unit', 'target', '', 'floor', '', 'x floor']
/** Columns of words, aligned left; all others are numbers. */
const TEXT_COLUMNS = new Set([0, 6, 7, 8, 9])
const GAP = '  '
/** Significant digits: more would be noise on a busy machine. */
const SIGNIFICANT_DIGITS = 3

/** The rows as a table, with numbers aligned right. */
export function tableOf(rows: readonly Row[]): string {
  const measured = rows.filter((row) => 'samples' in row)
  const peers = [...new Set(measured.flatMap((row) => [...(row.peers?.keys() ?? [])]))]
  const headings = [...HEADINGS, ...peers.flatMap((peer) => [peer, `x ${peer}`])]
  const cells = [
    headings,
    ...measured.map((row) => [...cellsOf(row), ...peers.flatMap((peer) => peerCells(row, peer))]),
  ]
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const pad = (text: string, column: number): string =>
    TEXT_COLUMNS.has(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const lines = cells.map((row) => row.map(pad).join(GAP).trimEnd())
  const skipped = rows.filter((row) => 'skipped' in row).map((row) => `${row.name}: skipped, ${row.skipped}`)
  return [...lines, ...skipped].join('\n')
}

/** A number with its significant digits, and thousands separated. */
export function figure(value: number): string {
  const digits =
    value >= 10 ** (SIGNIFICANT_DIGITS - 1)
      ? { maximumFractionDigits: 0 }
      : { maximumSignificantDigits: SIGNIFICANT_DIGITS }
  return value.toLocaleString('en', digits)
}

function cellsOf(row: MeasuredRow): string[] {
  const { name, n, unit, samples, target, floor } = row
  const keeps = keepsTarget(row)
  const times = timesFloor(row)
  return [
    name,
    n === undefined ? '' : figure(n),
    figure(samples.median),
    figure(samples.min),
    figure(samples.max),
    String(samples.count),
    unit,
    target === undefined ? '' : targetText(target),
    keeps === undefined ? '' : keeps ? 'pass' : 'MISS',
    floor === undefined ? '' : floor.name,
    floor === undefined ? '' : figure(floor.samples.median),
    times === undefined ? '' : times.toFixed(1),
  ]
}

/** A peer's median, and how many times its cost the row's is. */
function peerCells({ unit, samples, peers }: MeasuredRow, peer: string): string[] {
  const other = peers?.get(peer)
  return other === undefined ? ['', ''] : [figure(other.median), timesCost(unit, samples, other).toFixed(1)]
}

function targetText(target: Target): string {
  return 'atMost' in target ? `<= ${figure(target.atMost)}` : `>= ${figure(target.atLeast)}`
}

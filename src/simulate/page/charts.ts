/** The charts of a report: how long deliveries took, and what was sent when. */
import type { SimulationReport } from '../report.ts'
import type { RecordType } from '../traffic.ts'
import { formatDuration, formatSize } from '../units.ts'
import { element } from '../../markup.ts'
import { axes, colourOf, picture, round, text, tickValues, tooltip, type Frame, type Tick } from './svg.ts'

const WIDTH = 960
const HEIGHT = 280
const FRAME: Frame = { left: 70, top: 14, width: 870, height: 226 }

/** Record types per line of a legend, and the distances between them. */
const LEGEND_COLUMNS = 6
const LEGEND_COLUMN_WIDTH = 130
const LEGEND_LINE_HEIGHT = 20

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TIME_STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  [1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  [1, 2, 4, 6, 12].map((count) => count * HOUR_MS),
  [1, 2, 5, 10, 30, 100].map((count) => count * DAY_MS),
)
const SIZE_STEPS = Array.from({ length: 36 }, (_, i) => 2 ** i)

/** Ticks of a delivery chart. Its time axis is logarithmic, to show both quick deliveries and those that took days. */
const LOG_TICKS_MS = [
  1,
  10,
  100,
  SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  10 * DAY_MS,
  100 * DAY_MS,
]

/** Ticks of a time axis from 0 to `endMs`. */
export function timeTicks(endMs: number): Tick[] {
  return tickValues(endMs, 10, TIME_STEPS_MS).map((ms) => ({
    part: ms / endMs,
    label: ms === 0 ? '0' : formatDuration(ms),
  }))
}

/** The fraction of deliveries made within a time. */
export function deliveryChart({ delivery: { curveMs, maxMs } }: SimulationReport): string {
  const endMs = LOG_TICKS_MS.find((ms) => ms >= maxMs) ?? maxMs
  const partOf = (ms: number): number => Math.log10(Math.max(1, ms)) / Math.log10(Math.max(10, endMs))
  const xTicks = LOG_TICKS_MS.filter((ms) => ms <= Math.max(10, endMs)).map((ms) => ({
    part: partOf(ms),
    label: formatDuration(ms),
  }))
  const yTicks = [0, 0.25, 0.5, 0.75, 1].map((part) => ({ part, label: `${part * 100}%` }))
  const points = curveMs.map((ms, i) => {
    const x = FRAME.left + partOf(ms) * FRAME.width
    const y = FRAME.top + FRAME.height * (1 - (i + 1) / curveMs.length)
    return `${round(x)},${round(y)}`
  })
  const curve = element('polyline', { points: points.join(' '), class: 'curve', stroke: colourOf(0) })
  return picture(WIDTH, HEIGHT, 'Fraction of deliveries made within a time', axes(FRAME, xTicks, yTicks) + curve)
}

/** Bytes sent in each interval, stacked by record type. */
export function trafficChart(report: SimulationReport): string {
  const { records, timeline, bucketMs } = report.traffic
  const types = records.map(({ type }) => type)
  const endMs = endOf(report)
  const maxBytes = Math.max(1, ...timeline.map(({ bytes }) => sum(Object.values(bytes))))
  const yTicks = tickValues(maxBytes, 5, SIZE_STEPS).map((bytes) => ({
    part: bytes / maxBytes,
    label: bytes === 0 ? '0' : formatSize(bytes),
  }))
  const barWidth = Math.max(0.5, (bucketMs / endMs) * FRAME.width - 1)
  const bars = timeline.map(({ fromMs, bytes }) => {
    let y = FRAME.top + FRAME.height
    return types.map((type, i) => {
      const height = ((bytes[type] ?? 0) / maxBytes) * FRAME.height
      if (height === 0) return ''
      y -= height
      const x = FRAME.left + (fromMs / endMs) * FRAME.width
      const title = tooltip(`${type}: ${formatSize(bytes[type] ?? 0)} from ${formatDuration(fromMs)} on`)
      const place = { x: round(x), y: round(y), width: round(barWidth), height: round(height) }
      return element('rect', { ...place, fill: colourOf(i) }, title)
    })
  })
  const label = `Bytes sent in each ${formatDuration(bucketMs)}, by record type`
  const content = axes(FRAME, timeTicks(endMs), yTicks) + bars.flat().join('') + legend(types)
  const legendLines = Math.ceil(types.length / LEGEND_COLUMNS)
  return picture(WIDTH, HEIGHT + legendLines * LEGEND_LINE_HEIGHT, label, content)
}

/** The time of the last event in a chart. */
export function endOf({ durationMs, endMs, traffic: { timeline, bucketMs } }: SimulationReport): number {
  return Math.max(durationMs, endMs, ...timeline.map(({ fromMs }) => fromMs + bucketMs))
}

function legend(types: readonly RecordType[]): string {
  return types
    .map((type, i) => {
      const x = FRAME.left + (i % LEGEND_COLUMNS) * LEGEND_COLUMN_WIDTH
      const y = HEIGHT + Math.floor(i / LEGEND_COLUMNS) * LEGEND_LINE_HEIGHT
      const square = element('rect', { x, y: y - 4, width: 11, height: 11, fill: colourOf(i) })
      return square + text(x + 16, y + 6, type)
    })
    .join('')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

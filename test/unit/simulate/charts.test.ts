import { expect, test } from 'vitest'
import { trafficChart } from '../../../src/simulate/page/charts.ts'
import type { SimulationReport } from '../../../src/simulate/report.ts'
import type { RecordType } from '../../../src/simulate/traffic.ts'

const TYPES: RecordType[] = [
  ...(['metadata', 'metadata-ack', 'goodbye', 'goodbye-ack', 'suggestion'] as const),
  ...(['message', 'ack', 'offer', 'request', 'defer', 'ranges'] as const),
  ...(['want', 'cancel', 'have', 'dont-have', 'block', 'received', 'gossip'] as const),
]

test('the legend of a traffic chart has room for every record type', () => {
  const traffic = { records: TYPES.map((type) => ({ type, bytes: 1, frames: 1 })), timeline: [], bucketMs: 1 }
  const chart = trafficChart({ durationMs: 10, endMs: 10, traffic } as unknown as SimulationReport)
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(chart)!.map(Number)
  const places = TYPES.map((type) => {
    const [, x, y] = new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${type}</text>`).exec(chart)!.map(Number)
    expect(x).toBeLessThan(width! - 100)
    expect(y).toBeLessThan(height!)
    return `${x} ${y}`
  })
  expect(new Set(places).size).toBe(TYPES.length)
})

/** What sync costs in copies, bytes and round trips. These are counted, so a single run is exact. */
import type { Bench } from '../bench.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const BUILT = new URL('../../../dist/src/simulate/sync-costs.js', import.meta.url)
const COMMON = 100_000
const NEW_PER_SIDE = 100
const MESH_NODES = 6
const BYTES_PER_KB = 1000

export async function measure({ progress }: Bench): Promise<Row[]> {
  const costs = (await import(BUILT.href)) as typeof import('../../../src/simulate/sync-costs.ts')
  progress(`sync: one message among ${MESH_NODES}`)
  const message = costs.costOfMessage(MESH_NODES)
  progress(`sync: ${COMMON} documents in common, ${NEW_PER_SIDE} new on each side, recent`)
  const recent = costs.costOfMeeting(COMMON, NEW_PER_SIDE, 'recent')
  progress('sync: the same, spread over the history')
  const spread = costs.costOfMeeting(COMMON, NEW_PER_SIDE, 'spread')
  progress('sync: a day of silence')
  const silence = costs.costOfSilence()
  const row = (name: string, unit: string, value: number, atMost: number): Row =>
    rowOf(name, unit, { values: [value], target: { atMost } })
  return [
    row(`a message among ${MESH_NODES}`, 'copies', message.copies, 25),
    row('kept of it once all have it', 'rows', message.rows, 0),
    row('100 recent of 100,000 differ, beside them', 'kB', recent.overheadBytes / BYTES_PER_KB, 60),
    row('100 recent of 100,000 differ', 'round trips', recent.roundTrips, 2),
    row('100 spread of 100,000 differ, beside them', 'kB', spread.overheadBytes / BYTES_PER_KB, 400),
    row('100 spread of 100,000 differ', 'round trips', spread.roundTrips, 2),
    row('kept of a peer that is up to date', 'rows', recent.rows, 1),
    row('a day of silence between two that agree', 'kB', silence / BYTES_PER_KB, 100),
  ]
}

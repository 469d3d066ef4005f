/** The memory of a node right after it joined a room and got its history. */
import type { Bench } from '../bench.ts'
import { within } from '../clock.ts'
import { writeHistory } from '../history.ts'
import { keepFloor } from '../keep-floor.ts'
import { reasonForNoProc, residentBytes } from '../proc.ts'
import type { Row } from '../row.ts'
import { inTurnsAt } from '../turns.ts'

const SIZES = [10_000]
const BYTES_PER_MB = 1e6
const TIMEOUT_MS = 600_000

export async function measure(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'memory', skipped: reason }]
  const { processes } = bench
  return inTurnsAt(bench, SIZES, (n) => ({
    n,
    figures: [{ name: 'memory after a cold join', unit: 'MB' }],
    async system(system) {
      const { worker, address, room } = await writeHistory(processes, system, n)
      const joiner = processes.forkSystem(system)
      await joiner.call.start(processes.folder())
      await within(TIMEOUT_MS, 'all messages', joiner.call.catchUp(room, address, n))
      const megabytes = residentBytes(joiner.pid) / BYTES_PER_MB
      await Promise.all([worker.end(), joiner.end()])
      return [megabytes]
    },
    floor: keepFloor(processes, n, ({ pid }) => [residentBytes(pid) / BYTES_PER_MB]),
  }))
}

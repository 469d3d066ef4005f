/** How long a newcomer waits until it can use a room, whatever of its history is still missing. */
import type { Bench } from '../bench.ts'
import { within } from '../clock.ts'
import { writeHistory } from '../history.ts'
import type { History } from '../history.ts'
import { keepFloor } from '../keep-floor.ts'
import type { Row } from '../row.ts'
import type { System } from '../system.ts'
import { inTurns } from '../turns.ts'

const SIZES = [1_000, 10_000, 100_000]
const TIMEOUT_MS = 600_000
const TARGET = { atMost: 300 }
/** What people see first, whatever the history: the state of a chat room has so many messages. */
const SEEN_FIRST = 100

/** From the call that joins until the event that its state is here, and until the state ends with the newest message. */
export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) rows.push(...(await measureSize(bench, n)))
  return rows
}

async function measureSize(bench: Bench, n: number): Promise<Row[]> {
  const { processes, progress, systems } = bench
  const histories = new Map<System, History & { newest: string }>()
  for (const system of systems) {
    progress(`usable, n = ${n}, ${system.name} writes`)
    const history = await writeHistory(processes, system, n)
    const [newest = ''] = (await history.worker.call.talk(history.room, 1, 1)).keys()
    histories.set(system, { ...history, newest })
  }
  const rows = await inTurns(bench, {
    n,
    figures: [
      { name: 'usable after join', unit: 'ms', target: TARGET },
      { name: 'newest message after join', unit: 'ms' },
    ],
    async system(system) {
      const history = histories.get(system)
      if (history === undefined) throw new Error(`${system.name} has no history`)
      const { room, address, newest } = history
      const joiner = processes.forkSystem(system)
      await joiner.call.start(processes.folder())
      const reached = joiner.call.joinUntil(room, address, newest)
      const { usableMs, newestMs } = await within(TIMEOUT_MS, 'the newest message', reached)
      await joiner.end()
      return [usableMs, newestMs]
    },
    floor: keepFloor(processes, SEEN_FIRST, ({ elapsedMs }) => [elapsedMs, elapsedMs]),
  })
  await Promise.all([...histories.values()].map(({ worker }) => worker.end()))
  return rows
}

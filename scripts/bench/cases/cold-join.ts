/** How fast a node that joins a room gets its history, what that costs on the wire, and for how long it does nothing else. */
import type { Bench } from '../bench.ts'
import { within } from '../clock.ts'
import { CountingProxy } from '../counting-proxy.ts'
import { writeHistory } from '../history.ts'
import type { History } from '../history.ts'
import { keepFloor } from '../keep-floor.ts'
import type { Row } from '../row.ts'
import type { System } from '../system.ts'
import { MESSAGE_BYTES } from '../talk.ts'
import { inTurns } from '../turns.ts'

const SIZES = [1_000, 10_000, 100_000]
const TIMEOUT_MS = 600_000

/** Until the joining node holds every message; a second join, through a proxy, counts the bytes. */
export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) rows.push(...(await measureSize(bench, n)))
  return rows
}

async function measureSize(bench: Bench, n: number): Promise<Row[]> {
  const { processes, progress, systems } = bench
  const histories = new Map<System, History>()
  for (const system of systems) {
    progress(`cold join, n = ${n}, ${system.name} writes`)
    histories.set(system, await writeHistory(processes, system, n))
  }
  const rows = await inTurns(bench, {
    n,
    figures: [
      { name: 'cold join', unit: 'ms' },
      { name: 'cold join on the wire', unit: 'bytes/document' },
      { name: 'cold join, longest block', unit: 'ms' },
    ],
    async system(system) {
      const history = histories.get(system)
      if (history === undefined) throw new Error(`${system.name} has no history`)
      const { elapsedMs, blockMs } = await join(system, history.room, history.address)
      const proxy = await CountingProxy.to(history.address)
      await join(system, history.room, proxy.address)
      proxy.close()
      return [elapsedMs, proxy.bytes / n, blockMs]
    },
    floor: keepFloor(processes, n, ({ elapsedMs, blockMs }) => [elapsedMs, MESSAGE_BYTES, blockMs]),
  })
  await Promise.all([...histories.values()].map(({ worker }) => worker.end()))
  return rows

  async function join(system: System, room: string, address: string): Promise<{ elapsedMs: number; blockMs: number }> {
    const joiner = processes.forkSystem(system)
    await joiner.call.start(processes.folder())
    const elapsedMs = await within(TIMEOUT_MS, 'all messages', joiner.call.catchUp(room, address, n))
    const blockMs = await joiner.call.longestBlockMs()
    await joiner.end()
    return { elapsedMs, blockMs }
  }
}

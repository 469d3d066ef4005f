/** How long messages take that are written one after the other, each awaited, until a listener has all of them. */
import type { Bench } from '../bench.ts'
import { sharedNowMs, within } from '../clock.ts'
import type { Row } from '../row.ts'
import { MESSAGE_BYTES } from '../talk.ts'
import { inTurnsAt } from '../turns.ts'

const SIZES = [2000]
const TIMEOUT_MS = 300_000
/** A first message shows that the two are connected. */
const GREETINGS = 1

export async function measure(bench: Bench): Promise<Row[]> {
  const { processes } = bench
  return inTurnsAt(bench, SIZES, (n) => ({
    n,
    figures: [
      { name: 'burst, until the other has all', unit: 'ms' },
      { name: 'burst, until all are written', unit: 'ms' },
    ],
    async system(system) {
      const writer = processes.forkSystem(system)
      const listener = processes.forkSystem(system)
      const address = await writer.call.start(processes.folder())
      await listener.call.start(processes.folder())
      const room = await writer.call.create()
      await listener.call.join(room, address)
      await writer.call.write(room, GREETINGS, 1)
      await within(TIMEOUT_MS, 'a first message', listener.call.arrivedAtMs(GREETINGS))
      const startedMs = sharedNowMs()
      const writtenMs = await writer.call.write(room, n, 1)
      const arrivedAtMs = await within(TIMEOUT_MS, 'all messages', listener.call.arrivedAtMs(GREETINGS + n))
      await Promise.all([writer.end(), listener.end()])
      return [arrivedAtMs - startedMs, writtenMs]
    },
    floor: {
      name: 'sign + SQLite commit',
      async run() {
        const floor = processes.forkFloor()
        const elapsedMs = await floor.call.signAndStore(`${processes.folder()}/floor.db`, n, MESSAGE_BYTES, 1)
        await floor.end()
        return [elapsedMs, elapsedMs]
      },
    },
  }))
}

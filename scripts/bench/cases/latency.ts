/** How long a message takes from the call on one node to the event on another. */
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import type { Conversation } from '../conversation.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import type { System } from '../system.ts'
import { MESSAGE_BYTES } from '../talk.ts'
import { inTurns } from '../turns.ts'

const SIZES = [200]
const PER_SECOND = 20
/** Code is slow when it runs for the first time, which is not typical of a conversation. */
const WARM_UP_MESSAGES = 20

const PERCENTILES = [
  { percent: 50, target: { atMost: 5 } },
  { percent: 99, target: { atMost: 25 } },
]

/** A conversation between two processes, each message followed by as many round trips on a bare libp2p stream. */
export async function measure(bench: Bench): Promise<Row[]> {
  const { processes, systems } = bench
  const rows: Row[] = []
  const talks = new Map<System, Conversation>()
  for (const system of systems) {
    const talk = await conversation(processes, system)
    await talk.run(WARM_UP_MESSAGES, PER_SECOND)
    talks.set(system, talk)
  }
  const echo = processes.forkFloor()
  const caller = processes.forkFloor()
  const echoAddress = await echo.call.listen(`${processes.folder()}/floor.db`, MESSAGE_BYTES)
  await caller.call.roundTrips(echoAddress, WARM_UP_MESSAGES, PER_SECOND, MESSAGE_BYTES)
  for (const n of bench.sizes(SIZES)) {
    rows.push(
      ...(await inTurns(bench, {
        n,
        figures: PERCENTILES.map(({ percent, target }) => ({
          name: `call to event, p${percent}`,
          unit: 'ms',
          target,
        })),
        system: async (system) => percentiles((await talks.get(system)?.run(n, PER_SECOND)) ?? []),
        floor: {
          name: 'stream round trip',
          run: async () => percentiles(await caller.call.roundTrips(echoAddress, n, PER_SECOND, MESSAGE_BYTES)),
        },
      })),
    )
  }
  await Promise.all([...[...talks.values()].map((talk) => talk.end()), echo.end(), caller.end()])
  return rows
}

function percentiles(valuesMs: readonly number[]): number[] {
  return PERCENTILES.map(({ percent }) => percentile(valuesMs, percent))
}

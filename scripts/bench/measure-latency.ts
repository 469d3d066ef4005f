/** How long a message takes from the library call on one node to the event on another. */
import type { Bench } from './bench.ts'
import { conversation } from './conversation.ts'
import { rowOf } from './row.ts'
import type { Row } from './row.ts'
import { percentile } from './statistics.ts'

const RUNS = 3
const MESSAGES = 200
const PER_SECOND = 20
/** Code is slow when it runs for the first time, which is not typical of a conversation. */
const WARM_UP_MESSAGES = 20
/** The size of a message's document: its text, and the document around it. */
const MESSAGE_BYTES = 400

const PERCENTILES = [
  { percent: 50, target: { atMost: 5 } },
  { percent: 99, target: { atMost: 25 } },
]

/** A conversation between two processes, each message followed by as many round trips on a bare libp2p stream. */
export async function measureLatency(bench: Bench): Promise<Row[]> {
  const { processes, progress } = bench
  const latenciesMs: number[][] = []
  const roundTripsMs: number[][] = []
  const talk = await conversation(bench)
  const echo = processes.forkFloor()
  const caller = processes.forkFloor()
  const echoAddress = await echo.call.listen(`${processes.folder()}/floor.db`, MESSAGE_BYTES)
  await talk.run(WARM_UP_MESSAGES, PER_SECOND)
  await caller.call.roundTrips(echoAddress, WARM_UP_MESSAGES, PER_SECOND, MESSAGE_BYTES)
  for (let run = 1; run <= RUNS; run++) {
    progress(`latency ${run}/${RUNS}, ${(2 * MESSAGES) / PER_SECOND} s`)
    latenciesMs.push(await talk.run(MESSAGES, PER_SECOND))
    roundTripsMs.push(await caller.call.roundTrips(echoAddress, MESSAGES, PER_SECOND, MESSAGE_BYTES))
  }
  await Promise.all([talk.end(), echo.end(), caller.end()])
  return PERCENTILES.map(({ percent, target }) =>
    rowOf(`call to event, p${percent}`, 'ms', {
      values: latenciesMs.map((values) => percentile(values, percent)),
      target,
      floor: {
        name: 'stream round trip',
        values: roundTripsMs.map((values) => percentile(values, percent)),
      },
    }),
  )
}

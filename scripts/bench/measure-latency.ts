/** How long a message takes from the library call on one node to the event on another. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from './bench.ts'
import { until } from './clock.ts'
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
/** Time for the work after a join (introductions, mesh), which would otherwise affect the first messages. */
const SETTLE_MS = 2000
const TIMEOUT_MS = 30_000

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
  await talk.run(WARM_UP_MESSAGES)
  await caller.call.roundTrips(echoAddress, WARM_UP_MESSAGES, PER_SECOND, MESSAGE_BYTES)
  for (let run = 1; run <= RUNS; run++) {
    progress(`latency ${run}/${RUNS}, ${(2 * MESSAGES) / PER_SECOND} s`)
    latenciesMs.push(await talk.run(MESSAGES))
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

interface Conversation {
  /** Sends messages; returns how long each took. */
  run(messages: number): Promise<number[]>
  end(): Promise<void>
}

async function conversation({ processes }: Bench): Promise<Conversation> {
  const speaker = processes.forkNode()
  const listener = processes.forkNode()
  const address = await speaker.call.start(processes.folder())
  await listener.call.start(processes.folder())
  const room = await speaker.call.create()
  await listener.call.join(room, address)
  const isOpen = async (): Promise<boolean> => (await listener.call.details(room)).status === 'open'
  await until(TIMEOUT_MS, 'the room is open', isOpen)
  await sleep(SETTLE_MS)
  return {
    async run(messages) {
      const sent = await speaker.call.talk(room, messages, PER_SECOND)
      let arrived = new Map<string, number>()
      await until(TIMEOUT_MS, 'all messages are there', async () => {
        arrived = await listener.call.arrivals()
        return [...sent.keys()].every((text) => arrived.has(text))
      })
      return [...sent].map(([text, sentAtMs]) => (arrived.get(text) ?? Infinity) - sentAtMs)
    },
    async end() {
      await Promise.all([speaker.end(), listener.end()])
    },
  }
}

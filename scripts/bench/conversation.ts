/** Two processes, each with a node, in one room: one sends messages, and both note when. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until, within } from './clock.ts'
import type { Processes, Worker } from './processes.ts'
import type { System } from './system.ts'
import type { TalkWorker } from './talk.ts'

/** Time for the work after a join (introductions, mesh), which would otherwise affect the first messages. */
const SETTLE_MS = 2000
const TIMEOUT_MS = 30_000

export interface Conversation {
  room: string
  listener: Worker<TalkWorker>
  /** Multiaddr of the listener's node. */
  listenerAddress: string
  /** Sends messages at a steady pace; returns how many milliseconds each took from the call to the event. */
  run(messages: number, perSecond: number): Promise<number[]>
  end(): Promise<void>
}

export async function conversation(processes: Processes, system: System): Promise<Conversation> {
  const speaker = processes.forkSystem(system)
  const listener = processes.forkSystem(system)
  const address = await speaker.call.start(processes.folder())
  const listenerAddress = await listener.call.start(processes.folder())
  const room = await speaker.call.create()
  await listener.call.join(room, address)
  // A message that arrives shows that the room is open.
  await speaker.call.write(room, 1, 1)
  await within(TIMEOUT_MS, 'a first message', listener.call.arrivedAtMs(1))
  await sleep(SETTLE_MS)
  return {
    ...{ room, listener, listenerAddress },
    async run(messages, perSecond) {
      const sent = await speaker.call.talk(room, messages, perSecond)
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

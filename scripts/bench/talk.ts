/** The methods by which every system under measure is driven, made from the few that differ between them. */
import { longestBlockMs, watchBlocking } from './blocking.ts'
import { sharedNowMs } from './clock.ts'
import { paced } from './paced.ts'

/** Bytes of the text of every message: a sentence or two. */
const TEXT_BYTES = 200

/** The size of a message's document, for floors: its text, and about what surrounds it. */
export const MESSAGE_BYTES = 400

/** What a system has to offer to be measured. */
export interface Talker {
  /** Opens the data in a folder, listens on loopback, and returns the address: a multiaddr up to its port, and what else it takes. */
  start(folder: string): Promise<string>
  /** Returns what names the new room. */
  create(): Promise<string>
  /** Resolves once the message is as safe as the system makes it. */
  say(room: string, text: string): Promise<unknown>
  /** Connects, and calls with each message that is held from then on. */
  join(room: string, address: string, onMessage: (text: string) => void): Promise<void>
}

export interface TalkWorker {
  start(folder: string): Promise<string>
  create(): Promise<string>
  /** Joins a room and records from now on when its messages arrive. */
  join(room: string, address: string): Promise<void>
  /** Joins a room and waits until that many messages have arrived; returns the milliseconds since the call. */
  catchUp(room: string, address: string, messages: number): Promise<number>
  /** For how long the process did nothing else at a time, at most, since the last catching up began. */
  longestBlockMs(): number
  /** When the message of that number arrived, counted since the join, by `sharedNowMs`; waits for it. */
  arrivedAtMs(messages: number): Promise<number>
  arrivals(): Map<string, number>
  /** Sends messages at a steady pace; returns when each was sent, by its text. */
  talk(room: string, count: number, perSecond: number): Promise<Map<string, number>>
  /** Sends messages with that many in flight; returns the milliseconds until the last is durable. */
  write(room: string, count: number, inFlight: number): Promise<number>
}

export function talkMethods(system: Talker): TalkWorker {
  /** When each message text arrived, by `sharedNowMs`. */
  const arrivals = new Map<string, number>()
  const waiting = new Map<number, PromiseWithResolvers<number>>()

  const note = (text: string): void => {
    if (arrivals.has(text)) return
    const atMs = sharedNowMs()
    arrivals.set(text, atMs)
    waiting.get(arrivals.size)?.resolve(atMs)
  }
  const arrivedAtMs = async (messages: number): Promise<number> => {
    const known = [...arrivals.values()][messages - 1]
    if (known !== undefined) return known
    const arrival = waiting.get(messages) ?? Promise.withResolvers<number>()
    waiting.set(messages, arrival)
    return arrival.promise
  }

  return {
    start: (folder) => system.start(folder),
    create: () => system.create(),
    join: (room, address) => system.join(room, address, note),
    arrivedAtMs,
    arrivals: () => arrivals,

    longestBlockMs,

    async catchUp(room, address, messages) {
      watchBlocking()
      const startedMs = sharedNowMs()
      await system.join(room, address, note)
      return (await arrivedAtMs(messages)) - startedMs
    },

    async talk(room, count, perSecond) {
      const sent = new Map<string, number>()
      const sends: Promise<unknown>[] = []
      await paced(count, perSecond, () => {
        const text = textOf(`${room} ${sharedNowMs()}`)
        sent.set(text, sharedNowMs())
        sends.push(system.say(room, text))
      })
      await Promise.all(sends)
      return sent
    },

    async write(room, count, inFlight) {
      const startedMs = sharedNowMs()
      let next = 0
      const sendOneByOne = async (): Promise<void> => {
        while (next < count) await system.say(room, textOf(`${startedMs} ${next++}`))
      }
      await Promise.all(Array.from({ length: inFlight }, sendOneByOne))
      return sharedNowMs() - startedMs
    },
  }
}

function textOf(start: string): string {
  return start.padEnd(TEXT_BYTES, ' all of this is being said again')
}

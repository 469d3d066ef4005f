/** The methods by which every system under measure is driven, made from the few that differ between them. */
import { longestBlockMs, watchBlocking } from './blocking.ts'
import { sharedNowMs, until } from './clock.ts'
import { paced } from './paced.ts'

/** Bytes of the text of every message: a sentence or two. */
export const TEXT_BYTES = 200

/** For a long history, where a system reads it from its beginning. */
const NEWEST_TIMEOUT_MS = 600_000

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
  /** Calls with each message that is held from now on. */
  follow(room: string, onMessage: (text: string) => void): Promise<void>
  /** Connects with a node that has the room. */
  connect(room: string, address: string): Promise<void>
  /** The newest message that can be read, though those before it may be missing. By default it is the one that arrived last. */
  newest?(room: string): Promise<string | undefined>
  /** Resolves once the state of the room that is being joined is here. By default that is when its newest message is. */
  usable?(room: string): Promise<unknown>
  /** What the others have to know of this node to take its messages. */
  member?(room: string): Promise<string>
  /** Takes the messages of that node too. */
  admit?(room: string, member: string): Promise<void>
  /** Bytes of the documents that are held. */
  heldBytes?(room: string): number
}

export interface TalkWorker {
  start(folder: string): Promise<string>
  create(): Promise<string>
  /** Records from now on when messages of a room arrive. */
  follow(room: string): Promise<void>
  /** Joins a room and records from now on when its messages arrive. */
  join(room: string, address: string): Promise<void>
  /** Joins a room and waits until that many messages have arrived; returns the milliseconds since the call. */
  catchUp(room: string, address: string, messages: number): Promise<number>
  /** For how long the process did nothing else at a time, at most, since the last catching up began. */
  longestBlockMs(): number
  /** Joins a room and waits until it is usable, and until its newest message can be read; returns the milliseconds since the call. */
  joinUntil(room: string, address: string, newest: string): Promise<{ usableMs: number; newestMs: number }>
  /** Undefined where nodes need not be admitted. */
  member(room: string): Promise<string | undefined>
  admit(room: string, member: string): Promise<void>
  /** Undefined for systems that do not tell. */
  heldBytes(room: string): number | undefined
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
  let last: string | undefined
  const waiting = new Map<number, PromiseWithResolvers<number>>()

  const note = (text: string): void => {
    last = text
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

  const join = async (room: string, address: string): Promise<void> => {
    await system.follow(room, note)
    await system.connect(room, address)
  }
  const newest = async (room: string): Promise<string | undefined> =>
    system.newest === undefined ? last : system.newest(room)
  return {
    join,
    start: (folder) => system.start(folder),
    create: () => system.create(),
    follow: (room) => system.follow(room, note),
    member: async (room) => system.member?.(room),
    admit: async (room, member) => system.admit?.(room, member),
    heldBytes: (room) => system.heldBytes?.(room),
    arrivedAtMs,
    arrivals: () => arrivals,

    longestBlockMs,

    async catchUp(room, address, messages) {
      watchBlocking()
      const startedMs = sharedNowMs()
      await join(room, address)
      return (await arrivedAtMs(messages)) - startedMs
    },

    async joinUntil(room, address, text) {
      const startedMs = sharedNowMs()
      const sinceMs = (): number => sharedNowMs() - startedMs
      const usable = system.usable?.(room).then(sinceMs)
      await join(room, address)
      await until(NEWEST_TIMEOUT_MS, 'the newest message', async () => (await newest(room)) === text)
      const newestMs = sinceMs()
      return { usableMs: (await usable) ?? newestMs, newestMs }
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

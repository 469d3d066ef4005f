/** Who comes to a room and who leaves it, as people see it: a connection that is lost for a moment says nothing. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Member } from '../../kith.ts'
import type { Context } from '../context.ts'
import { clean, counted } from '../text.ts'

/** Longer than a node takes to come back from a restart or another network. */
export const ABSENCE_MS = 60_000

/** Often enough to see people come. */
const ASK_EVERY_MS = 2_000
/** In a room with many members an answer takes longer, and then it is asked less often: at most 5 % of the time. */
const PAUSES_PER_ANSWER = 20

/** Names in one line; the others are counted. */
const MAX_NAMED = 5

interface Seen {
  name: string
  /** Since when the person is not here; undefined if it is. */
  goneMs: number | undefined
}

/** People by the id of their first device, with their names. */
export type People = ReadonlyMap<string, string>

export interface Comings {
  came: string[]
  /** With the moment in which they were seen no more. */
  left: { name: string; atMs: number }[]
}

/** Compares who is here with who was. */
export class Presence {
  readonly #seen = new Map<string, Seen>()

  /** Those who are here at first came before. */
  constructor(here: People) {
    for (const [person, name] of here) this.#seen.set(person, { name, goneMs: undefined })
  }

  update(here: People, nowMs: number): Comings {
    const came: string[] = []
    const left: Comings['left'] = []
    for (const [person, name] of here) {
      if (!this.#seen.has(person)) came.push(name)
      this.#seen.set(person, { name, goneMs: undefined })
    }
    for (const [person, seen] of this.#seen) {
      if (here.has(person)) continue
      seen.goneMs ??= nowMs
      if (nowMs - seen.goneMs < ABSENCE_MS) continue
      left.push({ name: seen.name, atMs: seen.goneMs })
      this.#seen.delete(person)
    }
    return { came, left }
  }
}

/** The people of a room that are here with any of their devices, but for oneself. */
export function peopleHere(members: readonly Member[]): Map<string, string> {
  const self = members.find((member) => member.self)?.person
  const here = members.filter(({ online, person, dropped }) => online && person !== self && !dropped)
  const names = new Map(members.map(({ peer, name }) => [peer, name]))
  return new Map(here.map(({ person, name }) => [person, names.get(person) ?? name]))
}

/** For example `Anna and Bob are here`. */
export function hereLine(names: readonly string[]): string {
  return names.length === 0 ? 'Nobody else is here' : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} here`
}

export function leftLine(names: readonly string[]): string {
  return `${listed(names)} left`
}

function listed(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).map(clean)
  const others = names.length - named.length
  const all = others > 0 ? [...named, counted(others, 'other')] : named
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? '')
}

/** Says who comes and leaves, until `signal` aborts. */
export async function tellPresence(
  { api }: Context,
  room: string,
  here: People,
  say: (line: string, atMs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const presence = new Presence(here)
  let tookMs = 0
  try {
    while (!signal.aborted) {
      await delay(Math.max(ASK_EVERY_MS, PAUSES_PER_ANSWER * tookMs), undefined, { signal })
      const startedMs = performance.now()
      const members = await api.call('rooms.members', { room })
      tookMs = performance.now() - startedMs
      if (signal.aborted) return
      const { came, left } = presence.update(peopleHere(members), Date.now())
      const last = left.at(-1)
      if (last !== undefined) say(leftLine(left.map(({ name }) => name)), last.atMs)
      if (came.length > 0) say(hereLine(came), Date.now())
    }
  } catch {
    // Whoever follows the room is told if the node has stopped.
  }
}

/** How far rooms have got, in words. */
import { grouped } from '../grouped.ts'
import type { RoomProgress } from '../kith.ts'
import type { Progress } from './progress.ts'
import { clean, duration } from './text.ts'

/** Of one room, or of several together. */
export function describeRoomProgress(rooms: readonly RoomProgress[]): Progress {
  const sum = (of: (room: RoomProgress) => number): number => rooms.reduce((total, room) => total + of(room), 0)
  const done = sum(({ have }) => have)
  const total = sum(({ known }) => known)
  return {
    done,
    total,
    facts: factsOf(
      done,
      total,
      sum(({ perSecond }) => perSecond),
    ),
  }
}

/** For example `Kitchen: 41,200 of about 100,000 documents, 7,000 /s, 9 s left`. */
export function roomProgressLine(room: RoomProgress): string {
  return `${roomsName([room])}: ${describeRoomProgress([room]).facts.join(', ')}`
}

/** The name of a room, or how many there are. */
export function roomsName(rooms: readonly RoomProgress[]): string {
  const [first] = rooms
  return rooms.length === 1 && first !== undefined ? clean(first.name) || first.room : `${grouped(rooms.length)} rooms`
}

function factsOf(have: number, known: number, perSecond: number): string[] {
  // What peers say is a hint, and what they write meanwhile adds to it.
  const facts = [`${grouped(have)} of about ${grouped(known)} documents`]
  if (perSecond === 0) return [...facts, 'nothing comes at present']
  const pace = `${grouped(Number(perSecond.toPrecision(2)))} /s`
  return [...facts, pace, `${duration((known - have) / perSecond)} left`]
}

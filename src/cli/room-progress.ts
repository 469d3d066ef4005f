/** How far rooms have got, in words. */
import { grouped } from '../grouped.ts'
import type { RoomProgress } from '../kith.ts'
import type { Progress } from './progress.ts'
import { clean, duration, fileSize } from './text.ts'

/** Of one room, or of several together: of their histories, or, if all of them still fetch a state, of that. */
export function describeRoomProgress(rooms: readonly RoomProgress[]): Progress {
  const histories = rooms.filter(({ what }) => what === 'history')
  const counted = histories.length > 0 ? histories : rooms
  const sum = (of: (room: RoomProgress) => number): number => counted.reduce((total, room) => total + of(room), 0)
  const done = sum(({ have }) => have)
  const total = sum(({ known }) => known)
  const perSecond = sum((room) => room.perSecond)
  const amounts = histories.length > 0 ? documentsFacts(done, total, perSecond) : bytesFacts(done, total, perSecond)
  const remaining = perSecond === 0 ? 'nothing comes at present' : `${duration((total - done) / perSecond)} left`
  return { done, total, facts: [...amounts, remaining] }
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

function documentsFacts(have: number, known: number, perSecond: number): string[] {
  // What peers say is a hint, and what they write meanwhile adds to it.
  const amount = `${grouped(have)} of about ${grouped(known)} documents`
  return perSecond === 0 ? [amount] : [amount, `${grouped(Number(perSecond.toPrecision(2)))} /s`]
}

function bytesFacts(have: number, known: number, perSecond: number): string[] {
  const amount = `${fileSize(have)} of ${fileSize(known)} of the state`
  return perSecond === 0 ? [amount] : [amount, `${fileSize(perSecond)}/s`]
}

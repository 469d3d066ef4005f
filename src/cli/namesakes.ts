/** Warns of rooms whose names look alike. */
import type { RoomDetails } from '../kith.ts'
import type { Context } from './context.ts'
import { clean, counted } from './text.ts'

/** Says that a room has the name of others, and how to tell them apart; nothing if it has not. */
export function namesakeLines(context: Context, { id, name, namesakes }: RoomDetails): string[] {
  if (namesakes.length === 0) return []
  return [
    `${counted(namesakes.length, 'other room')} here ${namesakes.length === 1 ? 'has a name' : 'have names'} like ${clean(name)}: ${namesakes.join(', ')}.`,
    `To tell them apart:  ${context.command(`room alias ${id} NAME`)}`,
  ]
}

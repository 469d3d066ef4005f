/** Rooms below others in tables. */
import type { ChildRoom } from '../kith.ts'
import { newText } from './new-messages.ts'
import { clean, clockTime } from './text.ts'

const STATUSES: Record<ChildRoom['status'], string> = {
  linked: 'not followed',
  waiting: 'waiting',
  followed: 'followed',
  foreign: 'belongs elsewhere',
}

/** Whether it is here, how much is new, who started it and when, and its id. */
export function childCells(child: ChildRoom): string[] {
  const { status, startedBy, startedAtMs, id } = child
  return [STATUSES[status], newText(child), clean(startedBy.name), clockTime(startedAtMs, Date.now()), id]
}

export const CHILD_COLUMNS = ['STATUS', 'NEW', 'STARTED BY', 'WHEN', 'ID'] as const

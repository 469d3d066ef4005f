/** What was typed and not sent, by room, also after the page was closed. */
import { keep, kept } from '../connection/kept.ts'

const nameOf = (room: string): string => `draft.${room}`

/** What was typed in a room. */
export function draftOf(room: string): string {
  return kept(nameOf(room)) ?? ''
}

/** Keeps what was typed in a room. */
export function keepDraft(room: string, text: string): void {
  keep(nameOf(room), text === '' ? undefined : text)
}

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

/** The message that what is typed answers. */
export interface Answered {
  id: string
  name: string
  /** The beginning of what it says. */
  text: string
}

const answerNameOf = (room: string): string => `answer.${room}`

/** What the text that was typed in a room answers. */
export function answeredIn(room: string): Answered | undefined {
  try {
    return JSON.parse(kept(answerNameOf(room)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps what it answers. */
export function keepAnswered(room: string, answered: Answered | undefined): void {
  keep(answerNameOf(room), answered && JSON.stringify(answered))
}

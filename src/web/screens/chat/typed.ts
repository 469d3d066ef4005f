/** What is typed in the chat that is shown. */
import { signal } from '@preact/signals'
import { answeredIn, draftOf, keepAnswered, keepDraft, type Answered } from '../../state/drafts.ts'

interface Typing {
  room: string
  text: string
  /** The message that it answers. */
  answered?: Answered | undefined
}

/** The room and its text. */
export const typing = signal<Typing>({ room: '', text: '' })

/** Goes on with what was typed in a room before. */
export function takeUp(room: string): void {
  typing.value = { room, text: draftOf(room), answered: answeredIn(room) }
}

/** Notes what is typed. */
export function typed(room: string, text: string): void {
  typing.value = { ...typing.value, room, text }
  keepDraft(room, text)
}

/** Notes which message it answers; undefined: none. */
export function answer(room: string, answered: Answered | undefined): void {
  typing.value = { ...typing.value, room, answered }
  keepAnswered(room, answered)
}

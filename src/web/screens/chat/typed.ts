/** What is typed in the chat that is shown. */
import { signal } from '@preact/signals'
import { keepDraft } from '../../state/drafts.ts'

/** The room and its text. */
export const typing = signal({ room: '', text: '' })

/** Notes what is typed. */
export function typed(room: string, text: string): void {
  typing.value = { room, text }
  keepDraft(room, text)
}

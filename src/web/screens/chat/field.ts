/** The field in which one writes. */

export const FIELD_ID = 'message-field'

/** What is typed next goes there. */
export function focusField(): void {
  document.getElementById(FIELD_ID)?.focus()
}

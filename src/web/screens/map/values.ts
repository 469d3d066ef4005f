/** Values of a table as people see and type them: a text as it is, anything else as JSON. */
import type { JsonValue } from '../../../kith.ts'

/** A row of a table, as the command `entries` of a map gives it. */
export interface Entry {
  key: string
  value: JsonValue
  /** Of whoever wrote the value; of a guest with whose guest it is. */
  name: string
  author: string
  /** Set if a guest of the author wrote it. */
  guest?: string
}

/** A value as it is shown. A text that looks like JSON has quotes, so that it stays a text when it is typed like that. */
export function shownValue(value: JsonValue): string {
  return typeof value === 'string' && !isJson(value) ? value : JSON.stringify(value)
}

/** What was typed, as JSON for the node: as it is if it is JSON, so that a long number is not rounded here; else a text. */
export function jsonOf(typed: string): string {
  return isJson(typed) ? typed.trim() : JSON.stringify(typed)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

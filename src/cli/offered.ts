/** Commands that apps offer, in a terminal: converts words to arguments, and results to lines. */
import { parseExactJson } from '../api/exact-json.ts'
import type { ArgumentDescription, CommandDescription, JsonValue } from '../kith.ts'
import { shownKey } from '../names.ts'
import type { Context } from './context.ts'
import { UsageError } from './exit.ts'
import { clean, cleanLines, clockTime, jsonLine, table } from './text.ts'

/** A column with times, in milliseconds since 1970, which are printed as those of messages are. */
const TIME_COLUMN = 'timeMs'

/** An argument as help shows it: `<key>`, `[key]`, `<text...>`. */
export function usageOf({ name, type, isOptional = false }: ArgumentDescription): string {
  const shown = type === 'words' ? `${name}...` : name
  return isOptional ? `[${shown}]` : `<${shown}>`
}

/** The arguments that are words of a command line. */
export function wordsOf({ args = [] }: CommandDescription): readonly ArgumentDescription[] {
  return args.filter(({ option }) => option === undefined)
}

/** Converts words to named arguments. Throws a UsageError. */
export function readArguments(
  command: string,
  offered: CommandDescription,
  words: readonly string[],
): Record<string, JsonValue> {
  const args = wordsOf(offered)
  const left = [...words]
  const values: Record<string, JsonValue> = {}
  for (const argument of args) {
    const { name, type, isOptional = false } = argument
    const word = type === 'words' ? joined(left.splice(0)) : left.shift()
    if (word !== undefined) values[name] = valueOf(command, argument, word)
    else if (!isOptional)
      throw new UsageError(`${clean(command)} takes ${args.map(usageOf).join(' ')}: "${name}" is missing.`)
  }
  if (left.length > 0) {
    const takes = args.length === 0 ? 'nothing' : args.map(usageOf).join(' ')
    throw new UsageError(`${clean(command)} takes ${takes}: "${clean(left.join(' '))}" is unexpected.`)
  }
  return values
}

function joined(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(' ')
}

function valueOf(command: string, { name, type }: ArgumentDescription, word: string): JsonValue {
  switch (type) {
    case 'words':
      if (word.trim() === '') throw new UsageError(`There is nothing to ${clean(command)}: the ${name} is empty.`)
      return word
    case 'number':
      return numberOf(name, word)
    case 'json':
      return jsonOrText(word)
    default:
      return word
  }
}

function numberOf(name: string, word: string): number {
  const value = jsonOrText(word.trim())
  if (typeof value === 'number') return value
  throw new UsageError(`"${clean(word)}" is not a number, but ${name} must be one.`)
}

/** Parses a text as JSON, or returns the text itself. Throws a KithError for JSON that cannot be kept exactly. */
function jsonOrText(text: string): JsonValue {
  try {
    return parseExactJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/** Prints the result of a command in the form that its description names, or as JSON on request. */
export function printOffered(
  { output, terminal }: Context,
  { prints = 'value' }: CommandDescription,
  value: JsonValue,
): void {
  if (output.json) output.value(value)
  else if (prints === 'lines' && Array.isArray(value)) output.lines(...value.map(cell))
  else if (prints === 'names' && Array.isArray(value)) output.lines(...value.map(nameCell))
  else if (prints === 'table' && Array.isArray(value)) output.lines(...tableOf(value))
  else if (prints !== 'nothing')
    output.lines(typeof value === 'string' ? rawText(terminal.stdout, value) : jsonLine(value))
}

/** A text unchanged for a program, but without anything that a terminal would obey. */
function rawText(stdout: { isTTY?: boolean }, text: string): string {
  return stdout.isTTY === true ? cleanLines(text) : text
}

/** A row for each object, a column for each of their keys. */
function tableOf(rows: readonly JsonValue[]): string[] {
  const records = rows.map((row) =>
    typeof row === 'object' && row !== null ? Object.entries(row) : ([['value', row]] as const),
  )
  const columns = [...new Set(records.flatMap((entries) => entries.map(([key]) => key)))]
  if (columns.length === 0) return []
  return table([
    columns.map((column) => (column === TIME_COLUMN ? 'TIME' : clean(column).toUpperCase())),
    ...records.map((entries) => {
      const values = new Map<string, JsonValue>(entries)
      return columns.map((column) => tableCell(column, values.get(column) ?? '-'))
    }),
  ])
}

function tableCell(column: string, value: JsonValue): string {
  return column === TIME_COLUMN && typeof value === 'number' ? clockTime(value, Date.now()) : cell(value)
}

/** A name on one line, with all that is in it. */
function nameCell(value: JsonValue): string {
  return typeof value === 'string' ? shownKey(value) : jsonLine(value)
}

/** A value on one line. */
export function cell(value: JsonValue): string {
  return typeof value === 'string' ? clean(value) : jsonLine(value)
}

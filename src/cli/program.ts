/** How commands, their help and their arguments are declared. */
import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Turns a command's function into a commander action: it gets the context, then its arguments and options. */
export type Run = <Args extends unknown[]>(
  command: (context: Context, ...args: Args) => Promise<void> | void,
) => (this: Command, ...args: Args) => Promise<void>

/** A command's help: what it does, and examples. */
export interface CommandHelp {
  name: string
  description: string
  /** A short description for the list of commands. Default: the description. */
  summary?: string
  /** Command lines, each with what it does. */
  examples: readonly (readonly [line: string, effect: string])[]
  /** Further lines that a user may need. */
  notes?: readonly string[]
}

/** Adds a command with its help. */
export function addCommand(parent: Command, help: CommandHelp): Command {
  const { name, description, summary = description } = help
  return parent.command(name).summary(summary).description(description).addHelpText('after', helpAfter(help))
}

/** The part of a help text that follows the options. */
export function helpAfter({ examples, notes = [] }: Pick<CommandHelp, 'examples' | 'notes'>): string {
  const longest = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, effect]) => `  ${line.padEnd(longest)}  ${effect}`.trimEnd())
  return ['', ...notes, ...(notes.length > 0 ? [''] : []), 'Examples:', ...lines].join('\n')
}

/** The argument that names a room. */
export function roomArgument(): Argument {
  return new Argument('<room>', "the room's name or id, or a unique prefix of either").argParser(someRoom)
}

/** Refuses an empty name of a room, as it comes from a variable that is not set. */
export function someRoom(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must be the name or id of a room.')
  return text
}

/** An option that can be repeated. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    value,
  ])
}

/** Parses a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(
      `It must be a whole number from ${min}${max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : ''}.`,
    )
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 }

/** Parses a number of bytes, such as `500MiB` or `2GB`. */
export function sizeBytesOf(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?$/i.exec(text) ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (amount === '' || factor === undefined) throw new InvalidArgumentError('It must be a size such as 500MiB or 2GiB.')
  return Math.round(Number(amount) * factor)
}

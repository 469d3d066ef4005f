/**
 * Suggests what may follow on a command line: commands, options and their choices, from the program itself,
 * and names that the running node knows.
 */
import type { Argument, Command, Option } from 'commander'

/** One suggestion. */
export interface Suggestion {
  value: string
  description: string
}

/** All suggestions; with `paths`, also paths on disk, which the shell completes itself. */
export interface Suggestions {
  values: Suggestion[]
  paths: boolean
}

/** A command line up to the word that is being typed. */
export interface TypedLine {
  command: Command
  /** Words for the command's arguments, in order. */
  operands: string[]
  /** Values of options that have one, by commander's names. */
  options: Record<string, string>
  /** The option whose value is being typed. */
  pending: Option | undefined
  /** After `--`, nothing is an option. */
  isLiteral: boolean
  /** The word that is being typed, possibly empty. */
  current: string
}

/** Names that the node knows for an argument such as `room`; undefined if it knows none of that kind. */
export type Lookup = (name: string, line: TypedLine) => Promise<Suggestion[]> | undefined

/** Placeholders of options and arguments that mean a path. */
const PATHS: ReadonlySet<string> = new Set(['dir', 'file', 'path'])

/** Reads the words after `kith`; the last one is still being typed. */
export function readLine(program: Command, words: readonly string[]): TypedLine {
  const line: TypedLine = {
    ...{ command: program, operands: [], options: {}, pending: undefined, isLiteral: false },
    current: words.at(-1) ?? '',
  }
  for (const word of words.slice(0, -1)) readWord(line, word)
  return line
}

function readWord(line: TypedLine, word: string): void {
  const { command, operands, pending } = line
  if (pending !== undefined) {
    // Bash splits `--data=folder` into three words.
    if (word === '=') return
    line.options[pending.attributeName()] = word
    line.pending = undefined
  } else if (word === '--' && !line.isLiteral) {
    line.isLiteral = true
  } else if (word.startsWith('-') && !line.isLiteral) {
    readOption(line, word)
  } else {
    const child = operands.length === 0 ? visibleCommands(command).find((each) => each.name() === word) : undefined
    if (child === undefined) operands.push(word)
    // Arguments of `help` complete like the command line without it.
    else if (child.name() !== 'help') line.command = child
  }
}

function readOption(line: TypedLine, word: string): void {
  const [flag = '', ...value] = word.split('=')
  const option = visibleOptions(line.command).find(({ short, long }) => short === flag || long === flag)
  if (option === undefined || !takesValue(option)) return
  if (value.length > 0) line.options[option.attributeName()] = value.join('=')
  else line.pending = option
}

/** Suggestions for the word that is being typed. */
export async function suggest(line: TypedLine, lookup: Lookup): Promise<Suggestions> {
  const { values, paths } = await candidates(line, lookup)
  // What is typed may not be composed as names are.
  const typed = line.current.normalize('NFC')
  return { values: values.filter(({ value }) => value.normalize('NFC').startsWith(typed)), paths }
}

async function candidates(line: TypedLine, lookup: Lookup): Promise<Suggestions> {
  const { command, operands, pending, isLiteral, current } = line
  if (pending !== undefined) return valuesOf(line, lookup, placeholderOf(pending), pending.argChoices)
  if (current.startsWith('-') && !isLiteral)
    return { values: visibleOptions(command).map(optionSuggestion), paths: false }
  if (operands.length === 0 && command.commands.length > 0) {
    return { values: visibleCommands(command).map(commandSuggestion), paths: false }
  }
  const argument = argumentAt(command, operands.length)
  if (argument === undefined) return { values: [], paths: false }
  return valuesOf(line, lookup, argument.name(), argument.argChoices)
}

async function valuesOf(
  line: TypedLine,
  lookup: Lookup,
  name: string,
  choices: readonly string[] | undefined,
): Promise<Suggestions> {
  if (choices !== undefined) return { values: choices.map((value) => ({ value, description: '' })), paths: false }
  const known = lookup(name, line)
  return known === undefined ? { values: [], paths: PATHS.has(name) } : { values: await known, paths: false }
}

function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  const last = registeredArguments.at(-1)
  return registeredArguments[index] ?? (last?.variadic === true ? last : undefined)
}

/** The placeholder of an option's value in its flags, such as `path` in `-o, --output <path>`. */
function placeholderOf({ flags }: Option): string {
  return /[<[]([^.>\]]+)/.exec(flags)?.[1] ?? ''
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function visibleCommands(command: Command): Command[] {
  return command.createHelp().visibleCommands(command)
}

/** Options of a command, including the global ones. */
function visibleOptions(command: Command): Option[] {
  const help = command.createHelp()
  const inherited = help.visibleGlobalOptions(command).filter(({ long }) => long !== '--version')
  return [...help.visibleOptions(command), ...inherited]
}

function optionSuggestion({ long, short, description }: Option): Suggestion {
  return { value: long ?? short ?? '', description }
}

function commandSuggestion(command: Command): Suggestion {
  return { value: command.name(), description: command.summary() || command.description() }
}

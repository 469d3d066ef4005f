/** Commands of apps: one for each that a built-in app offers, and `kith do` for any app. */
import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { builtInOffers } from '../../api/built-in-offers.ts'
import type { ArgumentDescription, CommandDescription, JsonValue } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError, UsageError } from '../exit.ts'
import { cell, printOffered, readArguments, usageOf, wordsOf } from '../offered.ts'
import { addCommand, roomArgument } from '../program.ts'
import type { Run } from '../program.ts'
import { readAll } from '../standard-input.ts'
import { clean, table } from '../text.ts'

/** What a last argument is that may come from standard input, which `-` stands for: of any length. */
const READ_FROM_INPUT: ReadonlySet<ArgumentDescription['type']> = new Set(['words', 'json'])

export function addAppCommands(program: Command, run: Run): void {
  for (const [app, offers] of Object.entries(builtInOffers)) {
    for (const [name, offered] of Object.entries(offers)) addOffered(program, run, { app, name, offered })
  }
  addCommand(program, {
    name: 'do',
    summary: "run a command of a room's app",
    description: "run a command of a room's app, for any app",
    examples: [
      ['kith do Home', "list the commands of the room's app"],
      ['kith do Home add milk', 'run one of them with its arguments'],
    ],
    notes: ['The node must have the app: see kith start --app.'],
  })
    .addArgument(roomArgument())
    .argument('[command]', 'the command (default: list all)')
    .argument('[args...]', 'its arguments')
    .action(run(doCommand))
}

/** A command that an app offers. */
interface Offered {
  app: string
  name: string
  offered: CommandDescription
}

function addOffered(program: Command, run: Run, { app, name, offered }: Offered): void {
  const { summary, description = summary, examples = [], notes = [] } = offered
  const command = addCommand(program, { name, summary, description, examples, notes }).addArgument(roomArgument())
  const [words, options] = [wordsOf(offered), optionsOf(offered)]
  for (const argument of words) command.addArgument(new Argument(usageOf(argument), argument.description))
  for (const [, option] of options) command.addOption(option)
  command.action(
    run(async (context, room: string, ...given: unknown[]) => {
      const typed = given.slice(0, words.length) as (string | string[] | undefined)[]
      const chosen = given[words.length] as Record<string, string | number>
      await perform(
        context,
        room,
        { app, name, offered },
        {
          words: typed.flat().filter((word) => word !== undefined),
          options: Object.fromEntries(
            options.flatMap(([argument, option]) => {
              const value = chosen[option.attributeName()]
              return value === undefined ? [] : [[argument.name, value]]
            }),
          ),
        },
      )
    }),
  )
}

/** The arguments that are options in a terminal. */
function optionsOf({ args = [] }: CommandDescription): [ArgumentDescription, Option][] {
  return args.flatMap((argument): [ArgumentDescription, Option][] => {
    if (argument.option === undefined) return []
    const option = new Option(argument.option, argument.description)
    return [[argument, argument.type === 'number' ? option.argParser(numberOf) : option]]
  })
}

function numberOf(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new InvalidArgumentError('It must be a number.')
}

/** What was typed: words one after the other, and options by the names of their arguments. */
interface Typed {
  words: string[]
  options?: Record<string, string | number>
}

async function perform(
  context: Context,
  room: string,
  { app, name, offered }: Offered,
  { words, options = {} }: Typed,
): Promise<void> {
  const known = wordsOf(offered)
  const isFromInput = READ_FROM_INPUT.has(known.at(-1)?.type) && words.length === known.length && words.at(-1) === '-'
  const given = isFromInput ? [...words.slice(0, -1), await readAll(context.terminal.stdin)] : words
  const args = { ...readArguments(name, offered, given), ...options }
  const doing = offered.prints === 'nothing' ? 'Writing' : 'Reading'
  const { value } = await context.call('rooms.do', { room, app, command: name, args }, doing)
  if (value !== undefined) return printOffered(context, offered, value)
  if (offered.absent !== undefined) throw new FailedError(`${clean(room)} ${filled(offered.absent, args)}`)
}

/** Fills in the arguments that a sentence names in braces. */
function filled(sentence: string, args: Readonly<Record<string, JsonValue>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = args[name]
    return value === undefined ? whole : cell(value)
  })
}

async function doCommand(context: Context, room: string, name: string | undefined, words: string[]): Promise<void> {
  const { app, commands } = await context.call('rooms.commands', { room }, "Reading the room's commands")
  if (name === undefined) {
    context.output.result({ app, commands }, () => {
      const listed = Object.entries(commands)
      if (listed.length === 0) return [`${clean(app)} rooms have no commands of their own here.`]
      return table(
        listed.map(([command, offered]) => [
          [command, ...wordsOf(offered).map(usageOf)].map(clean).join(' '),
          clean(offered.summary),
        ]),
      )
    })
    return
  }
  const offered = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (offered === undefined) {
    const known = Object.keys(commands).map(clean).join(', ') || 'none'
    throw new UsageError(`${clean(app)} rooms have no command "${clean(name)}". Their commands: ${known}.`)
  }
  await perform(context, room, { app, name, offered }, { words })
}

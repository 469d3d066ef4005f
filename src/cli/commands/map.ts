/** `kith put`, `get`, `keys`, `delete`: rooms of the app `map`. */
import type { Command } from 'commander'
import type { JsonValue } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { addCommand, roomArgument } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, cleanLines, jsonLine } from '../text.ts'

export function addMapCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'put',
    summary: 'set a key of a map room',
    description: 'set a key of a map room to a JSON value, or to a text if it is not JSON',
    examples: [
      ['kith put Stock apples 3', 'a number'],
      ['kith put Stock owner Alice', 'a text'],
      ['kith put Stock code \'"007"\'', 'a text that looks like something else: JSON quotes inside shell quotes'],
      ['kith put Stock pears \'{"green": 2, "red": 1}\'', 'any JSON'],
    ],
  })
    .addArgument(roomArgument())
    .argument('<key>', 'what to set')
    .argument('<value>', 'what to set it to')
    .action(run(put))
  addCommand(program, {
    name: 'get',
    summary: 'print the value of a key of a map room',
    description: 'print the value of a key of a map room: a text as it is, anything else as JSON',
    examples: [
      ['kith get Stock apples', ''],
      ['kith get Stock owner --json', 'JSON, also for a text'],
    ],
    notes: ['Exits with 1 where there is no such key.'],
  })
    .addArgument(roomArgument())
    .argument('<key>', 'what to look up')
    .action(run(get))
  addCommand(program, {
    name: 'keys',
    description: 'list the keys of a map room, sorted',
    examples: [['kith keys Stock', '']],
  })
    .addArgument(roomArgument())
    .action(run(listKeys))
  addCommand(program, {
    name: 'delete',
    description: 'remove a key of a map room',
    examples: [['kith delete Stock apples', '']],
  })
    .addArgument(roomArgument())
    .argument('<key>', 'what to remove')
    .action(run(remove))
}

async function put(context: Context, room: string, key: string, text: string): Promise<void> {
  const sent = await context.call('map.put', { room, key, value: parseValue(text) }, 'Writing')
  if (context.output.json) context.output.value(sent)
}

/** The JSON value that a text is, or else the text itself. */
function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

async function get(context: Context, room: string, key: string): Promise<void> {
  const { value } = await context.call('map.get', { room, key }, 'Reading')
  if (value === undefined) throw new FailedError(`${clean(room)} has no key "${clean(key)}".`)
  context.output.result(value, () => [typeof value === 'string' ? rawText(context, value) : jsonLine(value)])
}

/** A text byte for byte for a program, but nothing that a terminal would obey. */
function rawText(context: Context, text: string): string {
  return context.terminal.stdout.isTTY === true ? cleanLines(text) : text
}

async function listKeys(context: Context, room: string): Promise<void> {
  const keys = await context.call('map.keys', { room }, 'Reading')
  context.output.result(keys, () => keys.map(clean))
}

async function remove(context: Context, room: string, key: string): Promise<void> {
  const sent = await context.call('map.delete', { room, key }, 'Writing')
  if (context.output.json) context.output.value(sent)
}

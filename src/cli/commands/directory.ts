/** `kith dir …`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Context } from '../context.ts'
import { addCommand, roomArgument, wholeNumber, type Run } from '../program.ts'
import { escaped } from '../../names.ts'
import { clean, clockTime, counted, shellWord, table } from '../text.ts'
import type { DirectoryEntry, DirectoryPage } from '../../kith.ts'

/** What a call gives at once. */
const PAGE = 60
const DEFAULT_LIMIT = 20
const MAX_LIMIT = 10_000

export function addDirectoryCommands(program: Command, run: Run): void {
  const directory = addCommand(program, {
    name: 'dir',
    summary: 'add to and find in a directory',
    description: 'add to and find in a directory: a large collection of which each node has a part only',
    examples: [
      ['kith dir add Phonebook "soup, tomato" --link bafy…', 'an entry, and what it is about'],
      ['kith dir find Phonebook "soup, t"', 'what begins like that'],
    ],
    notes: [
      'A new one:  kith room create Phonebook --app directory',
      'Entries are found by how they begin, however they are spelled: Soup, SOUP and ｓｏｕｐ are the same. Nothing lists all of them.',
    ],
  })
  addCommand(directory, {
    name: 'add',
    description: "add an entry, in place of this node's own with the same key",
    examples: [
      ['kith dir add Phonebook "soup, tomato"', ''],
      ['kith dir add Phonebook "soup, tomato" --link bafy…', 'with the id of a room, document or file'],
    ],
    notes: [
      'An author has at most 64 entries in each part of a directory, which grows with what others add; admins have no limit.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<text>', 'the entry, at most 128 bytes')
    .addOption(new Option('--link <cid>', 'what it is about'))
    .action(run(add))
  addCommand(directory, {
    name: 'find',
    description: 'find entries by how they begin',
    examples: [
      ['kith dir find Phonebook "soup, t"', ''],
      ['kith dir find Phonebook soup --limit 200', 'more than the first 20'],
      ['kith dir find Phonebook soup --json', 'with links and the ids of authors'],
    ],
  })
    .addArgument(roomArgument())
    .argument('<beginning>', 'how the entries begin')
    .addOption(
      new Option('-n, --limit <count>', 'at most so many').argParser(wholeNumber(1, MAX_LIMIT)).default(DEFAULT_LIMIT),
    )
    .action(run(find))
  addCommand(directory, {
    name: 'remove',
    description: "remove this node's own entry, or, as an admin, that of somebody else",
    examples: [
      ['kith dir remove Phonebook "soup, tomato"', ''],
      ['kith dir remove Phonebook "soup, tomato" --author Bob', 'as an admin'],
    ],
    notes: [
      'To remove all that somebody has put there, remove them from the room: kith room remove, in an open room kith room drop.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<text>', 'the entry, in any spelling')
    .addOption(new Option('--author <peer>', 'whose entry: a name or peer id'))
    .action(run(remove))
}

async function add(context: Context, room: string, text: string, { link }: { link?: string }): Promise<void> {
  const added = await context.call('directory.add', { room, text, link }, 'Adding')
  context.output.result(added, () => [`Added ${escaped(text)}; ${counted(added.copies, 'node')} ${has(added)} it.`])
}

async function find(context: Context, room: string, prefix: string, { limit }: { limit: number }): Promise<void> {
  const entries: DirectoryEntry[] = []
  let page: DirectoryPage | undefined
  let isIncomplete = false
  do {
    page = await context.call(
      'directory.find',
      {
        ...{ room, prefix, limit: Math.min(PAGE, limit - entries.length) },
        ...(page !== undefined && page.next !== null && { after: page.next }),
      },
      'Looking',
    )
    isIncomplete ||= page.isIncomplete
    entries.push(...page.entries)
  } while (page.next !== null && entries.length < limit)
  const { next } = page
  context.output.result({ entries, hasMore: next !== null, isIncomplete }, () => {
    const missing = isIncomplete ? ['Some nodes that have a part of it did not answer: there may be more.'] : []
    if (entries.length === 0) return [`Nothing there begins with ${escaped(prefix)}.`, ...missing]
    const rows = entries.map(({ text, link, author, atMs }) => {
      return [clean(text), link ?? '-', clean(author.name), clockTime(atMs, Date.now())]
    })
    const more = context.command(`dir find ${shellWord(room)} ${shellWord(prefix)} --limit ${2 * limit}`)
    return [
      ...table([['ENTRY', 'LINK', 'BY', 'WHEN'], ...rows]),
      ...(next === null ? [] : [`There are more. Type more of it, or:  ${more}`]),
      ...missing,
    ]
  })
}

async function remove(context: Context, room: string, text: string, { author }: { author?: string }): Promise<void> {
  const removed = await context.call('directory.remove', { room, text, author }, 'Removing')
  context.output.result(removed, () => [
    `Removed ${escaped(text)}; ${counted(removed.copies, 'node')} ${has(removed)} noted it.`,
  ])
}

function has({ copies }: { copies: number }): string {
  return copies === 1 ? 'has' : 'have'
}

/** `kith thread …`, `kith follow`, `kith unfollow`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { CHILD_COLUMNS, childCells } from '../child-lines.ts'
import type { ChildPage, ChildRoom } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand, listOption, roomArgument, someRoom, wholeNumber, type Run } from '../program.ts'
import { clean, counted, shellWord, shortId, table } from '../text.ts'
import { untilUsable } from './join.ts'

/** What a call gives at once. */
const PAGE = 100
const DEFAULT_LAST = 50

const PATH = 'the room above, a slash, and the title or id of what is below it'

export function addThreadCommands(program: Command, run: Run): void {
  const thread = addCommand(program, {
    name: 'thread',
    summary: 'talk about a message apart from the room',
    description: 'start and list threads: rooms about a message, which nobody fetches but who follows them',
    examples: [
      ['kith thread start Kitchen x7k2m9 Soup', 'about a message: kith read --ids shows their ids'],
      ['kith thread list Kitchen', 'those that there are'],
    ],
    notes: ['Commands that take a room take a thread: kith send Kitchen/Soup with more salt'],
  })
  addCommand(thread, {
    name: 'start',
    summary: 'start a thread about a message',
    description: 'start a thread about a message, and follow it',
    examples: [
      ['kith thread start Kitchen x7k2m9', 'called after the message'],
      ['kith thread start Kitchen x7k2m9 Which soup?', 'with a title'],
    ],
    notes: [
      'Everybody in the room can list it (kith thread list); what is said in it is fetched by those who follow it only. In a room with',
      'members, they have the same roles in it: see kith room create --help. Where you follow a thread about the message, there',
      'is no second one; kith thread list shows whether others started one that you could follow instead.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<message>', 'its id, or the last 6 or more characters of it')
    .argument('[title...]', 'what to call the thread (default: the beginning of the message)')
    .action(run(start))
  addCommand(thread, {
    name: 'list',
    description: 'list the threads of a room, the newest first',
    examples: [
      ['kith thread list Kitchen', ''],
      ['kith thread list Kitchen --last 500', 'more than the newest 50'],
    ],
    notes: [
      'Of what is not followed, only the link is here, as whoever started it wrote it. What belongs elsewhere says itself that',
      'it is not below the room: no path leads there, only its own name or id.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(
      new Option('-n, --last <count>', 'only the newest ones')
        .argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER))
        .default(DEFAULT_LAST),
    )
    .action(run(list))
  addFollow(program, run)
  addUnfollow(program, run)
}

function addFollow(program: Command, run: Run): void {
  addCommand(program, {
    name: 'follow',
    summary: 'join a thread or another room below a room',
    description: 'join a thread or another room below a room, and wait until it is here',
    examples: [
      ['kith follow Kitchen/Soup', ''],
      ['kith follow Kitchen/Recipes/Soups', 'further down, where what is above it is followed'],
    ],
    notes: ['Ctrl-C only ends the waiting. Your other devices (kith device list) follow it, too.'],
  })
    .argument('<room>', PATH, someRoom)
    .addOption(listOption('--peer <address>', 'multiaddr of a peer that has it (repeatable)'))
    .addOption(new Option('--no-wait', 'return at once'))
    .action(run(follow))
}

function addUnfollow(program: Command, run: Run): void {
  addCommand(program, {
    name: 'unfollow',
    summary: 'leave a thread or another room below a room',
    description: 'leave a thread or another room below a room; the link to it stays, and kith follow brings it back',
    examples: [
      ['kith unfollow Kitchen/Soup', ''],
      ['kith unfollow Kitchen/Soup --delete', 'and delete what is here of it'],
    ],
  })
    .argument('<room>', PATH, someRoom)
    .addOption(new Option('--delete', 'delete its contents from this node'))
    .addOption(new Option('--only-here', 'your other devices stay in it'))
    .action(run(unfollow))
}

async function start(context: Context, room: string, message: string, words: string[]): Promise<void> {
  const title = words.length === 0 ? undefined : words.join(' ')
  const thread = await context.call('threads.start', { room, message, title }, 'Starting the thread')
  context.output.result(thread, () => {
    const path = shellWord(`${room}/${thread.title}`)
    return [`Started the thread ${clean(thread.title)}.  Talk:  ${context.command(`chat ${path}`)}`]
  })
}

async function list(context: Context, room: string, { last }: { last: number }): Promise<void> {
  const threads: ChildRoom[] = []
  let next: string | null = null
  do {
    const page: ChildPage = await context.call(
      'children.list',
      {
        ...{ room, threads: true, limit: Math.min(PAGE, last - threads.length) },
        ...(next !== null && { before: next }),
      },
      'Reading the threads',
    )
    threads.push(...page.children)
    next = page.next
  } while (next !== null && threads.length < last)
  context.output.result(threads, () => {
    if (threads.length === 0)
      return [`No threads yet. Start one:  ${context.command(`thread start ${shellWord(room)} MESSAGE-ID`)}`]
    const rows = threads.map((thread) => [clean(thread.title), ...childCells(thread), shortId(thread.about ?? '')])
    const more = `There may be more: kith thread list ${shellWord(room)} --last ${2 * last}`
    return [...table([['TITLE', ...CHILD_COLUMNS, 'ABOUT'], ...rows]), ...(next === null ? [] : [more])]
  })
}

async function follow(
  context: Context,
  path: string,
  { peer, wait }: { peer?: string[]; wait: boolean },
): Promise<void> {
  const joined = await context.call('children.follow', { path, peers: peer }, 'Following')
  const details = wait ? await untilUsable(context, joined) : joined
  context.output.result(details, () => [
    details.status === 'waiting'
      ? `Follows it, not here yet: waiting for ${clean(details.waitingFor) || 'the room'}.`
      : `Follows ${clean(details.name) || details.id}, ${counted(details.documents, 'document')}.  Read:  ${context.command(`read ${shellWord(path)}`)}`,
  ])
}

async function unfollow(context: Context, path: string, options: { delete?: true; onlyHere?: true }): Promise<void> {
  const child = await context.call('children.unfollow', { path, ...options }, 'Leaving')
  const deleted = options.delete === true ? ', and deleted what was here of it' : ''
  context.output.result(child, () => [
    `Follows ${clean(child.title)} no more${deleted}. To come back:  ${context.command(`follow ${shellWord(path)}`)}`,
  ])
}

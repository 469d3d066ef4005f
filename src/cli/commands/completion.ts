/** `kith completion`: lets a shell complete command lines. */
import { setTimeout as delay } from 'node:timers/promises'
import { Argument } from 'commander'
import type { Command } from 'commander'
import { readLine, suggest } from '../completion.ts'
import type { Lookup, Suggestion } from '../completion.ts'
import { scripts, SHELLS, suggestionLines } from '../completion-scripts.ts'
import type { Shell } from '../completion-scripts.ts'
import { Context } from '../context.ts'
import { isLikeOption } from '../../names.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { roomPath } from '../room-path.ts'

/** A node that takes longer is busy, and users should not wait for it while they type. */
const LOOKUP_DEADLINE_MS = 500

export function addCompletionCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'completion',
    summary: 'complete command lines in a shell',
    description: 'print a script that makes a shell complete commands, options, and names that the node knows',
    examples: [
      ['eval "$(kith completion bash)"', 'put this line into ~/.bashrc'],
      ['eval "$(kith completion zsh)"', 'put this line into ~/.zshrc, after compinit'],
      ['kith completion fish | source', 'put this line into ~/.config/fish/config.fish'],
    ],
  })
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .argument('[word...]', 'suggest what may follow these words; used by the script')
    .action(
      run(async (context, shell: Shell, words: string[]) => {
        if (words.length === 0) context.terminal.stdout.write(scripts[shell])
        else context.output.lines(...suggestionLines(shell, await suggestionsFor(program, words, context)))
      }),
    )
}

function suggestionsFor(program: Command, words: readonly string[], { terminal }: Context) {
  const line = readLine(program, words.map(unquoted))
  return suggest(line, lookupIn(new Context(terminal, line.options)))
}

/** A word as the shell would read it. */
function unquoted(word: string): string {
  return word.replaceAll(/\\(.)|["']/g, '$1')
}

/** Looks up names in the node that the command line addresses. */
function lookupIn(context: Context): Lookup {
  return (name, { command, operands }) => {
    if (name === 'room') return orNothing(() => rooms(context))
    if (name === 'peer|room|address') return orNothing(() => peersAndRooms(context))
    if (name === 'peer') return orNothing(() => peers(context))
    const room = command.registeredArguments[0]?.name() === 'room' ? operands[0] : undefined
    if (name === 'file' && room !== undefined) return orNothing(() => files(context, room))
    if (name === 'member' && room !== undefined) return orNothing(() => members(context, room))
    if (name === 'command' && room !== undefined) return orNothing(() => commands(context, room))
    if (name === 'lock' && room !== undefined) return orNothing(() => locks(context, room))
    if (name === 'key' && room !== undefined) return orNothing(() => keys(context, room))
    return undefined
  }
}

/** A node's answer, if it comes in time; nothing if the node is not running or refuses. */
async function orNothing(ask: () => Promise<Suggestion[]>): Promise<Suggestion[]> {
  try {
    return await Promise.race([ask(), delay(LOOKUP_DEADLINE_MS, [], { ref: false })])
  } catch {
    return []
  }
}

async function rooms({ api }: Context): Promise<Suggestion[]> {
  const list = await api.call('rooms.list', {})
  return list.map((room) => {
    const { id, app } = room
    return { value: referenceTo(id, roomPath(room, list)), description: `${app} ${id.slice(0, 12)}…` }
  })
}

async function files({ api }: Context, room: string): Promise<Suggestion[]> {
  const list = await api.call('files.list', { room })
  // Of several with one name, the last is the newest, which the name means.
  return [...new Map(list.map((file) => [file.name, file])).values()].map(({ name, authorName }) => ({
    ...{ value: name, description: `from ${authorName}` },
  }))
}

async function peers({ api }: Context): Promise<Suggestion[]> {
  const list = await api.call('peers', {})
  return list.map(({ peer, name }) => ({ value: referenceTo(peer, name), description: peer }))
}

async function peersAndRooms(context: Context): Promise<Suggestion[]> {
  return (await Promise.all([peers(context), rooms(context)])).flat()
}

async function members({ api }: Context, room: string): Promise<Suggestion[]> {
  const list = await api.call('rooms.members', { room })
  return list
    .filter(({ self }) => !self)
    .map(({ peer, name }) => ({ value: referenceTo(peer, name), description: peer }))
}

/** By its name, unless it has none, or one that commands take for an option: others may choose any. */
function referenceTo(id: string, name: string | null): string {
  return name === null || name === '' || isLikeOption(name) ? id : name
}

async function commands({ api }: Context, room: string): Promise<Suggestion[]> {
  const { commands } = await api.call('rooms.commands', { room })
  return Object.entries(commands).map(([value, { summary }]) => ({ value, description: summary }))
}

async function locks({ api }: Context, room: string): Promise<Suggestion[]> {
  const list = await api.call('locks.list', { room })
  return list.map(({ name, electors }) => ({ value: name, description: `${electors.length} electors` }))
}

async function keys({ api }: Context, room: string): Promise<Suggestion[]> {
  const { value: names = [] } = await api.call('rooms.do', { room, app: 'map', command: 'keys' })
  return (names as string[]).map((value) => ({ value, description: '' }))
}

/** `kith want`, `wants`, `unwant`, `gc`: blocks that the node sets out to hold, and those it can do without. */
import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import type { EnsureStatus, GarbageReport } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { runTask } from '../progress.ts'
import type { Progress } from '../progress.ts'
import { clean, clockTime, counted, fileSize, shortPeer, table } from '../text.ts'
import { watch } from '../watch.ts'

export function addWantCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'want',
    summary: 'get a block and all that it depends on',
    description: 'get a block by its CID, and all that it depends on, from peers that have it',
    examples: [
      ['kith want bafkrei…', 'returns at once; the node goes on, over restarts too'],
      ['kith want bafybei… --room Kitchen', 'from members of one room, and kept for them'],
      ['kith want bafybei… --wait', 'until it is here, or cannot be had'],
    ],
    notes: ['kith wants shows how far it has come, and kith unwant ends it; Ctrl-C ends the waiting only.'],
  })
    .addArgument(idArgument())
    .addOption(roomOption('ask the members of this room, and keep it for them (default: ask everybody)'))
    .addOption(new Option('--wait', 'wait until it is here, or cannot be had'))
    .action(run(want))
  addCommand(program, {
    name: 'wants',
    summary: 'show what the node sets out to get',
    description: 'show what the node sets out to get, and how far it has come',
    examples: [
      ['kith wants', 'what is not here yet, or could not be had'],
      ['kith wants --watch', 'again and again, until Ctrl-C'],
      ['kith wants --all', 'also what is complete'],
    ],
    notes: [
      'HAVE: blocks that are here, of those it depends on as far as is known: a missing one may depend on',
      'more. FROM: who sent most of it since the start of the node.',
    ],
  })
    .addOption(new Option('--watch', 'go on until Ctrl-C'))
    .addOption(new Option('--all', 'also what is complete'))
    .action(run(showWants))
  addCommand(program, {
    name: 'unwant',
    summary: 'let go of something that was wanted',
    description: 'let go of something that was wanted, and of what only it needed',
    examples: [
      ['kith unwant bafkrei…', ''],
      ['kith unwant bafybei… --room Kitchen', 'where it was wanted for a room'],
    ],
  })
    .addArgument(idArgument())
    .addOption(roomOption('the room that it was wanted for'))
    .action(run(unwant))
  addCommand(program, {
    name: 'gc',
    summary: 'remove blocks that nothing needs',
    description: 'remove blocks that nothing needs any more, as the node does by itself in a while',
    examples: [
      ['kith gc --dry-run', 'only say how much'],
      ['kith gc', ''],
    ],
  })
    .addOption(new Option('--dry-run', 'remove nothing, and say how much would be'))
    .action(run(collectGarbage))
}

function idArgument(): Argument {
  return new Argument('<id>', 'CID of the block')
}

function roomOption(description: string): Option {
  return new Option('--room <room>', description)
}

interface WantOptions {
  room?: string
  wait?: true
}

async function want(context: Context, id: string, { room, wait }: WantOptions): Promise<void> {
  const { output } = context
  const noted = await context.call('wants.add', { id, room }, 'Asking the node')
  if (wait !== true || noted.state === 'complete') return output.result(noted, () => [outcome(context, noted)])
  if (!output.json && noted.state === 'searching') output.lines(outcome(context, noted))
  const complete = await runTask(
    context,
    'wants.wait',
    { id, room },
    {
      doing: `Looking for ${noted.id}`,
      progressOf: describeProgress,
      stopped: `Stopped waiting; the node goes on: ${context.command('wants')}`,
    },
  )
  output.result(complete, () => [outcome(context, complete)])
}

function outcome(context: Context, status: EnsureStatus): string {
  const { id, state, have, bytes } = status
  if (state === 'complete') return `${id} is here: ${counted(have, 'block')}, ${fileSize(bytes)}.`
  if (state === 'failed') return `${id} could not be had: ${waitedFor(status)}.`
  return `Noted: the node looks for ${id}, over restarts too. See:  ${context.command('wants')}`
}

function describeProgress(status: EnsureStatus): Progress {
  const { have, known, bytes, bytesPerSecond, from } = status
  const facts = [`${have} of ${counted(known, 'block')}`, fileSize(bytes)]
  if (from.length > 0) facts.push(`${fileSize(bytesPerSecond)}/s`, `from ${counted(from.length, 'peer')}`)
  return { done: have, total: known, facts: [...facts, `waiting for ${waitedFor(status)}`] }
}

interface WantsOptions {
  watch?: true
  all?: true
}

async function showWants(context: Context, { watch: watching, all }: WantsOptions): Promise<void> {
  const { output } = context
  const isWatching = watching === true
  const read = async () => {
    const wants = await context.call('wants.list', { all }, 'Reading')
    // Only people need the names of the rooms.
    const rooms = output.json ? [] : await context.call('rooms.list', {}, 'Reading the rooms')
    return { wants, roomNames: rooms.map(({ id, name }) => [id, clean(name)] as const) }
  }
  await watch(context, isWatching, read, ({ wants, roomNames }) => {
    if (output.json) return output.value(wants)
    const nowMs = Date.now()
    if (isWatching) output.lines(clockTime(nowMs, nowMs))
    output.lines(...describeWants(context, wants, new Map(roomNames)))
    if (isWatching) output.lines('')
  })
}

function describeWants(
  context: Context,
  wants: readonly EnsureStatus[],
  roomNames: ReadonlyMap<string, string>,
): string[] {
  if (wants.length === 0) return [`Nothing. To get something: ${context.command('want CID')}`]
  return table([
    ['ROOM', 'STATE', 'HAVE', 'SIZE', 'RATE', 'FROM', 'WAITING FOR', 'JOBS', 'CID'],
    ...wants.map((status) => {
      const { id, room, state, pinned, have, known, bytes, bytesPerSecond, jobs } = status
      return [
        room === null ? '-' : roomNames.get(room) || room,
        pinned ? `${state}, pinned` : state,
        `${have}/${known}`,
        fileSize(bytes),
        bytesPerSecond > 0 ? `${fileSize(bytesPerSecond)}/s` : '-',
        senders(status),
        waitedFor(status),
        jobs.map(clean).join(', ') || '-',
        id,
      ]
    }),
  ])
}

function senders({ from: [most, ...others] }: EnsureStatus): string {
  if (most === undefined) return '-'
  return others.length === 0 ? shortPeer(most.peer) : `${shortPeer(most.peer)} +${others.length}`
}

/** What is still missing, or why it is not waited for any more. */
function waitedFor({ state, failure, missing, asked, absentAt }: EnsureStatus): string {
  if (state === 'complete') return '-'
  if (state === 'failed' || failure !== null) return clean(failure ?? '') || '-'
  if (absentAt > 0 && absentAt >= asked) return `a peer that has it: ${absentAt} asked`
  if (asked === 0) return 'a peer to ask'
  return counted(missing, 'block')
}

async function unwant(context: Context, id: string, { room }: { room?: string }): Promise<void> {
  const removed = await context.call('wants.remove', { id, room }, 'Letting go')
  context.output.result(removed, () => [`Let go of ${removed.id}.`])
}

async function collectGarbage(context: Context, { dryRun }: { dryRun?: true }): Promise<void> {
  const report = await context.call('gc', { dryRun }, 'Looking for what nothing needs')
  context.output.result(report, () => [describeGarbage(report, dryRun === true)])
}

function describeGarbage({ blocks, sizeBytes }: GarbageReport, isDryRun: boolean): string {
  if (blocks === 0) return 'There is nothing to remove.'
  return `${isDryRun ? 'Would remove' : 'Removed'} ${counted(blocks, 'block')}, ${fileSize(sizeBytes)}.`
}

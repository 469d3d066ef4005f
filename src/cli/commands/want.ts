/** `kith want`, `wants`, `unwant`, `gc`: requests for blocks, and removing blocks that nothing needs. */
import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import { NoNodeError } from '../../api/client.ts'
import type { EnsureStatus, GarbageReport, RoomSummary } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { runTask } from '../progress.ts'
import type { Progress } from '../progress.ts'
import { clean, clockTime, counted, fileSize, shortId, table } from '../text.ts'
import { watch } from '../watch.ts'

export function addWantCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'want',
    summary: 'fetch a block and everything it depends on',
    description: 'fetch a block by its CID, with everything it depends on, from peers that have it',
    examples: [
      ['kith want bafkrei…', 'return at once; the node keeps trying, even after a restart'],
      ['kith want bafybei… --room Kitchen', 'from members of one room, and kept for them'],
      ['kith want bafybei… --wait', 'wait until it is complete, or cannot be fetched'],
    ],
    notes: ['kith wants shows the progress, kith unwant ends it; Ctrl-C only ends the waiting.'],
  })
    .addArgument(idArgument())
    .addOption(roomOption('ask the members of this room, and keep the block for them (default: ask everyone)'))
    .addOption(new Option('--wait', 'wait until it is complete, or cannot be fetched'))
    .action(run(want))
  addCommand(program, {
    name: 'wants',
    summary: 'show what the node is fetching',
    description: 'show what the node is fetching, and the progress',
    examples: [
      ['kith wants', 'what is incomplete or failed'],
      ['kith wants --watch', 'print every change until Ctrl-C'],
      ['kith wants --all', 'include what is complete'],
    ],
    notes: [
      'HAVE: blocks that are here, out of those known so far; missing blocks may depend on more.',
      'FROM: who has sent most of it since the node started.',
      'While no node runs, what is wanted is read from its folder.',
    ],
  })
    .addOption(new Option('--watch', 'print every change until Ctrl-C'))
    .addOption(new Option('--all', 'include what is complete'))
    .action(run(showWants))
  addCommand(program, {
    name: 'unwant',
    summary: 'stop fetching or keeping a block',
    description: 'stop fetching or keeping a block, and whatever only it needs',
    examples: [
      ['kith unwant bafkrei…', ''],
      ['kith unwant bafybei… --room Kitchen', 'if it was wanted for a room'],
    ],
  })
    .addArgument(idArgument())
    .addOption(roomOption('the room it was wanted for'))
    .action(run(unwant))
  addCommand(program, {
    name: 'gc',
    summary: 'remove blocks that nothing needs',
    description: 'remove blocks that nothing needs any more; the node also does this automatically from time to time',
    examples: [
      ['kith gc --dry-run', 'only show how much would be removed'],
      ['kith gc', ''],
    ],
  })
    .addOption(new Option('--dry-run', 'only show how much would be removed'))
    .action(run(collectGarbage))
}

function idArgument(): Argument {
  return new Argument('<id>', 'CID of the block, also as ipfs://CID')
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
      stopped: `Stopped waiting. The node keeps trying: ${context.command('wants')}`,
    },
  )
  output.result(complete, () => [outcome(context, complete)])
}

function outcome(context: Context, status: EnsureStatus): string {
  const { id, state, have, bytes } = status
  if (state === 'complete') return `${id} is complete: ${counted(have, 'block')}, ${fileSize(bytes)}.`
  if (state === 'failed') return `${id} could not be fetched: ${waitedFor(status)}.`
  return `The node is looking for ${id}, even after a restart. Progress:  ${context.command('wants')}`
}

function describeProgress(status: EnsureStatus): Progress {
  const { have, known, bytes, bytesPerSecond, from } = status
  const facts = [`${grouped(have)} of ${counted(known, 'block')}`, fileSize(bytes)]
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
    const wants = isWatching
      ? await context.call('wants.list', { all }, 'Reading')
      : await context.callOnFolder('wants.list', { all }, 'Reading')
    // JSON output has the ids only, and so has what is read while no node runs.
    const rooms = output.json ? [] : await roomsOfNode(context)
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

async function roomsOfNode(context: Context): Promise<readonly RoomSummary[]> {
  try {
    return await context.call('rooms.list', {}, 'Reading the rooms')
  } catch (error) {
    if (!(error instanceof NoNodeError)) throw error
    context.output.note('No node is running, so nothing is fetched.')
    return []
  }
}

function describeWants(
  context: Context,
  wants: readonly EnsureStatus[],
  roomNames: ReadonlyMap<string, string>,
): string[] {
  if (wants.length === 0) return [`Nothing is wanted. To fetch a block: ${context.command('want CID')}`]
  return table([
    ['ROOM', 'STATE', 'HAVE', 'SIZE', 'RATE', 'FROM', 'WAITING FOR', 'JOBS', 'CID'],
    ...wants.map((status) => {
      const { id, room, state, pinned, have, known, bytes, bytesPerSecond, jobs } = status
      return [
        room === null ? '-' : roomNames.get(room) || room,
        [state === 'searching' && bytesPerSecond > 0 ? 'fetching' : state, ...(pinned ? ['pinned'] : [])].join(', '),
        `${grouped(have)}/${grouped(known)}`,
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
  return others.length === 0 ? shortId(most.peer) : `${shortId(most.peer)} +${grouped(others.length)}`
}

/** What is still missing, or why the node no longer waits for it. */
function waitedFor({ state, failure, missing, asked, absentAt }: EnsureStatus): string {
  if (state === 'complete') return '-'
  if (state === 'failed' || failure !== null) return clean(failure ?? '') || '-'
  if (absentAt > 0 && absentAt >= asked) return `a peer that has it (${grouped(absentAt)} asked)`
  if (asked === 0) return 'a peer to ask'
  return counted(missing, 'block')
}

async function unwant(context: Context, id: string, { room }: { room?: string }): Promise<void> {
  const removed = await context.callOnFolder('wants.remove', { id, room }, 'Removing')
  context.output.result(removed, () => [`${removed.id} is no longer wanted.`])
}

async function collectGarbage(context: Context, { dryRun }: { dryRun?: true }): Promise<void> {
  const report = await context.callOnFolder('gc', { dryRun }, 'Looking for unneeded blocks')
  context.output.result(report, () => [describeGarbage(report, dryRun === true)])
}

function describeGarbage({ blocks, sizeBytes }: GarbageReport, isDryRun: boolean): string {
  if (blocks === 0) return 'There is nothing to remove.'
  return `${isDryRun ? 'Would remove' : 'Removed'} ${counted(blocks, 'block')}, ${fileSize(sizeBytes)}.`
}

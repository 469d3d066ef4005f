/** `kith join`: joins a room, and shows what it is waiting for until the room is open and its state is here. */
import { setTimeout as delay } from 'node:timers/promises'
import { Option } from 'commander'
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { RoomDetails, RoomProgress } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { membershipOf, nameOf, requireInvite, untilAccepted } from '../held-invite.ts'
import { movedLine } from '../moved.ts'
import { namesakeLines } from '../namesakes.ts'
import { addCommand, listOption } from '../program.ts'
import type { Run } from '../program.ts'
import { runTask } from '../progress.ts'
import { describeRoomProgress } from '../room-progress.ts'
import { LiveLine } from '../terminal.ts'
import { clean, counted } from '../text.ts'

/** Who may write in a room with members. */
const WRITERS: RoomDetails['role'][] = ['owner', 'admin', 'writer']

/** Often enough to look live; a query costs the node well under a millisecond. */
const ASK_EVERY_MS = 250

interface JoinOptions {
  peer?: string[]
  newestFirst?: true
  wait: boolean
}

export function addJoinCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'join',
    summary: 'join a room by its id or an invite line',
    description: 'join a room by its id or an invite line, and wait until it is open and its state is here',
    examples: [
      ['kith join bafyrei…', 'from peers found on the local network'],
      ['kith join bafyrei… --peer /ip4/192.168.1.5/tcp/4001', 'from a peer at a known address'],
      ['kith join "kith:bafyrei…"', 'by an invite line, in quotes'],
      ['kith join bafyrei… --no-wait', 'do not wait; the node keeps trying'],
    ],
    notes: [
      'Ctrl-C only ends the waiting: the room stays joined, opens once the node finds a peer that has it, and the',
      'rest follows: see kith status. The state is that of a checkpoint or of the whole history. It is not waited for',
      'with --newest-first, nor once nothing comes for 10 s.',
      'With --json, prints a line {"progress": …} now and then while a history comes, and the room last.',
    ],
  })
    .argument('<id-or-invite...>', 'id of the room, or its invite line, as it was pasted')
    .addOption(listOption('--peer <address>', 'multiaddr of a peer that has the room (repeatable)'))
    .addOption(new Option('--newest-first', 'fetch recent history first: see kith read --pending'))
    .addOption(new Option('--no-wait', 'return at once'))
    .action(run(join))
}

async function join(context: Context, words: string[], { peer, newestFirst, wait }: JoinOptions): Promise<void> {
  const joined = await context.call('rooms.join', { room: words.join(' '), peers: peer, newestFirst }, 'Joining')
  // Whoever wants the newest documents first does not wait for the oldest.
  const until = newestFirst === true ? untilOpen : untilUsable
  const usable = wait ? await until(context, joined) : joined
  const stopped = `Stopped waiting. The invite is accepted once it arrives: ${context.command(`room show ${joined.id}`)}`
  // Members give it nothing until they have seen the invite.
  const details = wait && usable.removed !== undefined ? await untilAccepted(context, usable, stopped) : usable
  if (wait) requireInvite(details)
  const membership = details.status === 'open' ? await membershipOf(context, details) : ''
  context.output.result(details, () => [
    outcome(context, details, membership),
    ...[movedLine(details)].filter((line) => line !== undefined),
    ...namesakeLines(context, details),
  ])
}

function outcome(context: Context, details: RoomDetails, membership: string): string {
  const { role, waitingFor } = details
  const isWriter = role === null || WRITERS.includes(role)
  const isLimited = details.status === 'open' && (!isWriter || (details.unread > 0 && waitingFor !== ''))
  const rights = waitingFor === '' ? rightsText(role) : `It waits for ${clean(waitingFor)}.`
  const joined = joinedLine(context, details, membership)
  return isLimited ? `${joined} ${rights}` : joined
}

function rightsText(role: RoomDetails['role']): string {
  if (role === 'reader') return 'Readers do not write: an admin can change that (kith role).'
  return 'Only members write here: ask an admin for an invite.'
}

function joinedLine(context: Context, details: RoomDetails, membership: string): string {
  if (details.status === 'waiting') return `Joined, not open yet: waiting for ${waitedFor(details)}.`
  const isWritten = details.role === null || WRITERS.includes(details.role)
  const next =
    details.app === 'chat' && isWritten ? `  Talk:  ${context.command(`chat ${shortReference(details)}`)}` : ''
  const { documents, provisional } = details
  const amount =
    provisional === null ? counted(documents, 'document') : `about ${grouped(provisional.documents)} documents`
  const app = details.app === '' ? '' : ` (${clean(details.app)})`
  return `Joined ${nameOf(details)}${app}, ${amount}${membership}.${next}`
}

/** Until the state is here, by a checkpoint or by the history; what is missing then comes in the background. */
export async function untilUsable(context: Context, joined: RoomDetails): Promise<RoomDetails> {
  const opened = await untilOpen(context, joined)
  const { what, missing, perSecond } = await untilStateIsHere(context, opened)
  if (what === 'history' && missing > 0 && !context.output.json) {
    const follow = perSecond > 0 ? 'and follow' : 'and follow once a peer sends them'
    context.output.note(`About ${grouped(missing)} documents are missing, ${follow}: ${context.command('status')}`)
  }
  return context.api.call('rooms.show', { room: joined.id })
}

function untilStateIsHere(context: Context, { id, name }: RoomDetails): Promise<RoomProgress> {
  return runTask(
    context,
    'rooms.usable',
    { room: id },
    {
      doing: `Fetching the history of ${clean(name) || 'the room'}`,
      progressOf: (progress) => describeRoomProgress([progress]),
      stopped: `Stopped waiting. The room is joined and open, and the rest of its history follows: ${context.command('status')}`,
      isProgressPrinted: true,
    },
  )
}

async function untilOpen(context: Context, joined: RoomDetails): Promise<RoomDetails> {
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const live = new LiveLine(context.terminal)
  const startedAtMs = performance.now()
  let details = joined
  try {
    while (details.status === 'waiting') {
      if (!context.output.json) live.show(progressLine(context, details, performance.now() - startedAtMs))
      await delay(ASK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {})
      if (stop.signal.aborted) {
        throw new FailedError(
          `Stopped waiting. The room stays joined and the node keeps trying: ${context.command(`room show ${joined.id}`)}`,
        )
      }
      details = await context.api.call('rooms.show', { room: joined.id })
    }
    return details
  } finally {
    live.clear()
    forget()
  }
}

function progressLine(context: Context, details: RoomDetails, waitedMs: number): string {
  const line = `Joined; waiting for ${waitedFor(details)}…`
  return context.terminal.stderr.isTTY === true
    ? `${line} ${Math.round(waitedMs / 1000)} s (Ctrl-C to stop waiting)`
    : line
}

/** The reason is briefly empty when the root document has just arrived. */
function waitedFor(details: RoomDetails): string {
  return clean(details.waitingFor) || 'the room'
}

/** The room's name if it needs no quotes in a shell and no other room has it, or else a prefix of its id. */
function shortReference({ name, id, namesakes }: RoomDetails): string {
  return /^[\w-]+$/.test(name) && namesakes.length === 0 ? name : id.slice(0, 16)
}

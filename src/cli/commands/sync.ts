/**
 * `kith sync`, `kith share-policy`, `kith carry`: what peers hold, what is shared with them, and carrying
 * rooms for them.
 */
import type { Command } from 'commander'
import { Argument, Option } from 'commander'
import { grouped } from '../../grouped.ts'
import type { DocumentSync, PeerSync, RoomDetails, RoomSharing, RoomSync, Sharing } from '../../kith.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { requireInvite, untilAccepted } from '../held-invite.ts'
import { addCommand, listOption, roomArgument, sizeBytesOf } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, clockTime, counted, fileSize, table } from '../text.ts'
import { watch } from '../watch.ts'

const POLICIES = ['share', 'accept', 'none'] as const
const MODES = ['batch', 'interactive', 'auto'] as const

export function addSyncCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'sync',
    summary: 'show what peers hold and what is on its way',
    description: 'show what peers hold of a room, or of all rooms, and what is on its way to them',
    examples: [
      ['kith sync', 'all rooms'],
      ['kith sync Kitchen --watch', 'print every change until Ctrl-C'],
      ['kith sync Kitchen --document bafyrei…', 'who holds one document'],
    ],
    notes: [
      'HOLDS: documents the peer is known to hold. SENT: sent or offered, but not yet acknowledged.',
      'WAITING: still to be sent. RETRY: time until the oldest is resent. "…": still being compared.',
    ],
  })
    .addArgument(roomArgument().argOptional())
    .addOption(new Option('--watch', 'print every change until Ctrl-C'))
    .addOption(new Option('--document <id>', 'show who holds this document'))
    .action(run(showSync))
  addCommand(program, {
    name: 'share-policy',
    summary: 'show or change whom a room is shared with',
    description: 'show or change whom a room is shared with, and how; a change applies at once',
    examples: [
      ['kith share-policy Kitchen', 'show'],
      ['kith share-policy Kitchen accept', 'receive documents but send none'],
      ['kith share-policy Kitchen none --peer Anna', 'exchange nothing with one peer'],
      ['kith share-policy Kitchen --peer Anna', 'show how it is shared with one peer'],
      ['kith share-policy Kitchen --peer Anna --default', 'share it with her as with everyone again'],
      ['kith share-policy Kitchen --mode interactive', 'offer every document before it is sent'],
    ],
    notes: ['What is not set for a peer is as for everyone, also when that changes.'],
  })
    .addArgument(roomArgument())
    .addArgument(new Argument('[policy]', 'share: both ways; accept: receive only; none: neither').choices(POLICIES))
    .addOption(new Option('--peer <peer>', 'for this peer only: its name, its id, or the beginning or end of the id'))
    .addOption(new Option('--mode <mode>', 'send at once, offer first, or offer only large documents').choices(MODES))
    .addOption(new Option('--default', 'end what was set before: with --peer for this peer, otherwise for everyone'))
    .action(run(sharePolicy))
  addCommand(program, {
    name: 'carry',
    summary: "store and relay a room's documents and files",
    description: "store and relay a room's documents and files, without reading them or being a member",
    examples: [
      ['kith carry bafyrei…', 'up to 256 MiB'],
      ['kith carry bafyrei… --max 2GiB', 'more; also changes the quota of a carried room'],
      ['kith carry "kith:bafyrei…"', 'by an invite that kith invite --role carrier made'],
    ],
    notes: [
      'An invite is waited for and accepted, so that the members know of the carrier; Ctrl-C only ends the waiting.',
      'Without --max, a room that was carried before keeps its quota.',
      'Rooms and threads below it are rooms of their own, which it does not carry along: a carrier cannot even read the links',
      'to them where the room is private. Each is carried by its id (kith room tree shows it to members).',
      'kith leave stops it; kith join makes the node a member.',
    ],
  })
    .argument('<id-or-invite...>', 'id of the room, or its invite line, as it was pasted')
    .addOption(new Option('--max <size>', 'how much to keep, e.g. 500MiB or 2GiB').argParser(sizeBytesOf))
    .addOption(listOption('--peer <address>', 'multiaddr of a peer that has the room (repeatable)'))
    .addOption(new Option('--no-wait', 'do not wait for an invite; the node accepts it once it arrives'))
    .action(run(carry))
}

interface SyncOptions {
  watch?: true
  document?: string
}

async function showSync(context: Context, room: string | undefined, options: SyncOptions): Promise<void> {
  const isWatching = options.watch === true
  await watch(
    context,
    isWatching,
    () => readSync(context, room, options.document),
    (rooms) => print(context, rooms, isWatching),
  )
}

async function readSync(context: Context, room: string | undefined, document: string | undefined): Promise<RoomSync[]> {
  const references =
    room === undefined ? (await context.call('rooms.list', {}, 'Reading the rooms')).map(({ id }) => id) : [room]
  return Promise.all(
    references.map((reference) => context.call('rooms.sync', { room: reference, document }, 'Reading what peers hold')),
  )
}

function print(context: Context, rooms: readonly RoomSync[], isWatching: boolean): void {
  const { output } = context
  if (output.json) {
    for (const room of rooms) output.value(room)
    return
  }
  const nowMs = Date.now()
  if (isWatching) output.lines(clockTime(nowMs, nowMs))
  if (rooms.length === 0) output.lines(`No rooms yet. Create one: ${context.command('room create Kitchen')}`)
  for (const room of rooms) output.lines(...describe(room, nowMs), '')
}

function describe({ id, name, documents, peers, newest }: RoomSync, nowMs: number): string[] {
  const title = `${clean(name) || id}: ${counted(documents, 'document')} here`
  if (peers.length === 0) return [title, 'No other peer has been seen in this room yet.']
  return [
    title,
    ...table([
      ['PEER', 'SEEN', 'HOLDS', 'SENT', 'WAITING', 'RETRY', 'SHARING'],
      ...peers.map((peer) => peerRow(peer, nowMs)),
    ]),
    ...newest.map((document) => heldLine(document, peers)),
  ]
}

function peerRow(peer: PeerSync, nowMs: number): string[] {
  const { name, online, lastSeenMs, sharing, refusesDocuments, held, unacked, waiting, nextSendMs } = peer
  const seen = online ? 'now' : clockTime(lastSeenMs, nowMs)
  const retry = nextSendMs === null ? '-' : `${Math.max(0, Math.ceil((nextSendMs - nowMs) / 1000))} s`
  const { policy, mode } = sharing
  const how = `${policy}${mode === 'auto' ? '' : `, ${mode}`}${refusesDocuments ? ', full' : ''}`
  return [clean(name), seen, number(held), grouped(unacked), number(waiting), retry, how]
}

function number(value: number | null): string {
  return value === null ? '…' : grouped(value)
}

/** Peers that are away may never come back, so they are counted apart. */
function heldLine({ id, clock, heldBy }: DocumentSync, peers: readonly PeerSync[]): string {
  const holders = new Set(heldBy)
  const count = (isOnline: boolean): { held: number; all: number } => {
    const those = peers.filter(({ online }) => online === isOnline)
    return { held: those.filter(({ peer }) => holders.has(peer)).length, all: those.length }
  }
  const [here, away] = [count(true), count(false)]
  const counts = [
    ...(here.all > 0 ? [`${grouped(here.held)} of ${counted(here.all, 'peer')} here`] : []),
    ...(away.all > 0 ? [`${grouped(away.held)} of ${counted(away.all, 'peer')} away`] : []),
  ]
  return `Document ${id.slice(0, 16)}… (clock ${grouped(clock)}): held by ${counts.join(', ')}`
}

interface PolicyOptions {
  peer?: string
  default?: true
  mode?: Sharing['mode']
}

async function sharePolicy(
  context: Context,
  room: string,
  policy: Sharing['policy'] | undefined,
  { peer, mode, default: reset }: PolicyOptions,
): Promise<void> {
  const isChange = policy !== undefined || mode !== undefined
  if (reset === true && isChange)
    throw new UsageError('--default ends what was set, so it goes with no policy or mode.')
  const sharing =
    isChange || reset === true
      ? await context.call('rooms.share', { room, peer, policy, mode, reset }, 'Changing')
      : await context.call('rooms.sharing', { room }, 'Reading')
  if (peer === undefined || isChange || reset === true) {
    context.output.result(sharing, () => describeSharing(sharing))
  } else {
    const { peer: id } = await context.call('peer', { peer }, 'Asking the node')
    const own = sharing.peers.find((each) => each.peer === id)
    const asked = { ...sharing.everybody, ...own, peer: id }
    context.output.result(asked, () => [
      ...table([
        ['WITH', 'POLICY', 'MODE'],
        [asked.peer, asked.policy, asked.mode],
      ]),
      ...(own === undefined ? ['Nothing is set for this peer: it is as for everyone.'] : []),
    ])
  }
}

function describeSharing({ everybody, peers }: RoomSharing): string[] {
  return table([
    ['WITH', 'POLICY', 'MODE'],
    ...peers.map(({ peer, policy, mode }) => [peer, policy, mode]),
    [peers.length === 0 ? 'everyone' : 'everyone else', everybody.policy, everybody.mode],
  ])
}

interface CarryOptions {
  max?: number
  peer?: string[]
  wait: boolean
}

async function carry(context: Context, words: string[], { max, peer, wait }: CarryOptions): Promise<void> {
  const begun = await context.call('rooms.carry', { room: words.join(' '), maxBytes: max, peers: peer }, 'Carrying')
  const stopped = `Stopped waiting. The room is carried, and the invite is accepted once it arrives: ${context.command(`room show ${begun.id}`)}`
  const carried = wait ? await untilAccepted(context, begun, stopped) : begun
  if (wait) requireInvite(carried)
  context.output.result(carried, () => [outcome(carried)])
}

function outcome({ id, name, carried, documents, sizeBytes, role }: RoomDetails): string {
  const most = fileSize(carried?.maxBytes ?? 0)
  const now =
    documents === 0 ? 'nothing has arrived yet' : `${counted(documents, 'document')}, ${fileSize(sizeBytes)} now`
  const known = role === 'carrier' ? ' Its members know this node as a carrier.' : ''
  return `Carrying ${clean(name) || id} for others: its documents, and its files in what these leave, up to ${most}; ${now}.${known}`
}

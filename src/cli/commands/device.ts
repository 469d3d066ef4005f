/** `kith device …`: several devices of one person. */
import { setTimeout as delay } from 'node:timers/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { Device, DeviceList, DeviceRemoval } from '../../kith.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { addCommand, listOption, type Run } from '../program.ts'
import { codeLines } from '../qr.ts'
import { LiveLine } from '../terminal.ts'
import { clean, clockTime, counted, shortId, table } from '../text.ts'
import { timeSpanMs } from '../time-span.ts'

/** Often enough to look live; a query costs the node well under a millisecond. */
const ASK_EVERY_MS = 250

export function addDeviceCommands(program: Command, run: Run): void {
  const device = addCommand(program, {
    name: 'device',
    summary: 'several devices of one person',
    description: 'use several devices as one person: they share rooms, your name, and what you have read',
    examples: [
      ['kith device add', 'on a device that you use: prints a line'],
      ['kith device join "kith:…?device=…" --name phone', 'on the new one: with that line'],
      ['kith device list', 'your devices'],
    ],
  })
  addCommand(device, {
    name: 'add',
    summary: 'add another device of yours',
    description: 'print a line that makes another node a device of yours, and wait until it is',
    examples: [
      ['kith device add', 'holds for an hour, for one device'],
      ['kith device add --qr', 'to be read by the camera of a phone'],
      ['kith device add --name laptop', 'also calls this device so'],
    ],
    notes: [
      'The other device is you: it reads and writes in all your rooms, adds further devices and removes them. The line is',
      'a secret; give it to nobody. Ctrl-C only ends the waiting.',
    ],
  })
    .option('--qr', 'also show the line as a QR code, with at most two of its addresses')
    .addOption(new Option('--expires <time>', 'for how long the line holds, e.g. 12h; default: 1h').argParser(spanOf))
    .addOption(new Option('--name <name>', 'what to call this device; default: the name of this machine'))
    .action(run(add))
  addCommand(device, {
    name: 'join',
    summary: 'make this node a device of yours',
    description: 'make this node a device of whoever made the line: of yourself, on another device',
    examples: [['kith device join "kith:…?device=…" --name phone', 'with the line of kith device add, in quotes']],
    notes: [
      "The rooms of this node become those of your other devices, and theirs this one's. Whoever made the line reads and",
      'writes in them as you: do this with a line of your own only. An invite to a room is for kith join.',
    ],
  })
    .argument('<line...>', 'the line, as it was pasted')
    .addOption(new Option('--name <name>', 'what to call this device; default: the name of this machine'))
    .addOption(listOption('--peer <address>', 'multiaddr of a peer to stay connected to (repeatable)'))
    .option('--yes', 'do not ask')
    .addOption(new Option('--no-wait', 'return at once'))
    .action(run(join))
  addCommand(device, {
    name: 'list',
    description: 'list your devices, and rooms that they have no part in yet',
    examples: [['kith device list', '']],
  }).action(run(list))
  addCommand(device, {
    name: 'remove',
    summary: 'remove a device of yours, such as one that was lost',
    description: 'remove a device of yours from your rooms, such as one that was lost',
    examples: [
      ['kith device remove phone', ''],
      ['kith device remove …GpEuX7Qq', 'by the short id of a device that has no name yet'],
    ],
    notes: [
      'Private rooms get new keys, so it reads nothing new, and what it writes from then on counts nowhere, also while no',
      'admin is there. What it has read cannot be recalled. Rooms that it owns, and open ones, cannot be closed to it: the',
      'command names them. Be quick with a device that was stolen: until then it is you, and can remove your others. Added',
      'again, a removed device needs an invite or a role for each room with members: kith device list names these.',
    ],
  })
    .argument('<device>', 'its name or id, or the end of it')
    .option('--yes', 'do not ask')
    .action(run(remove))
  addCommand(device, {
    name: 'rename',
    description: 'call this device something else',
    examples: [['kith device rename laptop', '']],
    notes: ['Only your own devices see it. Others see your name, which kith name changes on all of them.'],
  })
    .argument('<name>', 'what to call it')
    .action(run(rename))
  addCommand(device, {
    name: 'leave',
    description: 'end that this node is a device of yours',
    examples: [['kith device leave', '']],
    notes: [
      'It keeps its rooms, and is told of no further ones. To take it out of your rooms, such as when it is lost or sold, run',
      'kith device remove on another device.',
    ],
  })
    .option('--yes', 'do not ask')
    .action(run(leave))
}

interface AddFlags {
  qr?: true
  expires?: number
  name?: string
}

async function add(context: Context, { qr, expires, name }: AddFlags): Promise<void> {
  const { line, expiresMs } = await context.call('devices.add', { name, expiresInMs: expires }, 'Making a line')
  const before = await context.api.call('devices.list', {})
  context.output.result({ line, expiresMs }, () => [
    'On the other device, which reads and writes as you from then on:',
    '',
    `  ${context.kith} device join "${clean(line)}"`,
    '',
    `The line is a secret, for one device, and holds until ${clockTime(expiresMs, Date.now())}.`,
    ...(qr === true ? ['', ...codeLines(context.terminal, line)] : []),
  ])
  if (context.output.json || context.terminal.stderr.isTTY !== true) return
  const known = new Set(before.devices.map(({ peer }) => peer))
  const isNew = ({ peer }: Device): boolean => !known.has(peer)
  const after = await until(context, ({ devices }) => devices.some(isNew), {
    doing: () => 'Waiting for the other device…',
    stopped: `Stopped waiting. The line still holds: ${context.command('device list')} shows who came.`,
  })
  const come = after.devices.filter(isNew)
  context.output.lines(
    ...come.map((device) => `${clean(device.name)} (${shortId(device.peer)}) is a device of yours now.`),
    `If that is not yours:  ${context.command('device remove')} ${shortId(come[0]?.peer ?? '')}`,
  )
}

interface JoinFlags {
  name?: string
  peer?: string[]
  yes?: boolean
  wait: boolean
}

async function join(context: Context, words: string[], { name, peer, yes = false, wait }: JoinFlags): Promise<void> {
  const rooms = await context.call('rooms.list', {}, 'Reading the rooms')
  const shared = rooms.length === 0 ? '' : `, and those of this node (${grouped(rooms.length)}) go to them`
  await confirm(
    context,
    [
      'This makes this node a device of whoever made the line: of you, if that is your line.',
      `All rooms of the other devices come here${shared}. Whoever made the line reads and writes in them as you do.`,
    ],
    yes,
  )
  const joined = await context.call('devices.join', { line: words.join(' '), name, peers: peer }, 'Joining')
  const list = wait
    ? await until(context, ({ state }) => state !== 'waiting', {
        doing: ({ waitingFor }) => `Waiting for ${clean(waitingFor) || 'the other devices'}…`,
        stopped: `Stopped waiting. The node keeps trying: ${context.command('device list')}`,
      })
    : joined
  if (list.state !== 'ready' && list.state !== 'waiting') throw new FailedError(PROBLEMS[list.state])
  context.output.result(list, () =>
    list.state === 'waiting'
      ? [`This node becomes a device: waiting for ${clean(list.waitingFor)}.`]
      : [`This node is a device of ${clean(list.person ?? 'yours')} now, with ${othersIn(list)}. Their rooms follow.`],
  )
}

const PROBLEMS: Record<Exclude<DeviceList['state'], 'ready' | 'waiting'>, string> = {
  none: 'This node is no device of anybody: kith device add on a device of yours, and kith device join here.',
  removed:
    'Another device has removed this one. To add it again: kith device leave, and kith device join with a new line.',
  refused: 'The line holds no more: it was used, withdrawn, or has ended. Make a new one: kith device add.',
  foreign: 'The line is for another kind of room, so nothing was shared. kith device leave ends that.',
}

function othersIn({ devices }: DeviceList): string {
  const others = devices.filter(({ self }) => !self)
  return others.map(({ name }) => clean(name)).join(', ') || 'no others'
}

async function list(context: Context): Promise<void> {
  const known = await context.call('devices.list', {}, 'Reading the devices')
  context.output.result(known, () => listLines(context, known))
}

function listLines(
  context: Context,
  { state, devices, waitingFor, person, stillIn, unlisted, ignored }: DeviceList,
): string[] {
  if (state === 'none') return [`No devices yet. To add one:  ${context.command('device add')}`]
  if (state === 'waiting') return [`This node becomes a device: waiting for ${clean(waitingFor)}.`]
  if (state !== 'ready') return [PROBLEMS[state]]
  const columns = ['NAME', 'ONLINE', 'SINCE', 'ADDED BY', 'SEEN', 'PEER', '']
  const lacks = devices.flatMap((device) =>
    device.lacks.map(
      ({ roomName, room, why }) => `${clean(device.name)} is not in ${clean(roomName) || room}: ${why}.`,
    ),
  )
  return [
    ...(person === null ? [] : [`Others know you as ${clean(person)}.`, '']),
    ...table([columns, ...devices.map(deviceRow)]),
    ...(lacks.length > 0 ? ['', ...lacks] : []),
    ...(stillIn.length > 0 ? ['', ...stillIn.map(stillInLine)] : []),
    ...(unlisted.length > 0 ? ['', ...unlistedLines(context, unlisted)] : []),
    ...(ignored > 0 ? ['', `Of the list of rooms, ${grouped(ignored)} entries make no sense or are too many.`] : []),
  ]
}

function stillInLine({ peer, room, roomName, why }: DeviceList['stillIn'][number]): string {
  return `${shortId(peer)}, which was removed, still has a part in ${clean(roomName) || room}: ${why}.`
}

function unlistedLines(context: Context, unlisted: DeviceList['unlisted']): string[] {
  return [
    'These have a part in rooms as devices of yours, and are none. Remove what you do not know:',
    ...unlisted.map(
      ({ peer, room, roomName }) => `  ${clean(roomName)}:  ${context.command('remove')} ${room} ${peer}`,
    ),
  ]
}

function deviceRow({ name, peer, self, online, added, lastSeenMs, hasLeft, isBeyondLimit }: Device): string[] {
  const nowMs = Date.now()
  return [
    clean(name),
    self ? 'this one' : online ? 'yes' : 'no',
    added === null ? '-' : clockTime(added.atMs, nowMs),
    added === null ? '-' : clean(added.by.name),
    online || lastSeenMs === null ? '-' : clockTime(lastSeenMs, nowMs),
    peer,
    noteOn({ hasLeft, isBeyondLimit }),
  ]
}

function noteOn({ hasLeft, isBeyondLimit }: Pick<Device, 'hasLeft' | 'isBeyondLimit'>): string {
  if (hasLeft) return 'has left: kith device remove takes it out of the rooms'
  return isBeyondLimit ? 'beyond 32 devices: let into no further rooms until others are removed' : ''
}

async function remove(context: Context, device: string, { yes = false }: { yes?: boolean }): Promise<void> {
  await confirm(
    context,
    [
      `This removes ${device} from your rooms with members: what it writes there counts nowhere, and it reads nothing new in private ones.`,
      'What it has read cannot be recalled. Rooms that it owns, and open ones, cannot be closed to it.',
    ],
    yes,
  )
  const removed = await context.call('devices.remove', { device }, 'Removing')
  context.output.result(removed, () => removalLines(context, removed))
}

function removalLines(
  context: Context,
  { peer, name, rooms, remaining, unlisted, openRooms, ...and }: DeviceRemoval,
): string[] {
  const namesOf = (devices: readonly { name: string }[]): string => devices.map((each) => clean(each.name)).join(', ')
  const roomNames = openRooms.map(({ room, roomName }) => clean(roomName) || room)
  const added = and.added.map((each) => `${clean(each.name)} (${shortId(each.peer)})`)
  return [
    `Removed ${clean(name)} (${shortId(peer)}), also from ${counted(rooms, 'room')} with members.`,
    ...remaining.map(({ room, roomName, why }) => `It still has a part in ${clean(roomName) || room}: ${why}.`),
    ...(roomNames.length > 0
      ? [`It can still read and write in open rooms, as it has their ids: ${roomNames.join(', ')}.`]
      : []),
    ...(unlisted.length > 0 ? unlistedLines(context, unlisted) : []),
    ...(added.length > 0 ? [`It had added ${added.join(', ')}: remove what you do not know.`] : []),
    ...(and.toAddAgain.length > 0
      ? [
          `The list of your devices was made by it, and had to be made anew. Add again: ${namesOf(and.toAddAgain)}.`,
          `On each:  ${context.kith} device leave, and then kith device join with a line of kith device add.`,
        ]
      : []),
  ]
}

async function rename(context: Context, name: string): Promise<void> {
  const known = await context.call('devices.rename', { name }, 'Renaming')
  context.output.result(known, () => [`This device is called ${clean(name)} now.`])
}

async function leave(context: Context, { yes = false }: { yes?: boolean }): Promise<void> {
  await confirm(context, ['This node is no device of yours then: it is told of no further rooms.'], yes)
  const known = await context.call('devices.leave', {}, 'Leaving')
  context.output.result(known, () => ['This node is no device of yours any more. It keeps its rooms.'])
}

/** Waits until the list of devices is as wanted; throws a FailedError that says `stopped` on Ctrl-C. */
async function until(
  context: Context,
  isAsWanted: (list: DeviceList) => boolean,
  { doing, stopped }: { doing: (list: DeviceList) => string; stopped: string },
): Promise<DeviceList> {
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const live = new LiveLine(context.terminal)
  const hint = context.terminal.stderr.isTTY === true ? ' (Ctrl-C to stop waiting)' : ''
  try {
    for (;;) {
      const known = await context.api.call('devices.list', {})
      if (isAsWanted(known)) return known
      if (!context.output.json) live.show(doing(known) + hint)
      await delay(ASK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {})
      if (stop.signal.aborted) throw new FailedError(stopped)
    }
  } finally {
    live.clear()
    forget()
  }
}

function spanOf(text: string): number {
  const spanMs = timeSpanMs(text)
  if (spanMs === undefined) throw new InvalidArgumentError('It must be a time, such as 1h or 2d.')
  return spanMs
}

/** `kith room …`, `kith leave`, `kith members`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { builtInOffers } from '../../api/built-in-offers.ts'
import type { RoomDetails, RoomSummary } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand, roomArgument } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, counted, fields, fileSize, table } from '../text.ts'

/** Newest documents shown: usually there are one or two. */
const MAX_NEWEST = 8

export function addRoomCommands(program: Command, run: Run): void {
  const room = addCommand(program, {
    name: 'room',
    description: 'create and inspect rooms',
    examples: [
      ['kith room create Kitchen', 'create a room'],
      ['kith room list', 'the rooms of this node'],
      ['kith room show Kitchen', 'everything about one room'],
    ],
  })
  addCreate(room, run)
  addCommand(room, {
    name: 'list',
    description: 'list the rooms of this node',
    examples: [['kith room list', '']],
  }).action(run(listRooms))
  addCommand(room, {
    name: 'show',
    description: 'show everything about a room, such as its id, its invite line and what it is waiting for',
    examples: [
      ['kith room show Kitchen', ''],
      ['kith room show bafyreih4', 'by a prefix of its id'],
    ],
  })
    .addArgument(roomArgument())
    .action(run(showRoom))
  addCommand(program, {
    name: 'members',
    summary: 'list who has written in a room',
    description: 'list who has written in a room and who is online',
    examples: [['kith members Kitchen', '']],
  })
    .addArgument(roomArgument())
    .action(run(listMembers))
  addCommand(program, {
    name: 'leave',
    summary: 'stop sharing a room',
    description: 'stop sharing a room; its contents stay on disk and are back when you join again',
    examples: [['kith leave Kitchen', '']],
  })
    .addArgument(roomArgument())
    .action(run(leaveRoom))
}

function addCreate(room: Command, run: Run): void {
  addCommand(room, {
    name: 'create',
    description: 'create a room; prints its id and an invite line for others',
    examples: [
      ['kith room create Kitchen', 'a chat'],
      ['kith room create "Third floor"', 'a name with a space'],
      ['kith room create Stock --app map', 'keys and values: see kith put --help'],
    ],
  })
    .argument('<name>', "the room's name")
    .addOption(
      new Option('--app <app>', `what the room is for: ${Object.keys(builtInOffers).join(' or ')}`).default('chat'),
    )
    .action(
      run(async (context, name: string, { app }: { app: string }) => {
        const details = await context.call('rooms.create', { name, app }, 'Creating the room')
        context.output.result(details, () => [
          `Created the room ${clean(details.name)}.`,
          '',
          ...fields([
            ['Id', details.id],
            ['Invite', clean(details.invite)],
          ]),
          '',
          `Others join with:  ${context.kith} join ${details.id}  (outside this network: with the invite line, in quotes)`,
        ])
      }),
    )
}

async function listRooms(context: Context): Promise<void> {
  const rooms = await context.call('rooms.list', {}, 'Reading the rooms')
  context.output.result(rooms, () =>
    rooms.length === 0
      ? [`No rooms yet. Create one: ${context.command('room create Kitchen')}`]
      : table([['NAME', 'APP', 'STATUS', 'DOCUMENTS', 'PEERS', 'ID'], ...rooms.map(roomRow)]),
  )
}

function roomRow(room: RoomSummary): string[] {
  const { name, app, status, documents, neighbours, id, carried } = room
  const how = carried === undefined ? status : carried.isQuotaReached ? 'carried, full' : 'carried'
  return [clean(name) || '-', clean(app) || '-', how, String(documents), String(neighbours), id]
}

async function showRoom(context: Context, room: string): Promise<void> {
  const details = await context.call('rooms.show', { room }, 'Reading the room')
  context.output.result(details, () => fields(describeRoom(details)))
}

function describeRoom(room: RoomDetails): [string, string][] {
  const known: [string, string][] = [
    ['Name', clean(room.name) || '-'],
    ['Id', room.id],
    ['Invite', clean(room.invite)],
    ['App', appField(room)],
    ['Status', room.status],
    ...carriedField(room),
    ['Peers', `${room.neighbours} connected`],
    ['Documents', `${room.documents} (${fileSize(room.sizeBytes)})`],
    ['State', `${fileSize(room.stateSizeBytes)}, sha-256 ${room.stateHash || '-'}`],
    ['Clock', String(room.clock)],
  ]
  for (const [index, id] of room.frontier.slice(-MAX_NEWEST).entries()) known.push([index === 0 ? 'Newest' : '', id])
  if (room.heads > MAX_NEWEST) known.push(['', `and ${room.heads - MAX_NEWEST} more`])
  if (room.pending > 0) known.push(['Pending', `${counted(room.pending, 'document')} whose ancestors are missing`])
  if (room.waitingFor !== '') known.push(['Waiting', clean(room.waitingFor)])
  return known
}

function appField({ app, isAppKnown, status }: RoomDetails): string {
  if (app === '') return '-'
  if (isAppKnown || status === 'waiting') return clean(app)
  return `${clean(app)}, unknown to this node: it stores and passes on the documents, which kith read --documents shows`
}

function carriedField({ carried }: RoomDetails): [string, string][] {
  if (carried === undefined) return []
  return [['Carried', `for others, up to ${fileSize(carried.maxBytes)}${carried.isQuotaReached ? ' (full)' : ''}`]]
}

async function listMembers(context: Context, room: string): Promise<void> {
  const members = await context.call('rooms.members', { room }, 'Reading the members')
  context.output.result(members, () =>
    members.length === 0
      ? ['Nobody yet.']
      : table([
          ['NAME', 'ONLINE', 'DOCUMENTS', 'PEER'],
          ...members.map((member) => [
            clean(member.name),
            member.self ? 'you' : member.online ? 'yes' : 'no',
            String(member.documents),
            member.peer,
          ]),
        ]),
  )
}

async function leaveRoom(context: Context, room: string): Promise<void> {
  const left = await context.call('rooms.leave', { room }, 'Leaving')
  context.output.result(left, () => [
    `Left ${clean(left.name) || left.id}. To come back:  ${context.command(`join ${left.id}`)}`,
  ])
}

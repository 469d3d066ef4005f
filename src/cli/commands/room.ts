/** `kith room …`, `kith leave`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { grouped } from '../../grouped.ts'
import type { RoomDetails, RoomSummary } from '../../kith.ts'
import type { Context } from '../context.ts'
import { problemOf, withArticle } from '../held-invite.ts'
import { confirm } from '../confirm.ts'
import { UsageError } from '../exit.ts'
import { namesakeLines } from '../namesakes.ts'
import { addCommand, roomArgument, sizeBytesOf } from '../program.ts'
import type { Run } from '../program.ts'
import { movedText } from '../moved.ts'
import { newLine, newText } from '../new-messages.ts'
import { removedLine } from '../removed.ts'
import { roomPath } from '../room-path.ts'
import { addAnnounce } from './room-announce.ts'
import { ACCESS_RULES, addCreate, lineField } from './room-create.ts'
import { addKeep, historyFields } from './room-keep.ts'
import { addMakePrivate } from './room-move.ts'
import { addRing } from './room-ring.ts'
import { addTree } from './room-tree.ts'
import { clean, counted, fields, fileSize, shellWord, shortId, table } from '../text.ts'

/** Authors that one line of `room show` lists. */
const MAX_LISTED = 5

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
  addTree(room, run)
  addDrop(room, run)
  addLimit(room, run)
  addKeep(room, run)
  addMakePrivate(room, run)
  addAnnounce(room, run)
  addRing(room, run)
  addCommand(room, {
    name: 'alias',
    summary: 'call a room by another name here',
    description: 'call a room by another name on this node, such as one of two that are named alike',
    examples: [
      ['kith room alias bafyreih4 "Kitchen at home"', 'by a prefix of its id'],
      ['kith room alias "Kitchen at home" --remove', 'by its own name again'],
    ],
    notes: ['Nobody else learns the alias, and everything here shows it instead of the name.'],
  })
    .addArgument(roomArgument())
    .argument('[name]', 'what to call it')
    .addOption(new Option('--remove', 'no longer use an alias'))
    .action(run(aliasRoom))
  addCommand(program, {
    name: 'leave',
    summary: 'stop sharing a room',
    description: 'stop sharing a room; its contents stay on disk and are back when you join again',
    examples: [
      ['kith leave Kitchen', ''],
      ['kith leave Kitchen --delete', 'and delete what is here of it'],
      ['kith leave Kitchen --only-here', 'and stay on your other devices'],
    ],
    notes: [
      'Your other devices (kith device list) leave it, too, as leaving is for the person; what they have stays on their disks.',
      'With --delete, what nobody else has is lost: see kith sync ROOM. The space of its messages is for others of this',
      'node then; that of files that no other room has is freed soon, or by kith gc. The keys of a private room are',
      'deleted, too: to read it again takes a new invite.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(new Option('--delete', 'delete its contents from this node'))
    .addOption(new Option('--only-here', 'your other devices stay in it'))
    .option('--yes', 'do not ask before the keys of a private room are deleted')
    .action(run(leaveRoom))
}

function addDrop(room: Command, run: Run): void {
  addCommand(room, {
    name: 'drop',
    description: 'drop an author from a room that you created: nothing that it wrote counts any more',
    examples: [
      ['kith room drop Kitchen …GpEuX7Qq', 'by the short id that kith members prints'],
      ['kith room drop Kitchen Mallory', 'by name'],
      ['kith room drop Kitchen …GpEuX7Qq --undo', 'take the author back'],
    ],
    notes: ['Its documents stay, and kith read --documents shows them. Every node of the room follows.'],
  })
    .addArgument(roomArgument())
    .argument('<peer>', 'the author: its name, its id or the beginning or end of it')
    .option('--undo', 'take a dropped author back')
    .action(
      run(async (context, name: string, author: string, { undo }: { undo?: true }) => {
        const call = undo === true ? 'rooms.restore' : 'rooms.drop'
        const ruled = await context.call(call, { room: name, author }, 'Asking the node')
        context.output.result(ruled, () => [
          `What ${named({ peer: ruled.author, name: ruled.name })} wrote counts ${undo === true ? 'again' : 'no more'}.`,
        ])
      }),
    )
}

function addLimit(room: Command, run: Run): void {
  addCommand(room, {
    name: 'limit',
    summary: 'show or change how much of a room is kept',
    description: 'show or change how much this node accepts of what others write in a room',
    examples: [
      ['kith room limit Kitchen', 'show'],
      ['kith room limit Kitchen --max 500MiB --max-per-author 50MiB', ''],
      ['kith room limit Kitchen --max 0', 'no limit'],
    ],
    notes: [
      'What is here stays, and what this node writes is not limited. Messages that answer those of an author',
      'beyond the limit wait with them. For files see kith file limits.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(new Option('--max <size>', 'for all documents, e.g. 500MiB').argParser(sizeBytesOf))
    .addOption(new Option('--max-per-author <size>', 'for those of each author').argParser(sizeBytesOf))
    .action(run(limitRoom))
}

async function limitRoom(
  context: Context,
  room: string,
  { max, maxPerAuthor }: { max?: number; maxPerAuthor?: number },
): Promise<void> {
  const limits = await context.call('rooms.limit', { room, maxBytes: max, maxBytesPerAuthor: maxPerAuthor }, 'Asking')
  const shown = (bytes: number | null): string => (bytes === null ? 'no limit' : fileSize(bytes))
  context.output.result(limits, () =>
    fields([
      ['Accept at most', shown(limits.maxBytes)],
      ['Of each author', shown(limits.maxBytesPerAuthor)],
      ['Here now', fileSize(limits.sizeBytes)],
    ]),
  )
}

async function listRooms(context: Context): Promise<void> {
  const rooms = await context.call('rooms.list', {}, 'Reading the rooms')
  context.output.result(rooms, () =>
    rooms.length === 0
      ? [`No rooms yet. Create one: ${context.command('room create Kitchen')}`]
      : [
          ...table([
            ['NAME', 'APP', 'STATUS', 'NEW', 'DOCUMENTS', 'PEERS', 'ID'],
            ...rooms.map((room) => roomRow(room, rooms)),
          ]),
          ...rooms.flatMap((room) => removedLine(room) ?? []),
        ],
  )
}

function roomRow(room: RoomSummary, rooms: readonly RoomSummary[]): string[] {
  const { app, status, documents, neighbours, id, carried, moved, removed } = room
  const stays = removed?.isProven === true ? 'removed' : moved === undefined ? status : 'moved'
  const how = carried === undefined ? stays : carried.isQuotaReached ? 'carried, full' : 'carried'
  return [
    roomPath(room, rooms) || '-',
    clean(app) || '-',
    how,
    newText(room),
    grouped(documents),
    grouped(neighbours),
    id,
  ]
}

async function showRoom(context: Context, room: string): Promise<void> {
  const details = await context.call('rooms.show', { room }, 'Reading the room')
  context.output.result(details, () => fields(describeRoom(details)))
}

function accessText({ access, role, status, invited }: RoomDetails): string {
  // The root says it.
  if (status === 'waiting') return '-'
  const rule = ACCESS_RULES[access]
  if (role === 'none' && invited?.status === 'awaited') return `${rule}; this node has an invite that is still to come`
  return access === 'open' ? rule : `${rule}; this node is ${described(role)}`
}

/** What is missing of the keys of a private room. */
function keyFields({ unread, withoutKey, invited }: RoomDetails): [string, string][] {
  const why = invited?.status === 'awaited' ? 'that wait for the invite' : 'that this node has no key for'
  const locked = unread > 0 ? [`${counted(unread, 'document')} ${why}`] : []
  const others = withoutKey.length > 0 ? [`not sent yet to ${someOf(withoutKey.map(named))}`] : []
  return [...locked, ...others].map((line, i) => [i === 0 ? 'Keys' : '', line])
}

function describeRoom(room: RoomDetails): [string, string][] {
  const known: [string, string][] = [
    ['Name', clean(room.name) || '-'],
    ...aliasField(room),
    ...(room.parent === undefined ? [] : ([['Below', room.parent]] as [string, string][])),
    ['Id', room.id],
    lineField(room),
    ['App', appField(room)],
    ['Status', room.status],
    ...(room.moved === undefined ? [] : [['Moved', movedText(room.moved)] as [string, string]]),
    ['Access', accessText(room)],
    ...(room.isAnnounced ? [['Announced', 'to whoever on this network asks'] as [string, string]] : []),
    ...(room.isInRing ? [['In the ring', 'files that this node has: see kith room ring'] as [string, string]] : []),
    ...keyFields(room),
    ...carriedField(room),
    ['Peers', `${grouped(room.neighbours)} connected`],
    ['Documents', documentsLine(room)],
    ...(room.newMessages === null ? [] : ([['New', newLine(room)]] as [string, string][])),
    ...(room.history.keep === 'all' && room.history.dropped === 0 ? [] : historyFields(room.history)),
    ['State', stateLine(room)],
    ['Clock', grouped(room.clock)],
    ['Owner', room.owner ?? '-'],
  ]
  if (room.dropped.length > 0) known.push(['Dropped', `${someOf(room.dropped.map(named))}, by the owner`])
  if (room.forks.length > 0) {
    const forks = room.forks.map((fork) => `${named(fork)} (${counted(fork.documents, 'document')})`)
    known.push(['Forked', someOf(forks)])
  }
  for (const [index, id] of room.frontier.slice(-MAX_NEWEST).entries()) known.push([index === 0 ? 'Newest' : '', id])
  if (room.heads > MAX_NEWEST) known.push(['', `and ${grouped(room.heads - MAX_NEWEST)} more`])
  const orphans = room.pending - room.pendingUnproven
  if (orphans > 0) known.push(['Pending', `${counted(orphans, 'document')} whose ancestors are missing`])
  if (room.pendingUnproven > 0) {
    known.push([
      orphans > 0 ? '' : 'Pending',
      `${counted(room.pendingUnproven, 'document')} without proof of its author`,
    ])
  }
  for (const [index, id] of room.namesakes.entries()) known.push([index === 0 ? 'Namesakes' : '', id])
  const { invited } = room
  const removed = removedLine(room)
  if (removed !== undefined) known.push(['Removed', removed])
  if (invited !== null && invited.status !== 'awaited') known.push(['Membership', problemOf(room, invited)])
  if (room.waitingFor !== '') known.push(['Waiting', clean(room.waitingFor)])
  return known
}

function described(role: RoomDetails['role']): string {
  if (role === null || role === 'none') return 'no member'
  return role === 'owner' ? 'the owner' : withArticle(role)
}

function named({ peer, name }: { peer: string; name: string }): string {
  const short = shortId(peer)
  return name.endsWith(short) ? clean(name) : `${clean(name)} ${short}`
}

function documentsLine({ documents, sizeBytes, history: { dropped } }: RoomDetails): string {
  const here = dropped > 0 ? `, ${grouped(documents - dropped)} of them here` : ''
  return `${grouped(documents)}${here} (${fileSize(sizeBytes)})`
}

/** The first of a list, and how many more there are. */
function someOf(all: readonly string[]): string {
  const more = all.length - MAX_LISTED
  return [...all.slice(0, MAX_LISTED), ...(more > 0 ? [`${grouped(more)} more (kith members)`] : [])].join(', ')
}

function aliasField({ originalName }: RoomDetails): [string, string][] {
  return originalName === undefined ? [] : [['For others', clean(originalName) || '-']]
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

async function aliasRoom(
  context: Context,
  room: string,
  alias: string | undefined,
  { remove }: { remove?: true },
): Promise<void> {
  if ((alias === undefined) !== (remove === true)) {
    throw new UsageError('Give either a name to call the room by, or --remove.')
  }
  const details = await context.call('rooms.alias', { room, alias }, 'Naming the room')
  const { id, name, originalName } = details
  context.output.result(details, () => [
    originalName === undefined
      ? `${clean(name) || id} has no alias any more.`
      : `${clean(originalName) || id} is called ${clean(name)} on this node.`,
    ...namesakeLines(context, details),
  ])
}

async function leaveRoom(
  context: Context,
  room: string,
  { yes = false, ...options }: { delete?: true; onlyHere?: true; yes?: boolean },
): Promise<void> {
  const isKeyLost = options.delete === true && (await confirmLossOfKeys(context, room, yes))
  const left = await context.callOnFolder('rooms.leave', { room, ...options }, 'Leaving')
  const name = clean(left.name) || left.id
  const back = isKeyLost ? 'by an invite of an admin.' : ` ${context.command(`join ${left.id}`)}`
  context.output.result(left, () => [
    `Left ${name}${options.delete === true ? ', and deleted what was here of it' : ''}. To come back: ${back}`,
    ...(options.delete === true ? [`To free the space of its files now:  ${context.command('gc')}`] : []),
  ])
}

/** Whether keys are deleted along with a room, which are not given again. Asks before that. */
async function confirmLossOfKeys(context: Context, room: string, isAgreed: boolean): Promise<boolean> {
  const details = await context.callOnFolder('rooms.show', { room }, 'Reading the room')
  if (details.access !== 'private' || details.carried !== undefined) return false
  const handOver = context.command(`role ${shellWord(room)} NAME owner`)
  await confirm(
    context,
    [
      'This also deletes the keys of the private room, and to read it again, this node needs a new invite.',
      ...(details.role === 'owner' ? [`This node owns the room: hand it over before (${handOver}).`] : []),
    ],
    isAgreed,
  )
  return true
}

function stateLine({ stateSizeBytes, stateHash, provisional }: RoomDetails): string {
  const line = `${fileSize(stateSizeBytes)}, sha-256 ${stateHash || '-'}`
  if (provisional === null) return line
  const { of, author, documents } = provisional
  if (of === 'newest') {
    return `${line}, of the newest documents alone, by the key of an invite of ${author}, until about ${counted(documents, 'document')} before them are here`
  }
  return `${line}, by a checkpoint of ${author}, until the ${counted(documents, 'document')} before it are here`
}

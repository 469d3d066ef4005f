/** `kith guests …`: who uses this node in a browser on the local network. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { GuestInfo, GuestLink, GuestList, GuestRights } from '../../api/guests/guest-calls.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, listOption, sizeBytesOf, wholeNumber, type Run } from '../program.ts'
import { qrCode } from '../qr.ts'
import { clean, clockTime, counted, fileSize, shortId, table } from '../text.ts'
import { timeSpanMs } from '../time-span.ts'

/** Browsers that come in by one link; the node refuses more. */
const MAX_USES = 100

export function addGuestCommands(program: Command, run: Run): void {
  const guests = addCommand(program, {
    name: 'guests',
    summary: 'people who use this node in their browser',
    description: 'people who use this node in a browser on the local network, without a node of their own',
    examples: [
      ['kith guests', 'who they are, and what they may do'],
      ['kith guests invite --write Kitchen', 'a link and a QR code that let one browser in'],
      ['kith guests allow Kim Garden --read', 'let a guest read another room'],
      ['kith guests remove Kim', ''],
    ],
    notes: [
      'Their page is served where kith start --web says. What they write is signed by this node, and everybody sees it',
      'as "Kim (guest of NAME OF THIS NODE)". They see the rooms that you allow and nothing else of this node.',
    ],
  })
  addCommand(guests, {
    name: 'list',
    description: 'list guests, what they may do, and links that were not used up',
    examples: [['kith guests list', '']],
  }).action(run(list))
  addCommand(guests, {
    name: 'invite',
    summary: 'print a link by which browsers come in',
    description: 'print a link, with a QR code, by which browsers on the local network come in as guests',
    examples: [
      ['kith guests invite --write Kitchen --read News', 'one browser, within an hour'],
      ['kith guests invite --write Kitchen --uses 20 --expires 8h', 'for a class'],
      ['kith guests invite --write Kitchen --files 20MiB', 'who may share files of up to that size, too'],
    ],
    notes: ['Without rooms, whoever comes in waits until kith guests allow lets them into one.'],
  })
    .addOption(listOption('--read <room>', 'a room that they read (repeatable)'))
    .addOption(listOption('--write <room>', 'a room that they read and write in (repeatable)'))
    .addOption(filesOption())
    .addOption(new Option('--uses <count>', 'how many browsers (default: 1)').argParser(wholeNumber(1, MAX_USES)))
    .addOption(new Option('--expires <time>', 'for how long it holds, e.g. 12h or 3d (default: 1h)').argParser(spanOf))
    .action(run(invite))
  addCommand(guests, {
    name: 'allow',
    summary: 'change what a guest may do',
    description: 'change what a guest may do; takes effect at once',
    examples: [
      ['kith guests allow Kim Kitchen --write', ''],
      ['kith guests allow Kim Kitchen --none', 'close it again'],
      ['kith guests allow Kim --files 0', 'no more files'],
    ],
  })
    .argument('<guest>', 'the name of the guest')
    .argument('[room]', "the room's name or id")
    .option('--read', 'reads the room')
    .option('--write', 'reads it and writes in it')
    .option('--none', 'sees it no more')
    .addOption(filesOption())
    .action(run(allow))
  addCommand(guests, {
    name: 'remove',
    summary: 'remove a guest',
    description: 'remove a guest: its page closes at once',
    examples: [['kith guests remove Kim', '']],
    notes: ['What the guest wrote stays. To come back, it needs a new link.'],
  })
    .argument('<guest>', 'the name of the guest')
    .action(run(remove))
  addCommand(guests, {
    name: 'withdraw',
    description: 'end a link that was not used up',
    examples: [['kith guests withdraw 3f9a61c0b2d4', 'as kith guests shows it']],
  })
    .argument('<link>', 'the id of the link')
    .action(run(withdraw))
  guests.action(run(list))
}

function filesOption(): Option {
  return new Option('--files <size>', 'share files of up to that size, e.g. 20MiB (default: none)').argParser(
    sizeBytesOf,
  )
}

function spanOf(text: string): number {
  const spanMs = timeSpanMs(text)
  if (spanMs === undefined) throw new InvalidArgumentError('It must be a time such as 12h or 3d.')
  return spanMs
}

async function list(context: Context): Promise<void> {
  const found = await context.call('guests.list', {}, 'Asking the node')
  context.output.result(found, () => [
    ...guestLines(context, found),
    ...linkLines(context, found),
    ...servedLines(context, found),
  ])
}

function guestLines(context: Context, { guests }: GuestList): string[] {
  if (guests.length === 0) return ['This node has no guests.']
  const rows = guests.map((guest) => [clean(guest.name), seen(guest), rightsLine(guest)])
  return table([['NAME', 'SEEN', 'MAY'], ...rows])
}

function linkLines(context: Context, { links }: GuestList): string[] {
  if (links.length === 0) return []
  const rows = links.map((link) => [
    link.id,
    clockTime(link.expiresMs, Date.now()),
    counted(link.usesLeft, 'browser'),
    rightsLine(link),
  ])
  return ['', ...table([['LINK', 'UNTIL', 'FOR', 'MAY'], ...rows])]
}

function servedLines(context: Context, { addresses, isEncrypted }: GuestList): string[] {
  const [first] = addresses
  if (first === undefined) return ['', 'Their page is not served now: kith start --web 0.0.0.0:4081']
  return ['', `Their page: ${first}`, ...(isEncrypted ? [] : [PLAIN])]
}

/** What plain http means, wherever it is used. */
const PLAIN =
  'It is not encrypted: whoever is on the same network can read along. --web-cert and --web-key change that.'

function seen({ online, seenMs }: GuestInfo): string {
  return online ? 'now' : clockTime(seenMs, Date.now())
}

function rightsLine({ rooms, maxFileBytes }: GuestRights): string {
  const named = rooms.map(({ name, room, right }) => `${right} ${clean(name) || shortId(room)}`)
  const files = maxFileBytes > 0 ? [`share files up to ${fileSize(maxFileBytes)}`] : []
  return [...named, ...files].join(', ') || 'nothing yet'
}

interface InviteFlags {
  read?: string[]
  write?: string[]
  files?: number
  uses?: number
  expires?: number
}

async function invite(context: Context, { read, write, files, uses, expires }: InviteFlags): Promise<void> {
  const input = { read, write, maxFileBytes: files, uses, expiresInMs: expires }
  const link = await context.call('guests.invite', input, 'Asking the node')
  context.output.result(link, () => guestLinkLines(context, link))
}

/** A link for people, with its code last, so that nothing pushes it out of the window. */
export function guestLinkLines(context: Context, link: GuestLink): string[] {
  const { urls, usesLeft, expiresMs, isEncrypted } = link
  const [first = '', ...others] = urls
  const who = usesLeft === 1 ? 'one browser' : `${usesLeft} browsers`
  const code = qrCode([first], context.terminal)
  return [
    first,
    ...(others.length > 0
      ? ['', `The same by other addresses of this machine:`, ...others.map((url) => `  ${url}`)]
      : []),
    '',
    `It lets ${who} in until ${clockTime(expiresMs, Date.now())}, to: ${rightsLine(link)}.`,
    ...(isEncrypted ? [] : [PLAIN]),
    '',
    ...('lines' in code ? code.lines : []),
  ]
}

interface AllowFlags {
  read?: true
  write?: true
  none?: true
  files?: number
}

async function allow(context: Context, guest: string, room: string | undefined, flags: AllowFlags): Promise<void> {
  const rights = (['read', 'write', 'none'] as const).filter((right) => flags[right] === true)
  const [right, ...others] = rights
  if (others.length > 0) throw new UsageError('Give one of --read, --write and --none.')
  if ((room === undefined) !== (right === undefined)) {
    throw new UsageError('Give a room with one of --read, --write and --none.')
  }
  if (room === undefined && flags.files === undefined)
    throw new UsageError('Say what is to change: a room, or --files.')
  const changed = await context.call(
    'guests.allow',
    { guest, room, right, maxFileBytes: flags.files },
    'Asking the node',
  )
  context.output.result(changed, () => [`${clean(changed.name)} may now: ${rightsLine(changed)}.`])
}

async function remove(context: Context, guest: string): Promise<void> {
  const removed = await context.call('guests.remove', { guest }, 'Asking the node')
  context.output.result(removed, () => [`${clean(removed.name)} is no guest any more.`])
}

async function withdraw(context: Context, link: string): Promise<void> {
  const withdrawn = await context.call('guests.withdraw', { link }, 'Asking the node')
  context.output.result(withdrawn, () => ['The link holds no more.'])
}

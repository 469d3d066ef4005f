/** Who may do what in a room: `kith members`, `invite`, `invites`, `invite-withdraw`, `role`, `rekey` and `remove`. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import type { Invite, Member, Role } from '../../kith.ts'
import { grouped } from '../../grouped.ts'
import { followAccess } from '../access-lines.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { withArticle } from '../held-invite.ts'
import { addCommand, roomArgument, wholeNumber, type Run } from '../program.ts'
import { codeLines } from '../qr.ts'
import { clean, clockTime, counted, fields, shellWord, shortId, table } from '../text.ts'
import { timeSpanMs } from '../time-span.ts'

const ROLES: Role[] = ['admin', 'writer', 'reader', 'carrier']

const MEMBER = 'name of a person, with all devices, or id of one device, or the end of it'

/** More than a room will have members: what is above that was mistyped. */
const MAX_USES = 1_000_000

export function addMemberCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'members',
    summary: 'list who is in a room, and what they may do',
    description: 'list who has written in a room, who is online, and in a room with members what each may do',
    examples: [
      ['kith members Kitchen', ''],
      ['kith members Notices --follow', 'then say who joins, is removed or gets another role, until Ctrl-C'],
    ],
    notes: [
      'In a room with members, further devices of a person stand below the first one. With --follow, lines tell of invites',
      'and keys too; with --json, each is a JSON value.',
    ],
  })
    .addArgument(roomArgument())
    .option('-f, --follow', 'continue with what changes until Ctrl-C')
    .action(run(listMembers))
  addInvite(program, run)
  addCommand(program, {
    name: 'invites',
    description: 'list the invites to a room with members',
    examples: [['kith invites Notices', '']],
  })
    .addArgument(roomArgument())
    .action(run(listInvites))
  addCommand(program, {
    name: 'invite-withdraw',
    description: 'end an invite before it is accepted',
    examples: [['kith invite-withdraw Notices …ruqk4a2m', 'by the short id that kith invites prints']],
    notes: ['Whoever accepts it without knowing that yet becomes no member either.'],
  })
    .addArgument(roomArgument())
    .argument('<invite>', 'its id, or the beginning or end of it')
    .action(run(withdrawInvite))
  addCommand(program, {
    name: 'role',
    description: 'change what a member may do',
    examples: [
      ['kith role Notices Carol admin', 'invite, remove and change roles'],
      ['kith role Notices Carol writer', 'only write'],
      ['kith role Notices Carol owner', 'hand the room over: you become an admin'],
    ],
    notes: [
      'What Carol wrote before she could know stays, unless it needs what she lost and was written beside the change.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<member>', MEMBER)
    .addArgument(new Argument('<role>', 'what the member may do').choices([...ROLES, 'owner']))
    .option('--yes', 'do not ask before handing the room over')
    .action(run(setRole))
  addCommand(program, {
    name: 'rekey',
    description: 'make a new key for a private room',
    examples: [['kith rekey Family', '']],
    notes: [
      'Removing somebody and withdrawing an invite make a new key by themselves. This is for members who have none, and',
      'for when somebody else may have got the old one. What was written before can still be read with the old one.',
    ],
  })
    .addArgument(roomArgument())
    .action(run(rekey))
  addCommand(program, {
    name: 'remove',
    description: 'remove a member from a room',
    examples: [['kith remove Notices Mallory', '']],
    notes: [
      'What a removed member writes from then on reaches nobody who knows of the removal, and counts nowhere; nor does',
      'what it wrote meanwhile without knowing of it. What it wrote before stays, and what it has read cannot be taken',
      'back. A private room gets a new key, so the member reads nothing new; in others, whoever has the id reads on. The',
      'open invites that the member made are withdrawn; end those that it holds with kith invite-withdraw. The member',
      'is told who removed it, also if it is away now.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<member>', MEMBER)
    .option('--yes', 'do not ask')
    .action(run(removeMember))
}

function addInvite(program: Command, run: Run): void {
  addCommand(program, {
    name: 'invite',
    description: 'invite somebody to a room with members; prints a line that makes whoever has it a member',
    examples: [
      ['kith invite Notices', 'one person, who may write, within 7 days'],
      ['kith invite Notices --role admin', 'who may also invite and remove'],
      ['kith invite Notices --uses 30 --expires 1d', 'a whole class'],
      ['kith invite Notices --role carrier', 'for kith carry on a machine that is always on'],
      ['kith invite Notices --qr', 'to be read by the camera of a phone'],
    ],
    notes: [
      'The line works while you are away. It is a secret: pass it on as you would a key. Whoever accepts it says when,',
      'so somebody who lies about the time can accept it later: kith invite-withdraw ends it for good.',
      'In an open room no invite is needed: see kith room show.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('writer'))
    .addOption(new Option('--uses <number>', 'how many may accept it').argParser(wholeNumber(1, MAX_USES)).default(1))
    .addOption(new Option('--expires <time>', 'for how long, e.g. 12h or 4w; default: 7d').argParser(spanOf))
    .option('--qr', 'also show the line as a QR code, with at most two of its addresses')
    .action(run(invite))
}

interface InviteFlags {
  role: Role
  uses: number
  expires?: number
  qr?: true
}

async function invite(context: Context, room: string, { role, uses, expires, qr }: InviteFlags): Promise<void> {
  const input = { room, role, uses, ...(expires !== undefined && { expiresInMs: expires }) }
  const made = await context.call('rooms.invite', input, 'Inviting')
  context.output.result(made, () => [
    ...fields([
      ['Invite', clean(made.line)],
      ['Id', made.id],
    ]),
    '',
    `${acceptedBy(role, uses)} with:  ${context.kith} ${role === 'carrier' ? 'carry' : 'join'} "${clean(made.line)}"`,
    `It ends ${until(made)}. To end it before:  ${context.command(`invite-withdraw ${shellWord(room)} ${shortId(made.id)}`)}`,
    ...(qr === true ? ['', ...codeLines(context.terminal, made.line)] : []),
  ])
}

function acceptedBy(role: Role, uses: number): string {
  const [one, many] = role === 'carrier' ? ['node', 'nodes'] : ['person', 'people']
  return uses === 1 ? `One ${one} becomes ${withArticle(role)}` : `Up to ${grouped(uses)} ${many} become ${role}s`
}

async function listInvites(context: Context, room: string): Promise<void> {
  const invites = await context.call('rooms.invites', { room }, 'Reading the invites')
  context.output.result(invites, () =>
    invites.length === 0
      ? ['No invites yet.']
      : table([['ID', 'ROLE', 'STATUS', 'USED', 'ENDS', 'BY', ''], ...invites.map(inviteRow)]),
  )
}

function inviteRow(made: Invite): string[] {
  const { id, role, status, uses, usedBy, by } = made
  const used = uses === null ? grouped(usedBy.length) : `${grouped(usedBy.length)} of ${grouped(uses)}`
  return [
    shortId(id),
    role,
    status,
    used,
    until(made),
    clean(by.name),
    usedBy.map(({ name }) => clean(name)).join(', '),
  ]
}

function until({ expiresMs }: Invite): string {
  return expiresMs === null ? 'never' : clockTime(expiresMs, Date.now())
}

async function withdrawInvite(context: Context, room: string, id: string): Promise<void> {
  const ended = await context.call('rooms.withdrawInvite', { room, invite: id }, 'Withdrawing')
  const { usedBy } = ended
  context.output.result(ended, () => [
    `The invite ${shortId(ended.id)} is withdrawn.`,
    ...(usedBy.length > 0
      ? [`It had been accepted by ${usedBy.map(({ name }) => clean(name)).join(', ')}, which stays.`]
      : []),
  ])
}

async function setRole(
  context: Context,
  room: string,
  member: string,
  role: Role | 'owner',
  { yes = false }: { yes?: boolean },
): Promise<void> {
  if (role === 'owner') {
    await confirm(context, [`This hands ${room} over to ${member}, and you become an admin.`], yes)
    const given = await context.call('rooms.handOver', { room, member }, 'Asking the node')
    return context.output.result(given, () => [`${personText(given)} owns the room now.`])
  }
  const changed = await context.call('rooms.setRole', { room, member, role }, 'Asking the node')
  context.output.result(changed, () => [`${personText(changed)} is ${withArticle(role)} now.`])
}

async function removeMember(
  context: Context,
  room: string,
  member: string,
  { yes = false }: { yes?: boolean },
): Promise<void> {
  const { access } = await context.call('rooms.show', { room }, 'Reading the room')
  const reading = access === 'private' ? `${member} reads nothing new` : 'whoever has the id of the room reads on'
  await confirm(
    context,
    [
      `This removes ${member} from ${room}: nothing that ${member} writes from now on counts.`,
      `What was read cannot be recalled; ${reading}.`,
    ],
    yes,
  )
  const removed = await context.call('rooms.setRole', { room, member, role: 'none' }, 'Removing')
  context.output.result(removed, () => [
    `Removed ${personText(removed)}.${access === 'private' ? ' The room has a new key.' : ''}`,
  ])
}

async function rekey(context: Context, room: string): Promise<void> {
  const keyed = await context.call('rooms.rekey', { room }, 'Making a key')
  context.output.result(keyed, () => [`${clean(keyed.name)} has a new key, sealed to all who may read now.`])
}

async function listMembers(context: Context, room: string, { follow }: { follow?: true }): Promise<void> {
  const members = await context.call('rooms.members', { room }, 'Reading the members')
  context.output.result(members, () => {
    if (members.length === 0) return ['Nobody yet.']
    const hasRoles = members.some(({ standing }) => standing !== undefined)
    const columns = ['NAME', ...(hasRoles ? ['ROLE'] : []), 'ONLINE', 'DOCUMENTS', 'PEER', '']
    return table([
      columns,
      ...byPerson(members).map((member) => [
        isFurther(member) ? `└ ${clean(member.name)}` : clean(member.name),
        ...(hasRoles ? [roleText(member)] : []),
        member.self ? 'you' : member.online ? 'yes' : 'no',
        grouped(member.documents),
        member.peer,
        remarks(member),
      ]),
    ])
  })
  if (follow !== true) return
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  try {
    await followAccess(
      context,
      room,
      async (change, line) => {
        context.output.result(change, () => (line === undefined ? [] : [line]))
        await context.output.drained(stop.signal)
      },
      stop.signal,
    )
  } finally {
    forget()
  }
  if (!stop.signal.aborted) throw new FailedError('The node has stopped.')
}

/** Each person with its devices below, in the order of the first of them. */
function byPerson(members: readonly Member[]): Member[] {
  const persons = [...new Set(members.map(({ person }) => person))]
  return persons.flatMap((of) => {
    const devices = members.filter(({ person }) => person === of)
    return devices.toSorted((a, b) => Number(isFurther(a)) - Number(isFurther(b)))
  })
}

/** Whether it is a device that another one of its person added. */
function isFurther({ peer, person }: Member): boolean {
  return peer !== person
}

function personText({ member, name }: { member: string; name: string }): string {
  const short = shortId(member)
  return name === '' || name.endsWith(short) ? member : `${clean(name)} (${member})`
}

function roleText({ standing }: Member): string {
  if (standing === undefined) return '-'
  if (standing.role !== 'none') return standing.role
  return standing.set === undefined ? '-' : 'removed'
}

/** What is unusual about a member, and who made it one. */
function remarks(member: Member): string {
  const { dropped, forks, standing, verifiedMs } = member
  const device = isFurther(member) ? ['another device'] : []
  const verified = verifiedMs === null ? [] : [`verified ${clockTime(verifiedMs, Date.now())}`]
  const forked = forks > 0 ? [`forked: ${counted(forks, 'document')} at places that others of its documents have`] : []
  const set = standing?.set
  const how = set === undefined ? [] : [`since ${clockTime(set.atMs, Date.now())}, by ${clean(set.by.name)}`]
  return [...device, ...verified, ...how, ...(dropped ? ['dropped by the owner'] : []), ...forked].join('; ')
}

function spanOf(text: string): number {
  const spanMs = timeSpanMs(text)
  if (spanMs === undefined) throw new InvalidArgumentError('It must be a time, such as 12h, 7d, 4w or 1y.')
  return spanMs
}

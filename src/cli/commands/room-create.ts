/** `kith room create`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { builtInOffers } from '../../api/built-in-offers.ts'
import type { RoomDetails } from '../../kith.ts'
import type { Context } from '../context.ts'
import { namesakeLines } from '../namesakes.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, fields, shellWord } from '../text.ts'

interface CreateFlags {
  app: string
  in?: string
  open?: true
  publicRead?: true
  private?: true
}

export const ACCESS_RULES: Record<RoomDetails['access'], string> = {
  open: 'open: whoever has the id reads and writes',
  'public-read': 'whoever has the id reads, members write',
  private: 'private: only members read and write',
}

export function addCreate(room: Command, run: Run): void {
  addCommand(room, {
    name: 'create',
    description: 'create a room; prints its id, who may read and write, and how others join',
    examples: [
      ['kith room create Kitchen', 'a chat'],
      ['kith room create "Third floor"', 'a name with a space'],
      ['kith room create Stock --app map', 'keys and values: see kith put --help'],
      ['kith room create Phonebook --app directory', 'a large collection: see kith dir --help'],
      ['kith room create Notices --public-read', 'only members write: see kith invite --help'],
      ['kith room create Family --private', 'only members read, and nobody who passes it on'],
      ['kith room create Recipes --in Kitchen', 'below Kitchen, where it is to be seen: see kith room tree'],
    ],
    notes: [
      'Nobody fetches anything of a room below another one but who follows it (kith follow). Without --open, --public-read or',
      '--private, everybody has the role there that they have in the room above, and who is removed from that is removed here',
      'as soon as the node of an admin, or of whoever created it, is connected; until then nobody writes in a private one.',
    ],
  })
    .argument('<name>', "the room's name")
    .addOption(
      new Option('--app <app>', `what the room is for: ${Object.keys(builtInOffers).join(' or ')}`).default('chat'),
    )
    .addOption(new Option('--in <room>', 'put it below this room'))
    .addOption(
      new Option('--open', 'whoever has its id reads and writes (the default)').conflicts(['publicRead', 'private']),
    )
    .addOption(new Option('--public-read', 'whoever has its id reads, and only members write').conflicts('private'))
    .addOption(new Option('--private', 'only members read and write; who carries it sees neither words nor names'))
    .action(run(createRoom))
}

async function createRoom(context: Context, name: string, flags: CreateFlags): Promise<void> {
  const { app, in: above } = flags
  const details = await context.call(
    'rooms.create',
    { name, app, access: accessOf(flags), in: above },
    'Creating the room',
  )
  context.output.result(details, () => [
    `Created the room ${clean(details.name)}${above === undefined ? '' : ` below ${clean(above)}`}.`,
    '',
    ...fields([['Id', details.id], lineField(details), ['Access', ACCESS_RULES[details.access]]]),
    '',
    ...(above === undefined ? howToJoin(context, details) : [howToFollow(context, above, details)]),
    ...namesakeLines(context, details),
  ])
}

/** Undefined leaves it to the node. */
function accessOf(flags: CreateFlags): RoomDetails['access'] | undefined {
  if (flags.private === true) return 'private'
  if (flags.publicRead === true) return 'public-read'
  return flags.open === true ? 'open' : undefined
}

/** Whoever is in the room above needs no invite. */
function howToFollow(context: Context, above: string, { name }: RoomDetails): string {
  return `Others in the room above join with:  ${context.kith} follow ${shellWord(`${clean(above)}/${clean(name)}`)}`
}

function howToJoin(context: Context, { id, access }: RoomDetails): string[] {
  const join = `${context.kith} join ${id}`
  const invite = `To make somebody a member:  ${context.command(`invite ${id.slice(0, 16)}`)}`
  if (access === 'private') return [invite]
  if (access === 'public-read') return [`Others read with:           ${join}`, invite]
  return [`Others join with:  ${join}  (outside this network: with the invite line, in quotes)`]
}

/** The line says where a room is. Where that makes nobody a member, it is not called an invite. */
export function lineField({ invite, access }: RoomDetails): [string, string] {
  return [access === 'open' ? 'Invite' : 'Link', clean(invite)]
}

/** `kith room announce` and `kith room nearby`: rooms that whoever is on the same network may join. */
import { Option, type Command } from 'commander'
import type { NearbyRoom } from '../../kith.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, shellWord, table } from '../text.ts'

export function addAnnounce(room: Command, run: Run): void {
  addCommand(room, {
    name: 'announce',
    summary: 'let whoever is on this network join a room',
    description: 'tell nodes on this network that ask the name of a room and how to join it',
    examples: [
      ['kith room announce Kitchen', 'from now on, also after a restart'],
      ['kith room announce Kitchen --off', 'no longer'],
      ['kith room announce Family --anyone', 'a private room: anyone here may get an invite'],
    ],
    notes: [
      'Nodes elsewhere are told nothing, and this node tells nobody unasked. Others see the room with kith room nearby, or',
      'where their page asks for an invite. Whoever has learnt of an open room keeps it, also after --off.',
      'For a private room, an invite is made, for up to 100 people and 30 days; --off withdraws it.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(new Option('--off', 'tell nobody any more'))
    .addOption(new Option('--anyone', 'of a private room: whoever is on this network may read and write it'))
    .action(run(announce))
  addCommand(room, {
    name: 'nearby',
    summary: 'list the rooms that nodes on this network announce',
    description: 'list the rooms that nodes on this network announce to whoever wants to join',
    examples: [['kith room nearby', '']],
    notes: ['What is said of a room, the node that announces it says.'],
  }).action(run(listNearby))
}

async function announce(context: Context, room: string, { off, anyone }: { off?: true; anyone?: true }): Promise<void> {
  if (off === true && anyone === true) throw new UsageError('Give either --off or --anyone.')
  const details = await context.call('rooms.announce', { room, off, anyone }, 'Telling the node')
  context.output.result(details, () => [
    details.isAnnounced
      ? `Nodes on this network that ask are told of ${clean(details.name)}, and how to join it.`
      : `Nobody is told of ${clean(details.name)} any more.`,
  ])
}

async function listNearby(context: Context): Promise<void> {
  const rooms = await context.call('rooms.nearby', {}, 'Asking the nodes on this network')
  context.output.result(rooms, () =>
    rooms.length === 0
      ? [`No node on this network announces a room. To do so: ${context.command('room announce ROOM')}`]
      : [...table([['NAME', 'APP', 'ACCESS', 'OFFERED BY', 'JOIN WITH'], ...rooms.map((room) => row(context, room))])],
  )
}

function row(context: Context, { name, app, access, offeredBy, invite, isHere }: NearbyRoom): string[] {
  const by = offeredBy.map((each) => clean(each.name)).join(', ')
  const how = isHere ? 'it is here already' : context.command(`join ${shellWord(invite)}`)
  return [clean(name) || '-', clean(app) || '-', access, by, how]
}

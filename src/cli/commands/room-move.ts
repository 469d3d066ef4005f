/** `kith room make-private`: lets an open room go on in a private one. */
import type { Command } from 'commander'
import type { RoomDetails } from '../../kith.ts'
import { grouped } from '../../grouped.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { runTask } from '../progress.ts'
import { clean, counted, fields, shellWord } from '../text.ts'

/** Keys that one line lists. */
const MAX_LISTED = 5

export function addMakePrivate(room: Command, run: Run): void {
  addCommand(room, {
    name: 'make-private',
    summary: 'go on in a private room',
    description: 'make a private room in which an open room of yours goes on',
    examples: [
      ['kith room make-private Kitchen', 'says what that means, and asks'],
      ['kith room make-private Kitchen --yes', 'does not ask'],
    ],
    notes: [
      'Whoever has the id of the old room keeps what was said there and can go on reading it: nobody can take that back.',
      'So the private room is a new one with another id, of the same name and app, and everybody has to be invited anew',
      '(kith invite). It begins empty, but for the entries of a map, which are copied; if that is cut off, the next start or',
      'the same again continues. Every node of the old room is told that it has moved, refuses to write there, and goes on passing it on.',
      'Only the owner can do that. Files have to be shared again.',
    ],
  })
    .addArgument(roomArgument())
    .option('--yes', 'do not ask')
    .action(run(makePrivate))
}

async function makePrivate(context: Context, reference: string, { yes = false }: { yes?: boolean }): Promise<void> {
  const old = await context.call('rooms.show', { room: reference }, 'Reading the room')
  const isNew = old.moved === undefined && old.access !== 'private'
  if (isNew) await confirm(context, meaningOf(old), yes)
  const made = await runTask(
    context,
    'rooms.makePrivate',
    { room: old.id },
    {
      doing: `Making ${clean(old.name)} private`,
      progressOf: ({ copied, total }) => ({
        ...{ done: copied, total },
        facts: [`${grouped(copied)} of ${counted(total, 'key')}`],
      }),
      stopped: `Stopped. If the room has moved already, the same again copies the rest: ${context.command(`room make-private ${old.id}`)}`,
    },
  )
  const { room, copied, notCopied } = made
  context.output.result(made, () => [
    `${clean(room.name)} goes on in a private room.`,
    '',
    ...fields([
      ['Id', room.id],
      ...(room.app === 'map' ? [['Copied', counted(copied, 'key')] as [string, string]] : []),
      ...(notCopied.length > 0 ? [['Too large', listed(notCopied)] as [string, string]] : []),
      ...(isNew ? [['Old room', old.id] as [string, string]] : []),
    ]),
    '',
    `Invite everybody anew:  ${context.command(`invite ${room.namesakes.length === 0 ? shellWord(room.name) : room.id}`)}`,
  ])
}

function meaningOf({ name, app }: RoomDetails): string[] {
  const shown = clean(name)
  const contents = app === 'map' ? 'but the entries of the map' : 'of what was said'
  return [
    `This makes a new private room ${shown}, and the old one ends on all nodes: they write there no more.`,
    'Whoever has the old room keeps what was said there and can go on reading it. Nobody can take that back.',
    `Everybody has to be invited anew, and nothing ${contents} is copied.`,
  ]
}

function listed(keys: readonly string[]): string {
  const more = keys.length - MAX_LISTED
  return [...keys.slice(0, MAX_LISTED).map(clean), ...(more > 0 ? [`${grouped(more)} more`] : [])].join(', ')
}

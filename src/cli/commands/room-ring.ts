/** `kith room ring`: the files of a room in the ring. */
import { Argument, Option, type Command } from 'commander'
import type { RoomRing, RoomRingFile } from '../../kith.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, fileSize, shellWord, table } from '../text.ts'

export function addRing(room: Command, run: Run): void {
  addCommand(room, {
    name: 'ring',
    summary: 'keep files of a room in the ring',
    description: 'show which files of a room are in the ring, or keep those there that this node has',
    examples: [
      ['kith room ring Family on', "a private room: strangers' nodes keep its files, sealed"],
      ['kith room ring Family', 'show which files are there'],
      ['kith room ring Notices on --anyone', 'another room: who keeps a part can read it'],
      ['kith room ring Family off', 'put and ask for no more'],
    ],
    notes: [
      'Others of the room who say so, too, get files from there while nobody of the room is up. Files of more than 16 MiB',
      'do not go, but members find in the ring who has them. Nodes that keep a part learn neither the room nor the name.',
      'What is there is put again while a node of the room is up, and is gone two weeks after that; it cannot be deleted.',
    ],
  })
    .addArgument(roomArgument())
    .addArgument(new Argument('[what]', 'keep them there, or no longer').choices(['on', 'off']))
    .addOption(new Option('--anyone', 'of a room that is not private: whoever keeps a part of a file may read it'))
    .action(run(ring))
}

async function ring(
  context: Context,
  room: string,
  what: 'on' | 'off' | undefined,
  { anyone }: { anyone?: true },
): Promise<void> {
  if (anyone === true && what !== 'on') throw new UsageError('--anyone goes with on.')
  const change = what === undefined ? {} : { on: what === 'on' }
  const shared = await context.call('rooms.ring', { room, ...change, anyone }, 'Asking the node')
  context.output.result(shared, () => linesOf(context, room, shared))
}

function linesOf(context: Context, room: string, { isOn, files }: RoomRing): string[] {
  if (!isOn)
    return [
      `This node puts nothing of the room into the ring. To do so: ${context.command(`room ring ${shellWord(room)} on`)}`,
    ]
  if (files.length === 0) return ['What this node has of the files of the room goes into the ring; there is none yet.']
  return table([['NAME', 'SIZE', 'ANNOUNCED', 'IN THE RING'], ...files.map(rowOf)])
}

const LEFT: Record<Exclude<RoomRingFile['left'], null>, string> = {
  waiting: 'soon',
  'too-large': 'no: too large',
  'too-many': 'no: newer files take the space',
  'not-sealed': 'no: not sealed',
}

function rowOf({ name, sizeBytes, isAnnounced, left }: RoomRingFile): string[] {
  return [clean(name), fileSize(sizeBytes), isAnnounced ? 'yes' : 'soon', left === null ? 'yes' : LEFT[left]]
}

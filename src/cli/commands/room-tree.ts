/** `kith room tree`: the rooms below a room. */
import type { Command } from 'commander'
import { CHILD_COLUMNS, childCells } from '../child-lines.ts'
import type { Context } from '../context.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, shellWord, table } from '../text.ts'

export function addTree(room: Command, run: Run): void {
  addCommand(room, {
    name: 'tree',
    summary: 'show the rooms below a room',
    description: 'show the rooms and threads below a room, and those below them',
    examples: [
      ['kith room tree Kitchen', ''],
      ['kith room tree Kitchen/Recipes', 'below a room that is below another one'],
    ],
    notes: [
      'kith room create NAME --in ROOM puts a room there, and kith follow ROOM/NAME joins it.',
      'Of what is not followed, only the link is here, as whoever started it wrote it. What belongs elsewhere says itself that',
      'it is not below the room that links to it: no path leads there, only its own name or id.',
    ],
  })
    .addArgument(roomArgument())
    .action(run(showTree))
}

async function showTree(context: Context, reference: string): Promise<void> {
  const tree = await context.call('children.tree', { room: reference }, 'Reading the rooms')
  context.output.result(tree, () => {
    if (tree.rooms.length === 0) {
      return [
        `Nothing is below ${clean(reference)}. To put a room there:  ${context.command(`room create NAME --in ${shellWord(reference)}`)}`,
      ]
    }
    const rows = tree.rooms.map((child) => {
      const name = `${'  '.repeat(child.depth)}${clean(child.title)}`
      return [name, child.about === null ? 'room' : 'thread', ...childCells(child)]
    })
    return [
      ...table([[clean(reference), 'KIND', ...CHILD_COLUMNS], ...rows]),
      ...(tree.isCut ? [`There are more: ${context.command(`thread list ${shellWord(reference)} --last 1000`)}`] : []),
    ]
  })
}

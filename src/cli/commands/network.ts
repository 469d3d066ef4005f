/** `kith network`: the nodes that have a room, and how they hang together. */
import { writeFileSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { RoomKeeping, RoomNetwork } from '../../kith.ts'
import type { Context } from '../context.ts'
import { drawNetwork } from '../network-picture.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, counted, fields, table } from '../text.ts'

interface NetworkFlags {
  copy?: true
  follow?: true
  svg?: string
}

const STANDARD_OUTPUT = '-'

export function addNetworkCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'network',
    summary: 'show which nodes have a room, and how they hang together',
    description: 'show about how many nodes have a room, the root of their network, and the neighbours of this node',
    examples: [
      ['kith network Kitchen', ''],
      ['kith network Kitchen --svg kitchen.svg', 'draw it'],
      ['kith network Kitchen --copy', 'keep only a copy: what is new comes within half a minute'],
      ['kith network Kitchen --follow', 'get everything at once again'],
    ],
    notes: [
      'The nodes of a room elect a root, which shows whether they are one network: a neighbour with another root belongs to',
      'another part, and is connected to this one. Each exchanges messages at once with up to 8 neighbours, and with others',
      'from time to time. Counts are what the nodes say of themselves: anybody who has the room can make them wrong.',
    ],
  })
    .addArgument(roomArgument())
    .addOption(new Option('--copy', 'keep only a copy').conflicts('follow'))
    .addOption(new Option('--follow', 'follow the room again'))
    .addOption(new Option('--svg <file>', 'draw the network into a file, or to the standard output (-)'))
    .action(run(showNetwork))
}

async function showNetwork(context: Context, room: string, { copy, follow, svg }: NetworkFlags): Promise<void> {
  const change = copy === undefined && follow === undefined ? {} : { copy: copy === true }
  const network = await context.call('rooms.network', { room, ...change }, 'Asking the node')
  if (svg !== undefined) {
    const picture = drawNetwork(room, network)
    if (svg === STANDARD_OUTPUT) {
      context.terminal.stdout.write(picture)
      return
    }
    writeFileSync(svg, picture)
  }
  context.output.result(network, () => [
    ...linesOf(network),
    ...(svg === undefined ? [] : ['', `The picture is in ${svg}.`]),
  ])
}

const KEEPS: Record<RoomKeeping, string> = {
  all: 'follows the room',
  copy: 'keeps only a copy',
  relay: 'keeps a copy, and passes it on to others',
}

function linesOf(network: RoomNetwork): string[] {
  const { keeps, root, distance, subscribers, copies, isSplit, neighbours } = network
  const linked = neighbours.filter(({ isLinked }) => isLinked).length
  return [
    ...fields([
      [
        'Nodes',
        `about ${counted(subscribers, 'node')} that follow${subscribers === 1 ? 's' : ''} the room, and ${grouped(copies)} with a copy only`,
      ],
      ['This node', KEEPS[keeps]],
      ['Root', distance === 0 ? 'this node' : `${clean(root.name)}, ${counted(distance, 'link')} from here`],
      [
        'Neighbours',
        neighbours.length === 0 ? 'none' : `${neighbours.length}, ${linked} of them get everything at once`,
      ],
    ]),
    ...(isSplit ? ['', 'The network is in parts: a neighbour names another root. They are growing together.'] : []),
    ...(neighbours.length === 0
      ? []
      : ['', ...table([['NAME', 'KEEPS', 'ROOT', 'DISTANCE', 'PLACE'], ...rowsOf(network)])]),
  ]
}

function rowsOf({ neighbours }: RoomNetwork): string[][] {
  return neighbours.map(({ name, claim, place, isLinked }) => {
    const where = place === 'other' ? (isLinked ? 'link' : 'from time to time') : place
    if (claim === null) return [clean(name), '-', '-', '-', where]
    return [clean(name), claim.keeps, clean(claim.root.name), String(claim.distance), where]
  })
}

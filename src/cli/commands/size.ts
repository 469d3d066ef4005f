/** `kith size`: how many nodes and items the ring has, by which estimate, and how sure that is. */
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { RingEstimate, RingSize } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand, type Run } from '../program.ts'
import { counted, fields } from '../text.ts'
import { percentText } from './ring-text.ts'

export function addSizeCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'size',
    summary: 'estimate how many nodes and items the ring has',
    description: 'estimate how many nodes and items the ring has, and how sure that is',
    examples: [
      ['kith size', 'asks nodes at up to 32 random places'],
      ['kith size --json', ''],
    ],
    notes: [
      'Nodes are estimated from how close together known ones lie, and where there are not too many, from how many',
      'are met twice; in a ring of up to 8, all are known.',
      'Items are estimated from those whose keys are in the part of the ring that is nearest to this node.',
      '± is the standard error: the truth is within it in two of three cases, within twice as much in 19 of 20.',
      'Whoever runs many nodes near this one, or has them lie about their neighbours, can make it wrong.',
    ],
  }).action(run(showSize))
}

async function showSize(context: Context): Promise<void> {
  const size = await context.call('ring.size', {}, 'Asking around the ring')
  context.output.result(size, () =>
    fields([
      ['Nodes', nodesText(size)],
      ['Items', itemsText(size)],
    ]),
  )
}

/** How many nodes there are, in one line. */
export function nodesText({ nodes }: RingSize): string {
  if (nodes === null) return 'not known yet: the neighbours of this node are changing'
  if (nodes.standardError === 0) return `${counted(nodes.count, 'node')}, all known`
  const twice = nodes.inCommon === 0 ? '' : `, and from ${grouped(nodes.inCommon)} that were met twice`
  return `${aboutText(nodes)}, from how close together ${grouped(nodes.known)} of them lie${twice}`
}

/** How many items there are, in one line. */
export function itemsText({ items }: RingSize): string {
  if (items === null) return 'not known'
  if (items.standardError === 0) return `${grouped(items.count)}, all of them here`
  return `${aboutText(items)}, from ${grouped(items.known)} in ${percentText(items.share)} of the ring`
}

function aboutText({ count, standardError }: RingEstimate): string {
  return `about ${grouped(count)} ± ${grouped(Math.ceil(standardError))}`
}

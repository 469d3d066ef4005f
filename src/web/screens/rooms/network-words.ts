/** How the node is doing, in a few words. */
import type { NodeStatus } from '../../../kith.ts'
import type { Link } from '../../state/node.ts'

/** The line below the rooms: the worst that there is to say, or how many others are connected. */
export function networkWords(node: NodeStatus | undefined, link: Link): { words: string; isWarning: boolean } {
  if (link === 'lost') return { words: 'The node does not answer', isWarning: true }
  if (node === undefined) return { words: 'Asking the node…', isWarning: false }
  const { disk, findings, connectedPeers: peers } = node
  if (disk?.paused === 'all') return { words: 'The disk is full: nothing can be written', isWarning: true }
  if (findings.length > 0) return { words: 'Something needs your attention', isWarning: true }
  if (disk !== null && disk.paused !== 'nothing') return { words: 'The disk is nearly full', isWarning: true }
  if (peers === 0) return { words: 'Nobody else is connected', isWarning: false }
  return { words: `Connected to ${peers} ${peers === 1 ? 'other' : 'others'}`, isWarning: false }
}

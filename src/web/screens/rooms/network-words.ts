/** How the node is doing, in a few words. */
import type { NodeStatus } from '../../../kith.ts'
import type { Link } from '../../state/node.ts'
import { t } from '../../language/language.ts'

/** The line below the rooms: the worst that there is to say, or how many others are connected. */
export function networkWords(node: NodeStatus | undefined, link: Link): { words: string; isWarning: boolean } {
  if (link === 'lost') return { words: t('The node does not answer'), isWarning: true }
  if (node === undefined) return { words: t('Asking the node…'), isWarning: false }
  const { disk, findings, connectedPeers: peers } = node
  if (disk?.paused === 'all') return { words: t('The disk is full: nothing can be written'), isWarning: true }
  if (findings.length > 0) return { words: t('Something needs your attention'), isWarning: true }
  if (disk !== null && disk.paused !== 'nothing') return { words: t('The disk is nearly full'), isWarning: true }
  if (peers === 0) return { words: t('Nobody else is connected'), isWarning: false }
  return { words: t('Connected to {{count}} others', { count: peers }), isWarning: false }
}

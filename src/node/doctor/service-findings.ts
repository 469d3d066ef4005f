/** What a diagnosis finds about the node as a whole: whether one runs, its store, the ring and the DHT. */
import type { DiagnosisFacts, Finding } from '../../kith.ts'
import { problem, unknown, warning } from './wording.ts'

export function serviceFindings({ node, system }: DiagnosisFacts): Finding[] {
  if (node === null) {
    const what = `No node runs on ${system.dataDir}, so only the machine was looked at.`
    return [problem('no-node', what, 'Start one, and look again: kith start.')]
  }
  const others = node.peers.filter(({ connected, speaks }) => connected && speaks.some((id) => id.startsWith('/kith/')))
  const ringPeers = others.filter(({ speaks }) => speaks.some((id) => id.startsWith('/kith/ring/')))
  return [
    ...node.store.map((line) =>
      problem(
        'store',
        `${line.slice(0, 1).toUpperCase()}${line.slice(1)}.`,
        'kith status shows it, too; kith repair --help tells more.',
      ),
    ),
    ...(node.ring === 'alone' && ringPeers.length > 0
      ? [
          warning(
            'ring-alone',
            `${ringPeers.length} connected peers speak the ring's protocol, and this node has no neighbour there.`,
            'Look again in a minute (kith ring); if it stays so, please report it.',
          ),
        ]
      : []),
    ...(node.dhtPeers === 0 && others.length > 0
      ? [
          unknown(
            'dht-empty',
            'No connected peer is in the DHT, so files are looked for among connected peers only.',
            'Look again in a minute.',
          ),
        ]
      : []),
  ]
}

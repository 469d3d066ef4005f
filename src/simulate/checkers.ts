/** What must hold of a whole network once everybody is up, connected and has had time. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { decodeDocument } from '../../protocols/document/document.ts'
import type { SimulatedNetwork } from './network.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** What is wrong with a room over all nodes, one line each; none where all is well. */
export function violationsOf(network: SimulatedNetwork, room: RoomId): string[] {
  return [
    ...differences(network, room),
    ...losses(network, room),
    ...orderFaults(network, room),
    ...network.outOfOrder,
    ...network.nodes.flatMap((node) => repeats(network, node)),
  ]
}

function summaryOf(node: SimulatedNode, room: RoomId): string {
  const open = node.machine.rooms.get(room)
  const heads = node.store.heads(room).map(({ id }) => id.slice(-8))
  const { documents } = node.store.totals(room)
  const parked = open?.graph.parkedCount ?? 0
  return `${documents} documents, ${parked} parked, state ${open?.view.hash().slice(0, 8)}, heads ${heads.join(' ')}`
}

function differences({ nodes: [first, ...others] }: SimulatedNetwork, room: RoomId): string[] {
  if (first === undefined) return []
  const expected = summaryOf(first, room)
  return others.flatMap((node) => {
    const summary = summaryOf(node, room)
    return summary === expected ? [] : [`${node.name} has ${summary}; ${first.name} has ${expected}`]
  })
}

function losses({ nodes }: SimulatedNetwork, room: RoomId): string[] {
  return nodes.flatMap((writer) =>
    [...writer.acknowledged].flatMap((id) =>
      nodes
        .filter((node) => node.store.document(id)?.room !== room)
        .map((node) => `${node.name} lacks ${id}, acknowledged to the user of ${writer.name}`),
    ),
  )
}

/** Documents whose ancestors are not accepted. */
function orderFaults({ nodes }: SimulatedNetwork, room: RoomId): string[] {
  // All nodes hold the same documents, so each is decoded once.
  const known = new Map<DocumentId, readonly DocumentId[]>()
  const ancestorsOf = (id: DocumentId, block: Uint8Array): readonly DocumentId[] => {
    const before = known.get(id)
    if (before !== undefined) return before
    const { previous, parents } = decodeDocument(block)
    const ancestors = previous === null ? parents : [previous, ...parents]
    known.set(id, ancestors)
    return ancestors
  }
  return nodes.flatMap(({ name, store }) =>
    store.documents(room, { limit: Infinity }).flatMap(({ id, block }) => {
      const lacking = ancestorsOf(id, block).filter((ancestor) => !store.hasDocument(ancestor))
      return lacking.length === 0 ? [] : [`${name} accepted ${id} without ${lacking.join(', ')}`]
    }),
  )
}

function repeats({ delivered }: SimulatedNetwork, node: SimulatedNode): string[] {
  const counts = [...(delivered.get(node) ?? new Map<DocumentId, number>())]
  return counts
    .filter(([, count]) => count > 1)
    .map(([id, count]) => `${node.name} gave ${id} to its app ${count} times`)
}

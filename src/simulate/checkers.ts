/** What must hold for a whole network once every node is up, connected, and has had time to settle. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { decodeDocument } from '../../protocols/document/document.ts'
import { accessFaults } from './access-checkers.ts'
import { checkpointFaults } from './checkpoint-checkers.ts'
import { retentionFaults } from './retention-checkers.ts'
import type { SimulatedNetwork } from './network.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

/** Violations in the rooms of a network, one line each; empty if there are none. */
export function violationsOf(network: SimulatedNetwork, rooms: readonly SimulatedRoom[]): string[] {
  return [
    ...rooms.flatMap((room) =>
      room.watch === undefined ? [...differences(room), ...losses(room)] : accessFaults(room, room.watch),
    ),
    ...rooms.flatMap((room) => [...orderFaults(room), ...retentionFaults(room)]),
    ...checkpointFaults(network, rooms),
    ...network.outOfOrder,
    ...network.appFaults,
    ...network.nodes.flatMap((node) => repeats(network, node)),
  ]
}

/** What must be equal on all nodes; a carrier has no state. */
function summaryOf(node: SimulatedNode, room: RoomId, isMember: boolean): string {
  const open = node.machine.rooms.get(room)
  const state = isMember ? open?.view.hash().slice(0, 8) : 'carried'
  const heads = node.store.newestHeads(room, Infinity).map(({ id }) => id.slice(-8))
  const { documents } = node.store.totals(room)
  const pending = open?.graph.pendingCount ?? 0
  return `${documents} documents, ${pending} pending, state ${state}, heads ${heads.join(' ')}`
}

function differences({ id, nodes: [first, ...others] }: SimulatedRoom): string[] {
  if (first === undefined) return []
  return others.flatMap((node) => {
    const isMember = node.machine.rooms.get(id)?.record.carriedBytesMax === undefined
    const expected = summaryOf(first, id, isMember)
    const summary = summaryOf(node, id, isMember)
    return summary === expected ? [] : [`${node.name} has ${summary}; ${first.name} has ${expected}`]
  })
}

function losses({ id: room, nodes }: SimulatedRoom): string[] {
  return nodes.flatMap((writer) =>
    [...writer.acknowledged].flatMap((id) =>
      nodes
        .filter((node) => node.store.document(id)?.room !== room && !node.hasDropped(id))
        .map((node) => `${node.name} lacks ${id}, acknowledged to the user of ${writer.name}`),
    ),
  )
}

/** Documents whose ancestors are not accepted. */
function orderFaults({ id: room, nodes }: SimulatedRoom): string[] {
  // Nodes hold the same documents, so each is decoded once.
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
    .map(([id, count]) => `${node.name} delivered ${id} to its app ${count} times`)
}

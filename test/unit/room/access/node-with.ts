/** Nodes that have some documents of a room with members, and what they make of these. */
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import type { Store } from '../../../../src/store/store.ts'
import { ancestorIds, peerA, shuffle, welcome } from '../history.ts'

/** A node that has received some documents, each after its ancestors, as if asked for. */
export function nodeWith(documents: readonly Document[], seed = 1, store: Store = memoryStore()): RoomGraph {
  const graph = new RoomGraph(documents.find(({ room }) => room === null)!.id, store)
  for (let round = 0; round < 3; round++) {
    for (const { block } of shuffle(documents, seededRandom(seed + round))) graph.receive([block], peerA, welcome)
    for (let asked = graph.missing(); asked.length > 0; asked = graph.missing()) {
      const blocks = documents.filter(({ id }) => asked.includes(id)).map(({ block }) => block)
      graph.receive(blocks, peerA, welcome)
    }
  }
  return graph
}

export const has = (graph: RoomGraph, document: Document): boolean =>
  graph.receive([document.block], peerA, welcome).durable.length > 0
export const counts = (graph: RoomGraph, document: Document): boolean =>
  has(graph, document) && graph.gate.counts(document)

/** Everything before a document. */
export function before(document: Document, all: readonly Document[]): Set<DocumentId> {
  const byId = new Map(all.map((each) => [each.id, each]))
  const found = new Set<DocumentId>()
  const open = [...ancestorIds(document)]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...ancestorIds(byId.get(id)!))
  }
  return found
}

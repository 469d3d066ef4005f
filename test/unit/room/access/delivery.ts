/** Brings the documents of a room with members to a node, in whatever order and however often that takes. */
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import type { AccessControl } from '../../../../src/room/access/access-control.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import type { Store } from '../../../../src/store/store.ts'
import { peerA, welcome } from '../history.ts'

/** What nobody may write waits or is refused by turns, as it comes with what follows it or before. */
const MAX_IDLE_ROUNDS = 4

export interface Delivered {
  /** In the room's order. */
  accepted: DocumentId[]
  counting: DocumentId[]
  heads: DocumentId[]
  authorHeads: [PeerId, number][]
  control: AccessControl
}

/** In which groups what is missing comes, the next time. */
export type Grouping = (missing: readonly Document[], round: number) => Uint8Array[][]

/**
 * Delivers everything that is not here, and what that waits for, again and again, until that changes nothing. With restarts
 * it goes on without them after that: what a node refused it remembers until it ends, and acts of a circle may each be void
 * without the others, so they count once they are offered in one session, as a neighbour offers all that is missing.
 */
export function deliverAll(documents: readonly Document[], groupsOf: Grouping, restartEvery = Infinity): Delivered {
  const room = documents.find((document) => document.room === null)!.id
  const store = memoryStore()
  const phases = restartEvery === Infinity ? [Infinity] : [restartEvery, Infinity]
  let graph = new RoomGraph(room, store)
  for (const every of phases) graph = deliverUntilIdle(graph, { documents, room, store, groupsOf, restartEvery: every })
  const accepted = documents.filter(({ id }) => store.hasDocument(id)).sort(comparePositions)
  return {
    accepted: accepted.map(({ id }) => id),
    counting: accepted.filter((document) => graph.gate.counts(document)).map(({ id }) => id),
    heads: store.newestHeads(room, 1_000).map(({ id }) => id),
    authorHeads: store.authorHeads(room).map(({ author, seq }) => [author, seq]),
    control: graph.gate.control!,
  }
}

interface Delivery {
  documents: readonly Document[]
  room: RoomId
  store: Store
  groupsOf: Grouping
  restartEvery: number
}

/** Returns the graph as of the last restart. */
function deliverUntilIdle(before: RoomGraph, { documents, room, store, groupsOf, restartEvery }: Delivery): RoomGraph {
  let graph = before
  let groups = 0
  for (let round = 0, last = 0, idleRounds = 0; ; round++) {
    const missing = documents.filter(({ id }) => !store.hasDocument(id) && !graph.isPending(id))
    for (const blocks of groupsOf(missing, round)) {
      graph.receive(blocks, peerA, welcome)
      if (++groups % restartEvery !== 0) continue
      store.commit()
      graph = new RoomGraph(room, store)
    }
    for (let asked = graph.missing(); asked.length > 0; asked = graph.missing()) {
      const blocks = documents.filter(({ id }) => asked.includes(id)).map(({ block }) => block)
      graph.receive(blocks, peerA, welcome)
    }
    const now = store.documents(room, { limit: 10_000 }).length
    idleRounds = now === last ? idleRounds + 1 : 0
    if (idleRounds === MAX_IDLE_ROUNDS) return graph
    last = now
  }
}

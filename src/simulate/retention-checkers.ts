/** What must hold in the end for what nodes dropped of their rooms' histories. */
import { decodeDocument } from '../../protocols/document/document.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { encodedState } from '../room/checkpoint.ts'
import { droppedOf } from '../store/store.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

/** A document that some node still has. */
interface HistoryEntry {
  clock: number
  ancestors: readonly DocumentId[]
}

/** All that is still somewhere. */
type History = ReadonlyMap<DocumentId, HistoryEntry>

/** Violations in a room, one line each; empty if there are none. */
export function retentionFaults({ id, nodes }: SimulatedRoom): string[] {
  const some = nodes.filter((node) => node.machine.rooms.get(id)?.record.base !== undefined)
  if (some.length === 0) return []
  const history = historyOf(id, nodes)
  return some.flatMap((node) => [
    ...baseFaults(node, id),
    ...gaps(node, id, history),
    ...onlyHere(node, nodes, history),
  ])
}

function historyOf(room: RoomId, nodes: readonly SimulatedNode[]): History {
  const history = new Map<DocumentId, HistoryEntry>()
  for (const { store } of nodes) {
    for (const { id, clock, block } of store.documents(room, { limit: Infinity })) {
      if (!history.has(id)) history.set(id, { clock, ancestors: ancestorsOf(decodeDocument(block)) })
    }
  }
  return history
}

/** The base takes the place of as many documents as are gone, with their state. */
function baseFaults({ name, machine, store }: SimulatedNode, id: RoomId): string[] {
  const { record } = machine.rooms.require(id)
  const { base } = record
  if (base === undefined) return []
  const checkpoint = base.position.id
  const dropped = store.totals(id).documents - store.documents(id, { limit: Infinity }).length
  const hasState = encodedState(base, (block) => store.block(block)) !== undefined
  return [
    ...(dropped === droppedOf(record) ? [] : [`${name} dropped ${dropped} documents, but says ${droppedOf(record)}`]),
    ...(store.document(checkpoint) === undefined ? [`${name} lacks the checkpoint ${checkpoint}, its base`] : []),
    ...(hasState ? [] : [`${name} lacks the state of the checkpoint ${checkpoint}, its base`]),
  ]
}

/** A node lacks only ancestors of its base, which it has had; the root is none of them. */
function gaps({ name, machine, store }: SimulatedNode, id: RoomId, history: History): string[] {
  const room = machine.rooms.require(id)
  const { base } = room.record
  const replaced = base === undefined ? new Set<DocumentId>() : ancestorsIn(history, base.position.id)
  const { historyFrom = 0 } = room
  return [...history].flatMap(([document, { clock }]) => {
    if (store.document(document) !== undefined) return []
    const isOld = document !== id && clock < historyFrom
    if (isOld && replaced.has(document) && store.hasDocument(document)) return []
    return [`${name} lacks ${document}, which its base does not replace`]
  })
}

function ancestorsIn(history: History, id: DocumentId): ReadonlySet<DocumentId> {
  const found = new Set<DocumentId>()
  const open = [...(history.get(id)?.ancestors ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(history.get(next)?.ancestors ?? []))
  }
  return found
}

/** Nobody drops what others have never had. */
function onlyHere(node: SimulatedNode, nodes: readonly SimulatedNode[], history: History): string[] {
  const written = new Set([...history.keys(), ...node.acknowledged])
  return [...written].flatMap((document) => {
    if (!node.hasDropped(document)) return []
    if (nodes.some((other) => other !== node && other.store.hasDocument(document))) return []
    return [`${node.name} dropped ${document}, which nobody else has had`]
  })
}

/** Who is in a room with members in the end, and what counts there, by the owner's node. */
import type { Document } from '../../protocols/document/document.ts'
import type { BlockId, DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import { rankOf } from '../room/access/acts.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { controlOf } from './access-watch.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

const READER = rankOf('reader')

export interface AccessEnd {
  /** Nobody can remove it. */
  owner: SimulatedNode
  control: AccessControl
  /** What all should have: what counts, and what is before it. */
  kept: readonly Document[]
  /** All who may read, the owner too. */
  readers: readonly SimulatedNode[]
  carriers: readonly SimulatedNode[]
  /** Those that are in a private room, and may neither read nor carry it. */
  removed: readonly SimulatedNode[]
  /** The nodes that should have a file: none if nothing that counts shares it. */
  recipientsOf(file: BlockId): readonly SimulatedNode[]
}

/** What became of a room; all nodes are up. */
export function endOf({ id: room, nodes }: SimulatedRoom): AccessEnd {
  const owner = ownerOf(nodes, (node) => controlOf(node, room)?.owner)
  const control = controlOf(owner, room)
  if (control === undefined) throw new TypeError(`${owner.name} has no room with members`)
  const inRoom = nodes.flatMap((node) => {
    const open = node.machine.rooms.get(room)
    return open === undefined ? [] : [{ node, isCarried: open.isCarried }]
  })
  // An admin may remove one, which is no member, by a second act: the first one is void, but names it.
  const isShutOut = ({ peer }: SimulatedNode): boolean => control.founding !== undefined && control.isRemoved(peer)
  const carriers = inRoom.flatMap(({ node, isCarried }) => (isCarried && !isShutOut(node) ? [node] : []))
  // Everybody who has the id reads a room that is not private.
  const mayRead = ({ peer }: SimulatedNode): boolean => control.founding === undefined || control.rank(peer) >= READER
  const readers = inRoom.flatMap(({ node, isCarried }) => (!isCarried && mayRead(node) ? [node] : []))
  const removed = inRoom.flatMap(({ node }) => (carriers.includes(node) || readers.includes(node) ? [] : [node]))
  const recipientsOf = (file: BlockId): readonly SimulatedNode[] => {
    const sharing = owner.store.linking(room).filter(({ links }) => links.includes(file))
    return sharing.some(({ id }) => countsAt(owner, control, id)) ? [...readers, ...carriers] : []
  }
  return { owner, control, kept: keptBy(owner, control, room), readers, carriers, removed, recipientsOf }
}

function keptBy({ store, reader }: SimulatedNode, control: AccessControl, room: RoomId): Document[] {
  const needed = new Set<DocumentId>()
  const rows = store.documents(room, { limit: Infinity, descending: true })
  const kept = rows.flatMap(({ block }) => {
    const document = reader.decode(block)
    if (!needed.has(document.id) && !control.counts(document)) return []
    for (const id of ancestorsOf(document)) needed.add(id)
    return [document]
  })
  return kept.reverse()
}

/** Whoever hands a room over knows to whom. */
function ownerOf(
  nodes: readonly SimulatedNode[],
  ownerFor: (node: SimulatedNode) => string | undefined,
): SimulatedNode {
  let [node] = nodes
  for (const _ of nodes) {
    const owner = node && ownerFor(node)
    node = nodes.find(({ peer }) => peer === owner) ?? node
  }
  if (node === undefined) throw new RangeError('a room has nodes')
  return node
}

/** Whether a document is at a node and has an effect there. */
export function countsAt(node: SimulatedNode, control: AccessControl, id: DocumentId): boolean {
  const row = node.store.document(id)
  return row !== undefined && control.counts(node.reader.decode(row.block))
}

/** What must hold in the end in a room with members. */
import type { Document } from '../../protocols/document/document.ts'
import type { BlockId, DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { rankOf } from '../room/access/acts.ts'
import { ownRemoval } from '../room/removal.ts'
import { countsAt, endOf, type AccessEnd } from './access-end.ts'
import { controlOf, type AccessWatch } from './access-watch.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

const WRITER = rankOf('writer')

/** Violations, one line each; empty if there are none. */
export function accessFaults(room: SimulatedRoom, watch: AccessWatch): string[] {
  const end = endOf(room)
  const { owner, readers, carriers } = end
  const others = [...readers, ...carriers].filter((node) => node !== owner)
  return [
    ...watch.violations,
    ...others.flatMap((node) => differences(node, room.id, end)),
    ...readers.flatMap((node) => keyFaults(node, room.id, end)),
    ...uselessDocuments(room.id, end),
    ...[...readers, ...carriers].flatMap((node) => losses(node, room.id, end)),
    ...[...watch.founding].flatMap((node) => lostRights(node, room, end)),
    ...[...readers, ...carriers].flatMap((node) => forgeries(node, room.id, end, watch)),
    ...carriers.flatMap((node) => clearTexts(node, room.id, watch)),
    ...readers.flatMap((node) => beliefs(node, room.id, end)),
    // The last one, as it gives nodes what they should not have got.
    ...[...watch.hidden].flatMap(([node, ids]) => readings(node, room.id, end, watch, ids)),
  ]
}

/** Everybody has what the owner has. What a node wrote that does not count may be on it alone. */
function differences(node: SimulatedNode, room: RoomId, { owner, kept, readers }: AccessEnd): string[] {
  const missing = kept.filter(({ id }) => !node.store.hasDocument(id))
  const extra = documentsOf(node, room).filter(({ id }) => !owner.store.hasDocument(id))
  const own = new Set(extra.filter(({ author }) => author === node.peer).flatMap(ancestorsAndSelf(node)))
  const control = controlOf(node, room)
  const strange = extra.filter(({ id }) => !own.has(id) || (control !== undefined && countsAt(node, control, id)))
  const isReader = readers.includes(node)
  const [state, expected] = [node, owner].map((each) => each.machine.rooms.get(room)?.view.hash().slice(0, 8))
  return [
    ...missing.map(({ id }) => `${node.name} lacks ${id}, which ${owner.name} has`),
    ...strange.map(({ id }) => `${node.name} has ${id}, which ${owner.name} does not have`),
    ...(isReader && state !== expected ? [`${node.name} has state ${state}; ${owner.name} has ${expected}`] : []),
  ]
}

/** Whoever may read has the keys for it, and nobody waits for one. */
function keyFaults(node: SimulatedNode, room: RoomId, { control }: AccessEnd): string[] {
  const open = node.machine.rooms.require(room)
  const { keys, acts } = open
  const held = open.isHeldBack ? [`${node.name} holds back what it writes`] : []
  if (!keys.isPrivate) return held
  const { forWriting } = keys
  const current = typeof forWriting === 'string' ? forWriting : forWriting.key.id
  const expected = control.epochs?.current.key
  return [
    ...held,
    ...(keys.unread > 0 ? [`${node.name} cannot read ${keys.unread} documents`] : []),
    ...(acts.canMend ? [`${node.name} does not write the keys that others lack`] : []),
    ...(current === expected ? [] : [`${node.name} writes with the key ${current}, not ${expected}`]),
  ]
}

/** What does not count is here only because something follows it that does. */
function uselessDocuments(room: RoomId, { owner, kept }: AccessEnd): string[] {
  const needed = new Set(kept.map(({ id }) => id))
  const useless = documentsOf(owner, room).filter(({ id, author }) => !needed.has(id) && author !== owner.peer)
  return useless.map(({ id }) => `${owner.name} keeps ${id}, on which nobody built who may write`)
}

/** What was acknowledged to a user, and counts, is everywhere. */
function losses(writer: SimulatedNode, room: RoomId, { readers, carriers }: AccessEnd): string[] {
  const control = controlOf(writer, room)
  return [...writer.acknowledged].flatMap((id) => {
    if (!writer.store.hasDocument(id)) return [`${writer.name} has lost ${id}, acknowledged to its user`]
    if (control === undefined || !countsAt(writer, control, id)) return []
    return [...readers, ...carriers].flatMap((node) =>
      node.store.hasDocument(id) ? [] : [`${node.name} lacks ${id}, acknowledged to the user of ${writer.name}`],
    )
  })
}

/** All that somebody wrote counts from whom nobody ever took anything, not even an invite that it has accepted. */
function lostRights(writer: SimulatedNode, { id: room, nodes }: SimulatedRoom, { control }: AccessEnd): string[] {
  const acts = nodes.flatMap((node) => controlOf(node, room)?.allActs() ?? [])
  const accepted = new Set(
    acts.flatMap(({ author, saying }) => (saying.type === 'accept' && author === writer.peer ? saying.invite : [])),
  )
  const isTouched = acts.some(({ saying }) =>
    saying.type === 'withdraw' ? accepted.has(saying.invite) : saying.type === 'role' && saying.member === writer.peer,
  )
  if (isTouched || control.rank(writer.peer) < WRITER) return []
  return [...writer.acknowledged].flatMap((id) => {
    const row = writer.store.document(id)
    if (row === undefined || writer.reader.decode(row.block).kind.startsWith('access/')) return []
    return countsAt(writer, control, id) ? [] : [`${id} by ${writer.name} does not count, though nobody removed it`]
  })
}

/** What was made by somebody who was removed has no effect, whatever it claims. */
function forgeries(node: SimulatedNode, room: RoomId, { control }: AccessEnd, { forged }: AccessWatch): string[] {
  const counting = new Set(control.acts().map(({ id }) => id))
  const own = controlOf(node, room)
  return forged.flatMap(({ id, removals }) => {
    const isVoid = removals.some((removal) => counting.has(removal))
    const row = isVoid ? node.store.document(id) : undefined
    if (own === undefined || row === undefined || node.reader.decode(row.block).kind.startsWith('access/')) return []
    return own.counts(node.reader.decode(row.block))
      ? [`${id} counts at ${node.name}, though its author was removed`]
      : []
  })
}

/** No member takes itself for removed. */
function beliefs({ name, peer: self, store, machine }: SimulatedNode, room: RoomId, { control }: AccessEnd): string[] {
  if (control.rank(self) === 0) return []
  const removal = ownRemoval(machine.rooms.require(room), { self, store })
  return removal?.isProven === true ? [`${name} takes itself for removed by ${removal.by}`] : []
}

/** Whoever carries a private room has nothing of what is said in it. */
function clearTexts(node: SimulatedNode, room: RoomId, { secrets }: AccessWatch): string[] {
  if (controlOf(node, room)?.founding === undefined) return []
  const { store } = node
  const documents = store.documents(room, { limit: Infinity }).map(({ block }) => block)
  const pending = store.pending(room).map(({ block }) => block)
  const links = store.linking(room).flatMap((row) => row.links)
  const needed = links.flatMap((id) => store.block(id as BlockId) ?? [])
  const records = Buffer.from(JSON.stringify(store.rooms()))
  const held = Buffer.concat([...documents, ...pending, ...needed, records])
  return [...secrets].flatMap((text) => (held.includes(text) ? [`${node.name} carries '${text}' in clear text`] : []))
}

/** Whoever was removed reads nothing that was written by somebody who knew that, whoever gives it the documents. */
function readings(
  node: SimulatedNode,
  room: RoomId,
  { owner }: AccessEnd,
  watch: AccessWatch,
  ids: ReadonlyMap<DocumentId, string>,
): string[] {
  const open = node.machine.rooms.get(room)
  if (open === undefined) return []
  const blocks = documentsOf(owner, room).map(({ block }) => block)
  node.machine.rooms.receive(room, blocks, owner.peer, { monotonicMs: 0, wallMs: 0 })
  return blocks.flatMap((block) => {
    const document = owner.reader.decode(block)
    const key = ids.get(document.id)
    if (key === undefined || watch.isGranted(node, key) || open.keys.open(document) === document) return []
    return [`${node.name} reads ${document.id}, whose author knew that it was removed`]
  })
}

function documentsOf({ store }: SimulatedNode, room: RoomId) {
  return store.documents(room, { limit: Infinity })
}

/** Ids of a document and of all before it, each only once for all calls. */
function ancestorsAndSelf(node: SimulatedNode): (document: Pick<Document, 'id'>) => DocumentId[] {
  const found = new Set<DocumentId>()
  return ({ id: first }) => {
    const ids: DocumentId[] = []
    const open = [first]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const row = found.has(id) ? undefined : node.store.document(id)
      if (row === undefined) continue
      found.add(id)
      ids.push(id)
      open.push(...ancestorsOf(node.reader.decode(row.block)))
    }
    return ids
  }
}

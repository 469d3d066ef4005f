/**
 * What a newcomer to a room with members makes of a checkpoint before the history is here: whether it reads it, and whom it
 * believes. Who may write, nobody can tell yet. The rules are in protocols/access/README.md.
 */
import type { Document } from '../../protocols/document/document.ts'
import { boxKeyOf, inviteBoxSecret, keyIdOf, openFor, SEALED_KIND } from '../../protocols/sealing/index.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import { digestOfDocumentId, type DocumentId, type PeerId } from '../../protocols/wire/ids.ts'
import { actOf, isOfType, type ActOf } from '../room/access/acts.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { checkpointOf, firstKeyIn, type Checkpoint } from '../room/checkpoint.ts'
import type { Room } from '../room/room.ts'
import { keyForInvited } from '../room/sealing/for-invited.ts'
import { isOpened } from '../room/sealing/opened.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { StoreReads } from '../store/store.ts'
import type { Vouching } from './vouching.ts'
import type { WingContext } from './wing.ts'

type Context = Pick<WingContext, 'store' | 'reader'>

/** The document of the invite with which a node came, if its line named that and it is not here. */
export function awaitedInvite({ record, graph }: Room, store: StoreReads): DocumentId | undefined {
  const id = record.inviteSeed === undefined ? undefined : record.personal?.invite
  return id === undefined || graph.isPending(id) || store.hasDocument(id) ? undefined : id
}

/** That invite, once it is here, whether its ancestors are or not. */
function inviteOf({ record, graph }: Room, { store, reader }: Context): ActOf<'invite'> | undefined {
  const { inviteSeed, personal } = record
  if (inviteSeed === undefined || personal?.invite === undefined) return undefined
  const row = store.document(personal.invite)
  const document = graph.signedPending(personal.invite) ?? (row && storedDocument(row, reader))
  const act = document && actOf(document)
  const { author } = signerOfSeed(Buffer.from(inviteSeed, 'hex'))
  return act !== undefined && isOfType(act, 'invite') && act.saying.key === author ? act : undefined
}

/**
 * Whose checkpoints are believed: the founder's, who made the room's id, and those of who wrote the invite, and so the line
 * that was taken for a way to this room. Undefined in an open room.
 */
export function trustedIn(room: Room, context: Context): ReadonlySet<PeerId> | undefined {
  if (room.graph.gate.control === undefined) return undefined
  const trusted = [room.owner, inviteOf(room, context)?.author]
  return new Set(trusted.filter((author) => author !== undefined))
}

/**
 * What a pending document says as a checkpoint; `sealed`: nothing that this node can read yet. `isBelieved`: it would be if
 * it can be read.
 */
export function readCheckpoint(
  room: Room,
  document: Document,
  context: Context,
  isBelieved: boolean,
): Checkpoint | 'sealed' | undefined {
  if (document.kind !== SEALED_KIND) return room.keys.isPrivate ? undefined : checkpointOf(document)
  if (!room.keys.isPrivate) return room.record.status === 'open' ? undefined : 'sealed'
  takeKey(room, context)
  // Keys of others would fill the store.
  if (isBelieved) takeGivenKey(room, document, context)
  const opened = room.read(document)
  if (!isOpened(opened)) return 'sealed'
  const first = room.keys.first ?? firstKeyIn(opened)
  // Without it, nobody knows what app the state is of.
  if (room.record.app === '' && (first === undefined || !room.learnFirst(first))) return undefined
  return checkpointOf(opened)
}

/**
 * The key that the invite brings. It may be accepted only later, with the history; once some of that is here, the key comes
 * with it, and what could not be read before is folded again.
 */
function takeKey(room: Room, context: Context): void {
  const { inviteSeed, id } = room.record
  if (context.store.totals(id).documents > 1) return
  const { epoch, key } = inviteOf(room, context)?.saying.sealed ?? {}
  if (epoch === undefined || key === undefined || inviteSeed === undefined || room.keys.of(epoch) !== undefined) return
  const box = boxKeyOf(inviteBoxSecret(Buffer.from(inviteSeed, 'hex')))
  const found = openFor(digestOfDocumentId(id), epoch, box, key)
  if (found !== undefined) room.keys.keep(found)
}

/** The key of a checkpoint may be in the document before it, if there is another one since the invite. */
function takeGivenKey({ record, graph, keys }: Room, { previous, body }: Document, { store }: Context): void {
  const { id: room, inviteSeed } = record
  const epoch = keyIdOf(body)
  const document = previous === null ? undefined : graph.signedPending(previous)
  if (document === undefined || epoch === undefined || keys.of(epoch) !== undefined || inviteSeed === undefined) return
  if (store.totals(room).documents > 1) return
  const found = keyForInvited(document, { room, epoch, inviteSeed: Buffer.from(inviteSeed, 'hex') })
  if (found !== undefined) keys.keep(found)
}

/** Asks for the document before a checkpoint that cannot be read, which may give the invite a key that came after it. */
export function askForKey(
  room: Room,
  { kind, previous }: Document,
  { from, vouching }: { from: PeerId; vouching: Vouching },
  { store, notify }: Pick<WingContext, 'store' | 'notify'>,
): void {
  const { record, graph, keys } = room
  if (kind !== SEALED_KIND || previous === null || !keys.isPrivate || record.inviteSeed === undefined) return
  if (vouching.askedKey === previous || awaitedInvite(room, store) !== undefined) return
  if (graph.isPending(previous) || store.hasDocument(previous)) return
  vouching.askedKey = previous
  notify({ type: 'missing', room: record.id, ids: [previous], from, isPatient: false, isAlone: true })
}

/** Whether the checkpoint that a room with members begins with is not accepted though all before it is here, or is not here any more. */
export function isRefused({ graph, isPreview }: Room, id: DocumentId, store: StoreReads): boolean {
  if (graph.gate.control === undefined || !isPreview) return false
  const before = new Set<DocumentId>([id])
  for (const next of before) {
    const document = graph.pendingDocument(next)
    if (document !== undefined) for (const ancestor of ancestorsOf(document)) before.add(ancestor)
    else if (next === id || !store.hasDocument(next)) return next === id
  }
  return true
}

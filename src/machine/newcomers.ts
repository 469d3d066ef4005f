/**
 * What a newcomer to a room with members makes of a checkpoint before the history is here: whether it reads it, and whom it
 * believes. Who may write, nobody can tell yet. The rules are in protocols/access/README.md.
 */
import type { Document } from '../../protocols/document/document.ts'
import { boxKeyOf, inviteBoxSecret, keyIdOf, openFor, SEALED_KIND, type KeyId } from '../../protocols/sealing/index.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import { digestOfDocumentId, type DocumentId, type PeerId } from '../../protocols/wire/ids.ts'
import { actOf, isOfType, type ActOf } from '../room/access/acts.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { checkpointOf, firstKeyIn, type Checkpoint } from '../room/checkpoint.ts'
import type { Room } from '../room/room.ts'
import { keyForInvited } from '../room/sealing/for-invited.ts'
import { isOpened } from '../room/sealing/opened.ts'
import { givenKeyOf } from '../room/sealing/sealed-keys.ts'
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

/**
 * Asks neighbours for that document, and for the root, where nobody vouches for a checkpoint. With the key that comes with
 * it, a newcomer to a private room reads the newest documents before the history.
 */
export function askForInvite(
  room: Room,
  { neighbours, asked }: Pick<Vouching, 'neighbours' | 'asked'>,
  { store, notify }: Pick<WingContext, 'store' | 'notify'>,
): void {
  const invite = awaitedInvite(room, store)
  if (invite === undefined || [...neighbours.values()].some(({ checkpoint }) => checkpoint !== undefined)) return
  const { id, status } = room.record
  for (const [from, { clock }] of neighbours) {
    if (clock === 0 || asked.get(from) === invite) continue
    asked.set(from, invite)
    const ids = status === 'open' ? [invite] : [id, invite]
    notify({ type: 'missing', room: id, ids, from, isPatient: false, isAlone: true })
  }
}

/** That invite, once it is here, whether its ancestors are or not, and also after it was accepted. */
export function inviteOf({ record, graph }: Room, { store, reader }: Context): ActOf<'invite'> | undefined {
  const { inviteSeed, personal } = record
  if (personal?.invite === undefined) return undefined
  const row = store.document(personal.invite)
  const document = graph.signedPending(personal.invite) ?? (row && storedDocument(row, reader))
  const act = document && actOf(document)
  if (act === undefined || !isOfType(act, 'invite')) return undefined
  const key = inviteSeed === undefined ? undefined : signerOfSeed(Buffer.from(inviteSeed, 'hex')).author
  return key === undefined || key === act.saying.key ? act : undefined
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
  const previous = isBelieved && document.previous !== null ? room.graph.signedPending(document.previous) : undefined
  if (previous !== undefined) takeGivenKey(room, previous, epochsOf([document]), context)
  const opened = room.read(document)
  if (!isOpened(opened)) return 'sealed'
  const first = room.keys.first ?? firstKeyIn(opened)
  // Without it, nobody knows what app the state is of.
  if (room.record.app === '' && (first === undefined || !room.learnFirst(first))) return undefined
  return checkpointOf(opened)
}

/** The key that the invite brings, which may be accepted only later, with the history. */
export function takeKey(room: Room, context: Context): void {
  const { epoch, key } = inviteOf(room, context)?.saying.sealed ?? {}
  if (epoch === undefined || key === undefined || !isMissedAlone(room, epoch, context)) return
  for (const secret of secretsOf(room)) {
    const found = openFor(digestOfDocumentId(room.record.id), epoch, boxKeyOf(secret), key)
    if (found !== undefined) return room.keys.keep(found)
  }
}

/**
 * Whether a key is not here, and nothing that is here waits for it. Once there is something, it comes with what brings it,
 * and what could not be read before is folded again.
 */
function isMissedAlone({ record, keys, graph }: Room, epoch: KeyId, { store }: Context): boolean {
  if (keys.of(epoch) !== undefined) return false
  return store.totals(record.id).documents <= 1 || graph.gate.control?.epochs?.byKey.has(epoch) !== true
}

/** With which this node opens what is sealed to its invite, also after that was accepted. */
function secretsOf({ record: { inviteSeed, boxSecrets = [] } }: Room): Uint8Array[] {
  const own = boxSecrets.map((secret) => Buffer.from(secret, 'hex'))
  return inviteSeed === undefined ? own : [inviteBoxSecret(Buffer.from(inviteSeed, 'hex')), ...own]
}

/** Those with whose keys documents are sealed. */
function epochsOf(documents: readonly Document[]): Set<KeyId> {
  const sealed = documents.filter(({ kind }) => kind === SEALED_KIND)
  return new Set(sealed.flatMap(({ body }) => keyIdOf(body) ?? []))
}

/**
 * There may be another key since the invite, which the document before a checkpoint gives to that. Returns its id if it is
 * here since, or was. `needed`: no others are kept.
 */
export function takeGivenKey(
  room: Room,
  document: Document,
  needed: ReadonlySet<KeyId>,
  context: Context,
): KeyId | undefined {
  const epoch = givenKeyOf(document)?.epoch
  if (epoch === undefined || !needed.has(epoch)) return undefined
  const isKept = room.keys.of(epoch) !== undefined
  if (!isKept && !isMissedAlone(room, epoch, context)) return undefined
  const found = keyForInvited(document, { room: room.record.id, epoch, secrets: secretsOf(room) })
  if (found !== undefined && !isKept) room.keys.keep(found)
  return found?.id
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

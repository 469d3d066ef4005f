/**
 * That this node was removed from a room with members. It is in the history where everybody reads that. The members of a
 * private room give a removed node nothing more, but the document that removed it: the node cannot tell what is before that,
 * so it believes only those who may remove it by all that it knows itself.
 */
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { actOf } from './access/acts.ts'
import type { AccessControl } from './access/access-control.ts'
import { settingOf } from './access/settings.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'
import type { Room } from './room.ts'
import { removedFrom } from './write-errors.ts'

/** This node, and what it has. */
interface Here {
  self: PeerId
  store: Pick<RoomStore, 'hasDocument'>
}

/** By whom this node was removed, and when. */
export interface OwnRemoval {
  by: PeerId
  atMs: number
  /** Whether they had the right to, as far as this node knows. */
  isProven: boolean
  /** The neighbour that passed it on; undefined if the removal is part of the history that is here. */
  from: PeerId | undefined
}

/** Undefined if nothing says that this node was removed, or somebody who has no say. */
export function ownRemoval({ record, graph }: Room, { self, store }: Here): OwnRemoval | undefined {
  const { control } = graph.gate
  if (control?.isRemoved(self) === true) {
    const { by, atMs } = settingOf(control, self, 0) ?? {}
    return by === undefined || atMs === undefined ? undefined : { by, atMs, isProven: true, from: undefined }
  }
  const { removal } = record.personal ?? {}
  if (control === undefined || removal === undefined || countsHere(control, removal.id)) return undefined
  const { author: by, atMs, from } = removal
  const isProven = !store.hasDocument(removal.id) && mayRemove(control, by, self)
  return isProven || control.rank(from) > 0 ? { by, atMs, isProven, from } : undefined
}

/**
 * Takes note of a document by which a neighbour says that this node was removed. Returns what is wrong with it; `noted`
 * if it is better than what was known: by somebody who may, or later in the room's order.
 */
export function noteRemoval(
  room: Room,
  block: Uint8Array,
  from: PeerId,
  { self, store, reader }: Here & { reader: DocumentReader },
): string {
  const { control } = room.graph.gate
  // Everybody is given the whole of other rooms.
  if (control?.founding === undefined || block.length > MAX_DOCUMENT_BYTES) return 'idle-removal'
  const document = decoded(block, reader)
  if (document === undefined || document.room !== room.record.id) return 'bad-removal'
  const saying = actOf(document)?.saying
  if (saying?.type !== 'role' || saying.role !== 'none' || saying.member !== self) return 'bad-removal'
  // It was given something since.
  if (countsHere(control, document.id) || control.isRemoved(self)) return 'known'
  const { author, id, clock, timeMs } = document
  // What is here and void may count by what is not here.
  const isProven = !store.hasDocument(id) && mayRemove(control, author, self)
  if (!isProven && control.rank(from) === 0) return 'idle-removal'
  const before = room.record.personal?.removal
  const wasProven = before !== undefined && mayRemove(control, before.author, self)
  const isLater = before === undefined || comparePositions(document, before) > 0
  // Who told it last may take it back.
  const isToldAgain = before?.id === id && before.from !== from
  if (!isToldAgain && (wasProven === isProven ? !isLater : wasProven)) return 'known'
  if (!reader.isSignatureValid(document)) return 'bad-signature'
  room.put({
    ...room.record,
    personal: { ...room.record.personal, removal: { id, clock, author, atMs: timeMs, from } },
  })
  return 'noted'
}

/** Once the history has what a neighbour told, and that counts, the history says what became of it. */
export function forgetSettledRemoval(room: Room): void {
  const { removal } = room.record.personal ?? {}
  const { control } = room.graph.gate
  if (removal !== undefined && control !== undefined && countsHere(control, removal.id)) forgetRemoval(room)
}

/** It does not hold any more. */
export function forgetRemoval(room: Room): void {
  const { removal: _, ...personal } = room.record.personal ?? {}
  room.put({ ...room.record, personal })
}

/** Throws a KithError `no-right` if this node was removed, and so nothing that it writes would count. */
export function requireNotRemoved(room: Room, here: Here): void {
  const removal = room.isCarried ? undefined : ownRemoval(room, here)
  if (removal?.isProven !== true) return
  const name = room.view.state.roster.profiles.get(removal.by)?.name ?? ''
  throw removedFrom(room.record, { ...removal, name })
}

function countsHere(control: AccessControl, id: DocumentId): boolean {
  return control.acts().some((act) => act.id === id)
}

function mayRemove(control: AccessControl, author: PeerId, member: PeerId): boolean {
  return control.maySay(author, { type: 'role', member, role: 'none' })
}

function decoded(block: Uint8Array, reader: DocumentReader): Document | undefined {
  try {
    return reader.decode(block)
  } catch (error) {
    if (error instanceof DocumentError) return undefined
    throw error
  }
}

/** States of checkpoints in a private room, sealed as they are in the blocks that members give each other. */
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { Checkpoint } from '../../store/store.ts'
import type { RoomKeys } from './room-keys.ts'

/** A state, and what opens it for whoever reads the document that names it. */
export interface SealedState {
  sealed: Uint8Array
  salt: Uint8Array
  /** The first key of the room: whoever has a later one may read all before it, but lacks what leads there. */
  first: Uint8Array
}

type Sealing = NonNullable<Checkpoint['sealing']>

/** Seals a state with the key that is written with; undefined if that, or the first one, is not here. */
export function sealState(keys: RoomKeys, room: RoomId, encoded: Uint8Array): SealedState | undefined {
  const { forWriting, first } = keys
  if (typeof forWriting === 'string' || first === undefined) return undefined
  const digest = digestOfDocumentId(room)
  const salt = forWriting.key.stateSalt(digest, encoded)
  return { sealed: forWriting.key.sealState(digest, encoded, salt), salt, first: first.bytes }
}

/** A state as somebody else sealed it, if it is the same; undefined without the key. */
export function sealStateAs(
  { epoch, salt }: Sealing,
  keys: RoomKeys,
  room: RoomId,
  encoded: Uint8Array,
): Uint8Array | undefined {
  return keys.of(epoch)?.sealState(digestOfDocumentId(room), encoded, Buffer.from(salt, 'hex'))
}

/** Undefined without the key, or if it is not sealed with that. */
export function openState(
  { epoch, salt }: Sealing,
  keys: RoomKeys,
  room: RoomId,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return keys.of(epoch)?.openState(digestOfDocumentId(room), sealed, Buffer.from(salt, 'hex'))
}

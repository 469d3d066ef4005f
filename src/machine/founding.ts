/** Makes new rooms, of which nothing is stored yet. */
import { MAX_ROOM_NAME_BYTES } from '../../protocols/room/constants.ts'
import type { Access } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { newName } from '../names.ts'
import { encodeRoot, newRootKeys, type RootInit } from '../room/root.ts'
import type { RoomInit } from '../room/room.ts'
import type { RoomRecord } from '../store/store.ts'

export interface Founded {
  root: Document
  /** As it is in the root. */
  name: string
  record: RoomRecord
  /** Of a private room. */
  keys: ReturnType<typeof newRootKeys> | undefined
}

/** A room that is to be below another one. */
export interface NewChild {
  name: string
  app: string
  /** Undefined: that of the room above, whose rights it takes over. */
  access?: Access | 'open' | undefined
  /** The message that it is about. */
  about?: DocumentId | undefined
}

/** Throws a KithError `bad-name` or `unknown-app`. */
export function found(
  { name: text, app, access, parent, inherits }: Omit<RootInit, 'keys'>,
  { signer, random, apps }: Pick<RoomInit, 'signer' | 'random' | 'apps'>,
  timeMs: number,
): Founded {
  const name = newName(text, MAX_ROOM_NAME_BYTES, "a room's")
  if (!apps.has(app)) {
    throw new KithError(
      'unknown-app',
      `there is no app '${app}'; known apps: ${[...apps.keys()].join(', ')}. Others come with kith start --app FILE`,
    )
  }
  const keys = access === 'private' ? newRootKeys(random) : undefined
  const root = encodeRoot({ name, app, keys, parent, inherits, ...(access && { access }) }, signer, timeMs, random)
  const record: RoomRecord = { id: root.id, status: 'waiting', name: '', app: '', joinedAtMs: timeMs }
  return { root, name, keys, record: { ...record, ...(keys && { boxSecrets: [keys.secret] }) } }
}

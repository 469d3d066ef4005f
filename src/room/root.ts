/** The root document, which describes a room. Its id is the room's id, a secret shared by those who know the room. */
import { encode } from '@ipld/dag-cbor'
import { ACCESS_MODES, type Access } from '../../protocols/access/constants.ts'
import { MAX_APP_NAME_BYTES, MAX_ROOM_NAME_BYTES, NONCE_BYTES, ROOT_KIND } from '../../protocols/room/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { decodeDagCbor } from '../apps/body.ts'
import { isName } from './name.ts'

export interface RoomRoot {
  name: string
  app: string
  /** Who may write, if not everybody. */
  access?: Access
}

export function encodeRoot(root: RoomRoot, signer: Signer, nowMs: number, random: Random): Document {
  const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256))
  return encodeDocument(
    {
      room: null,
      author: signer.author,
      seq: 0,
      previous: null,
      parents: [],
      clock: 1,
      timeMs: nowMs,
      epoch: 0,
      kind: ROOT_KIND,
      links: [],
      body: encode({ app: root.app, name: root.name, nonce, ...(root.access && { access: root.access }) }),
    },
    signer,
  )
}

/** The content of a root document; undefined if it is not one. Unknown fields are left to newer versions. */
export function decodeRoot({ room, kind, body }: Document): RoomRoot | undefined {
  if (room !== null || kind !== ROOT_KIND) return undefined
  const fields = decodeDagCbor(body)
  if (typeof fields !== 'object' || fields === null || !('name' in fields) || !('app' in fields)) return undefined
  const { name, app } = fields
  const access = 'access' in fields ? fields.access : undefined
  if (!isRoomName(name) || !isAppName(app)) return undefined
  // A later version's: who may write there is not known here, so it has no app.
  if (access !== undefined && !isAccess(access)) return { name, app: '' }
  return { name, app, ...(access && { access }) }
}

function isAccess(value: unknown): value is Access {
  return (ACCESS_MODES as readonly unknown[]).includes(value)
}

function isAppName(app: unknown): app is string {
  return typeof app === 'string' && Buffer.byteLength(app) <= MAX_APP_NAME_BYTES
}

export function isRoomName(name: unknown): name is string {
  return isName(name, MAX_ROOM_NAME_BYTES)
}

/** The root document, which describes a room. Its id is the room's id, a secret shared by those who know the room. */
import { encode } from '@ipld/dag-cbor'
import { ACCESS_MODES, type Access } from '../../protocols/access/constants.ts'
import { MAX_APP_NAME_BYTES, MAX_ROOM_NAME_BYTES, NONCE_BYTES, ROOT_KIND } from '../../protocols/room/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import {
  boxKeyOf,
  EpochKey,
  KEY_BYTES,
  keyIdOf,
  randomBytesOf,
  SALT_BYTES,
  type KeyId,
} from '../../protocols/sealing/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { decodeDagCbor } from '../apps/body.ts'
import { isName } from '../name-form.ts'
import { markOfParent, type ParentMark } from './children.ts'

export interface RoomRoot {
  /** Empty in a private room, as long as there is no key for it. */
  name: string
  app: string
  /** Who may read and write, if not everybody. */
  access?: Access
}

/** What the root of a private room needs beside its name and app. */
export interface RootKeys {
  /** Of the first epoch. */
  key: EpochKey
  /** The owner's public key of X25519. */
  box: Uint8Array
}

/** Made for a new private room, with the secret of the owner's key of X25519 in hex. */
export function newRootKeys(random: Random): RootKeys & { secret: string } {
  const secret = randomBytesOf(random, KEY_BYTES)
  const key = new EpochKey(randomBytesOf(random, KEY_BYTES))
  return { key, box: boxKeyOf(secret).publicKey, secret: secret.toString('hex') }
}

export interface RootInit extends RoomRoot {
  /** The room that it is a child of. */
  parent?: RoomId | undefined
  /** It takes over the rights in the parent. */
  inherits?: boolean | undefined
  /** In a private room. */
  keys?: RootKeys | undefined
}

/** What everybody reads in the root of a private room. */
interface PrivateRoot {
  box: Uint8Array
  nonce: Uint8Array
  sealed: Uint8Array
}

/** The room has no id yet. */
const NO_ROOM = new Uint8Array(32)

export function encodeRoot(
  { name, app, access, keys, parent, inherits = false }: RootInit,
  signer: Signer,
  nowMs: number,
  random: Random,
): Document {
  const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256))
  const child = parent === undefined ? {} : { parent: markOfParent(parent, nonce) }
  // Whoever takes over rights has to know from where before there is a key.
  const [plain, sealed] = inherits ? [{ ...child, inherits }, {}] : [{}, child]
  const said = { app, name, ...sealed }
  const shown = { ...plain, ...(keys === undefined ? said : sealName(said, keys, nonce, signer.author, random)) }
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
      body: encode({ ...shown, nonce, ...(access && { access }) }),
    },
    signer,
  )
}

function sealName(
  said: { name: string; app: string; parent?: Uint8Array },
  { key, box }: RootKeys,
  nonce: Uint8Array,
  author: PeerId,
  random: Random,
): { box: Uint8Array; sealed: Uint8Array } {
  const place = { room: NO_ROOM, author, seq: 0, aad: Buffer.concat([box, nonce]) }
  return { box, sealed: key.seal(place, encode(said), randomBytesOf(random, SALT_BYTES)) }
}

/** The content of a root document; undefined if it is not one. Unknown fields are left to newer versions. */
export function decodeRoot(document: Document): RoomRoot | undefined {
  const fields = fieldsOf(document)
  if (fields === undefined) return undefined
  const { name, app, access } = fields
  if (access === 'private') return privateRootOf(document) && { name: '', app: '', access }
  if (!isRoomName(name) || !isAppName(app)) return undefined
  // A later version's: who may write there is not known here, so it has no app.
  if (access !== undefined && !isAccess(access)) return { name, app: '' }
  return { name, app, ...(access && { access }) }
}

/** What everybody reads in the root of a private room; undefined in that of another one. */
export function privateRootOf(document: Document): (PrivateRoot & { epoch: KeyId }) | undefined {
  const { access, box, nonce, sealed } = fieldsOf(document) ?? {}
  if (access !== 'private' || !isBytes(box) || !isBytes(nonce) || !isBytes(sealed)) return undefined
  const epoch = box.length === KEY_BYTES && nonce.length === NONCE_BYTES ? keyIdOf(sealed) : undefined
  return epoch === undefined ? undefined : { box, nonce, sealed, epoch }
}

/** Name and app of a private room; undefined if the key is not that of its first epoch, or opens none. */
export function openRoot(document: Document, key: EpochKey): RoomRoot | undefined {
  const { name, app } = sealedFieldsOf(document, key) ?? {}
  return isRoomName(name) && isAppName(app) && app !== '' ? { name, app, access: 'private' } : undefined
}

/** What a root says of the parent of its room. `key`: of the first epoch of a private room, without which that is not known. */
export function parentMarkOf(document: Document, key: EpochKey | undefined): ParentMark | undefined {
  const fields = fieldsOf(document)
  const isSealed = fields?.['access'] === 'private' && fields['inherits'] !== true
  return markIn(document, isSealed ? key && sealedFieldsOf(document, key) : fields)
}

/** The same of a room with members that takes over its rights from its parent. */
export function inheritedMarkOf(document: Document): ParentMark | undefined {
  const fields = fieldsOf(document)
  return fields?.['inherits'] === true && isAccess(fields['access']) ? markIn(document, fields) : undefined
}

function markIn(document: Document, said: Record<string, unknown> | undefined): ParentMark | undefined {
  const nonce = fieldsOf(document)?.['nonce']
  const { parent } = said ?? {}
  return isBytes(parent) && isBytes(nonce) ? { mark: parent, nonce } : undefined
}

function sealedFieldsOf(document: Document, key: EpochKey): Record<string, unknown> | undefined {
  const root = privateRootOf(document)
  if (root?.epoch !== key.id) return undefined
  const place = { room: NO_ROOM, author: document.author, seq: 0, aad: Buffer.concat([root.box, root.nonce]) }
  const opened = key.open(place, root.sealed)
  return opened && (decodeDagCbor(opened) as Record<string, unknown> | undefined)
}

function fieldsOf({ room, kind, body }: Document): Record<string, unknown> | undefined {
  if (room !== null || kind !== ROOT_KIND) return undefined
  const fields = decodeDagCbor(body)
  return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : undefined
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
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

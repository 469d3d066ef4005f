/** Documents that describe locks: a name, and the devices whose majority decides. */
import { encode } from '@ipld/dag-cbor'
import type { Document } from '../../protocols/document/document.ts'
import { LOCK_KIND, MAX_ELECTORS, MAX_LOCK_BODY_BYTES, MAX_LOCK_NAME_BYTES } from '../../protocols/lock/constants.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import { decodeExact } from '../apps/cbor.ts'
import { isName } from '../name-form.ts'

/** What a document says that describes a lock. */
export interface LockText {
  name: string
  electors: readonly PeerId[]
}

/** The body of a document of the kind `room/lock`. Electors are in the order of their keys, each once. */
export function lockBody({ name, electors }: LockText): Uint8Array {
  const keys = electors.map((elector) => publicKeyOfPeerId(elector) ?? new Uint8Array(0))
  return encode({ name, electors: keys.sort((a, b) => Buffer.compare(a, b)) })
}

/** What a document says, if it describes a lock; undefined also for other encodings of the same. */
export function lockOf({ kind, body }: Pick<Document, 'kind' | 'body'>): LockText | undefined {
  if (kind !== LOCK_KIND || body.length > MAX_LOCK_BODY_BYTES) return undefined
  try {
    const { name, electors } = decodeExact<Record<string, unknown>>(body)
    if (!isName(name, MAX_LOCK_NAME_BYTES) || !Array.isArray(electors)) return undefined
    const ids = electors.map((key: unknown) => (key instanceof Uint8Array ? peerIdOfPublicKey(key) : undefined))
    const known = ids.filter((id) => id !== undefined)
    const isFull = known.length >= 1 && known.length <= MAX_ELECTORS && new Set(known).size === electors.length
    const lock = { name, electors: known }
    return isFull && Buffer.compare(lockBody(lock), body) === 0 ? lock : undefined
  } catch {
    return undefined
  }
}

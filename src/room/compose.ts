/** Makes a document that follows others. */
import { contentBeforeBody, encodeDocument, type Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import {
  packContent,
  randomBytesOf,
  SALT_BYTES,
  SEALED_KIND,
  SEALED_OVERHEAD_BYTES,
} from '../../protocols/sealing/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import { compareDocumentIds, digestOfDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import type { Content } from './content.ts'
import { parentsBeside } from './parents.ts'
import type { WriteKey } from './sealing/room-keys.ts'

interface Place {
  room: RoomId
  /** The author's last document. */
  own: (Position & { seq: number }) | undefined
  /** The newest ones of the room, oldest first. */
  others: readonly Position[]
  signer: Signer
  timeMs: number
}

/** What only members read. */
interface Sealing extends WriteKey {
  random: Random
}

/** A signed document, sealed if `sealing` says with what. Throws a KithError `too-large` or `bad-name`. */
export function compose(content: Content, place: Place, sealing?: Sealing): Document {
  const { links = [] } = content
  const { room, own, others, signer, timeMs } = place
  const packedBytes = 1 + content.kind.length + content.body.length
  const bodyBytes = sealing === undefined ? content.body.length : packedBytes + SEALED_OVERHEAD_BYTES
  const parents = others.filter(({ id }) => id !== own?.id).slice(-parentsBeside(bodyBytes, links))
  const clock = 1 + parents.reduce((newest, parent) => Math.max(newest, parent.clock), own?.clock ?? 0)
  const fields = {
    ...{ room, author: signer.author, seq: own === undefined ? 0 : own.seq + 1, previous: own?.id ?? null },
    parents: parents.map(({ id }) => id).sort(compareDocumentIds),
    ...{ clock, timeMs, epoch: sealing?.epoch.depth ?? 0, kind: content.kind, links },
  }
  try {
    if (sealing === undefined) return encodeDocument({ ...fields, body: content.body }, signer)
    const sealed = { ...fields, kind: SEALED_KIND }
    const { author, seq } = sealed
    const at = { room: digestOfDocumentId(room), author, seq, aad: contentBeforeBody(sealed) }
    const body = sealing.key.seal(at, packContent(content), randomBytesOf(sealing.random, SALT_BYTES))
    return encodeDocument({ ...sealed, body }, signer)
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    throw new KithError(error.code === 'too-large' ? 'too-large' : 'bad-name', error.message, { cause: error })
  }
}

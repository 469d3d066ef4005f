/** Makes a document that follows others. */
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import { compareDocumentIds, type BlockId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import { parentsBeside } from './parents.ts'

/** The content of a new document. */
export interface Content {
  kind: string
  body: Uint8Array
  /** Blocks it needs. */
  links?: readonly BlockId[] | undefined
}

interface Place {
  room: RoomId
  /** The author's last document. */
  own: (Position & { seq: number }) | undefined
  /** The newest ones of the room, oldest first. */
  others: readonly Position[]
  signer: Signer
  timeMs: number
}

/** A signed document. Throws a KithError `too-large` or `bad-name`. */
export function compose({ kind, body, links = [] }: Content, { room, own, others, signer, timeMs }: Place): Document {
  const parents = others.filter(({ id }) => id !== own?.id).slice(-parentsBeside(body, links))
  const clock = 1 + parents.reduce((newest, parent) => Math.max(newest, parent.clock), own?.clock ?? 0)
  try {
    return encodeDocument(
      {
        ...{ room, author: signer.author, seq: own === undefined ? 0 : own.seq + 1, previous: own?.id ?? null },
        parents: parents.map(({ id }) => id).sort(compareDocumentIds),
        ...{ clock, timeMs, epoch: 0, kind, links, body },
      },
      signer,
    )
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    throw new KithError(error.code === 'too-large' ? 'too-large' : 'bad-name', error.message, { cause: error })
  }
}

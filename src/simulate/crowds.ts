/** Authors whom a node invents: each writes one document after the root of an open room, so all of them are concurrent. */
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import { MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { encodeText } from '../apps/body.ts'

/** Keeps the keys of invented authors apart from those of nodes. */
const INVENTED = 0xff

/** The document of the author with this number; it has the same text in every run. */
export function inventedDocument(room: RoomId, node: number, number: number, timeMs: number): Document {
  const seed = new Uint8Array(32).fill(INVENTED)
  new DataView(seed.buffer).setUint32(0, node)
  new DataView(seed.buffer).setUint32(4, number)
  const signer = signerOfSeed(seed)
  return encodeDocument(
    {
      ...{ room, author: signer.author, seq: 0, previous: null, parents: [room], clock: 2, timeMs, epoch: 0 },
      ...{ kind: MESSAGE_KIND, links: [], body: encodeText(`invented ${number}`) },
    },
    signer,
  )
}

/** Histories that are put into a store as they are, as writing them would take long. */
import { MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { encodeText } from '../../src/apps/body.ts'
import type { Store } from '../../src/store/store.ts'

/** A chain of documents by one author, right after the root of a room. */
export function chainOf(room: RoomId, length: number): Document[] {
  const signer = signerOfSeed(Buffer.alloc(32, 9))
  const documents: Document[] = []
  for (let seq = 0; seq < length; seq++) {
    const previous = documents.at(-1)
    const place = { room, author: signer.author, seq, clock: seq + 2, timeMs: 0, epoch: 0 }
    const ancestors = { previous: previous?.id ?? null, parents: previous === undefined ? [room] : [] }
    const content = { kind: MESSAGE_KIND, links: [], body: encodeText(`message ${seq}`) }
    documents.push(encodeDocument({ ...place, ...ancestors, ...content }, signer))
  }
  return documents
}

/** A store that has the root of a chat room gets a chain of documents after it. */
export function putChain(store: Store, room: RoomId, chain: readonly Document[]): void {
  for (const { id, clock, author, seq, block, previous } of chain) {
    const document = { id, room, clock, author, seq, block }
    store.apply({ type: 'put-document', document, removedHeads: [previous ?? room] })
  }
  store.commit()
}

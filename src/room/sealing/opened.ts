/** Documents whose sealed content is known, as the rest of a node reads them: with the kind and the body that are inside. */
import { KEY_KIND } from '../../../protocols/access/constants.ts'
import { ROOT_KIND } from '../../../protocols/room/constants.ts'
import { bytesBeforeBody, type Document } from '../../../protocols/document/document.ts'
import { SEALED_KIND, unpackContent, type EpochKey, type SealedContent } from '../../../protocols/sealing/index.ts'

/** As they came, by what they are opened. */
const sealedDocuments = new WeakMap<Document, Document>()

/** A sealed document with what is inside; undefined if that may not be sealed: carriers must see it. */
export function openedDocument(sealed: Document, { kind, body }: SealedContent): Document | undefined {
  if (isPlain(kind) || kind === SEALED_KIND || kind === ROOT_KIND) return undefined
  const document = { ...sealed, kind, body }
  sealedDocuments.set(document, sealed)
  return document
}

/** A sealed document opened with a key; undefined if it does not open, or what is inside may not be. */
export function openDocument(sealed: Document, key: EpochKey, room: Uint8Array): Document | undefined {
  const { author, seq, body } = sealed
  const packed = key.open({ room, author, seq, aad: bytesBeforeBody(sealed) }, body)
  const content = packed && unpackContent(packed)
  return content && openedDocument(sealed, content)
}

export function isOpened(document: Document): boolean {
  return sealedDocuments.has(document)
}

/** What an opened document was before; itself if it is none. */
export function sealedOf(document: Document): Document {
  return sealedDocuments.get(document) ?? document
}

/** Whether a document that is no act may count in a private room. */
export function isForPrivate(document: Document): boolean {
  return document.kind === SEALED_KIND || document.kind === KEY_KIND || isOpened(document)
}

/** Whether documents of this kind are never sealed: carriers have to know who may write, and who has which key. */
export function isPlain(kind: string): boolean {
  return kind.startsWith('access/')
}

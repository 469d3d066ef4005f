/** Documents as the store has them, which a disk may have changed. */
import { documentIdOf, type Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { DocumentRow } from '../store/store.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'

type Stored = Pick<DocumentRow, 'id' | 'room' | 'block'>
type Telling = Pick<DocumentReader, 'foundDamage'>

/**
 * Whether the block is what the row's id says. What is not must not be sent: whoever receives it blames the sender. The
 * reader is told of it.
 */
export function isSound({ id, room, block }: Stored, reader: Telling): boolean {
  const isIntact = documentIdOf(block) === id
  if (!isIntact) reader.foundDamage?.(room)
  return isIntact
}

/** Undefined if the block is not what the row's id says: nobody signed that. The reader is told of it. */
export function storedDocument(
  { id, room, block }: Stored,
  reader: Pick<DocumentReader, 'decode'> & Telling = documentReader,
): Document | undefined {
  const document = decoded(block, reader)
  if (document?.id === id) return document
  reader.foundDamage?.(room)
  return undefined
}

function decoded(block: Uint8Array, reader: Pick<DocumentReader, 'decode'>): Document | undefined {
  try {
    return reader.decode(block)
  } catch (error) {
    if (error instanceof DocumentError) return undefined
    throw error
  }
}

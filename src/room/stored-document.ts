/** Documents as the store has them, which a disk may have changed. */
import { documentIdOf, type Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { DocumentRow } from '../store/store.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'

/** Whether the block is what the row's id says. What is not must not be sent: whoever receives it blames the sender. */
export function isSound({ id, block }: Pick<DocumentRow, 'id' | 'block'>): boolean {
  return documentIdOf(block) === id
}

/** Undefined if the block is not what the row's id says: nobody signed that. */
export function storedDocument(
  { id, block }: Pick<DocumentRow, 'id' | 'block'>,
  reader: Pick<DocumentReader, 'decode'> = documentReader,
): Document | undefined {
  try {
    const document = reader.decode(block)
    return document.id === id ? document : undefined
  } catch (error) {
    if (error instanceof DocumentError) return undefined
    throw error
  }
}

/** Documents as the store has them, which a disk may have changed. */
import type { Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { DocumentRow } from '../store/store.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'

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

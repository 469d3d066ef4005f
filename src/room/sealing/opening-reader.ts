/** Reads the documents of a room with what is sealed in them. */
import type { DocumentReader } from '../document-reader.ts'
import { sealedOf } from './opened.ts'
import type { RoomKeys } from './room-keys.ts'

/** `keys` may be used from the first document on only. */
export function openingReader(reader: DocumentReader, keys: RoomKeys): DocumentReader {
  return {
    decode: (block) => keys.open(reader.decode(block)),
    isSignatureValid: (document) => reader.isSignatureValid(sealedOf(document)),
    foundDamage: (room) => reader.foundDamage?.(room),
  }
}

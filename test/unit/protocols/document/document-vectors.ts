/** The content of the vectors of protocols/document. */
import type { DocumentFields } from '../../../../protocols/document/document.ts'
import type { DocumentErrorCode } from '../../../../protocols/document/errors.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, readVectors } from '../vectors.ts'

interface ValidVector {
  name: string
  /** The Ed25519 seed that signs it; null if the signature is empty. */
  seed: string | null
  fields: Omit<DocumentFields, 'body'> & { body: string; authorKey: string }
  block: string
  id: string
  signatureValid: boolean
}

interface InvalidVector {
  name: string
  error: DocumentErrorCode
  block: string
}

interface SignatureVector {
  name: string
  author: PeerId
  authorKey: string
  block: string
  id: string
  signatureValid: boolean
}

export const valid = readVectors<ValidVector[]>('document/vectors/valid.json')
export const invalid = readVectors<InvalidVector[]>('document/vectors/invalid.json')
export const signatures = readVectors<SignatureVector[]>('document/vectors/signatures.json')

export function fieldsOf({ fields }: ValidVector): DocumentFields {
  const { authorKey, ...rest } = fields
  return { ...rest, author: peerIdOfPublicKey(fromHex(authorKey)), body: fromHex(fields.body) }
}

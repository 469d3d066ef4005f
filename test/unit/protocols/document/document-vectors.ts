/** What the vectors of protocols/document hold. */
import type { DocumentFields } from '../../../../protocols/document/document.ts'
import type { DocumentErrorCode } from '../../../../protocols/document/errors.ts'
import { fromHex, readVectors } from '../vectors.ts'

interface ValidVector {
  name: string
  /** Ed25519 seed that signs it; null where the signature is empty. */
  seed: string | null
  fields: Omit<DocumentFields, 'body'> & { body: string }
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
  author: string
  block: string
  id: string
  signatureValid: boolean
}

export const valid = readVectors<ValidVector[]>('document/vectors/valid.json')
export const invalid = readVectors<InvalidVector[]>('document/vectors/invalid.json')
export const signatures = readVectors<SignatureVector[]>('document/vectors/signatures.json')

export const fieldsOf = ({ fields }: ValidVector): DocumentFields => ({ ...fields, body: fromHex(fields.body) })

/** Signing, and nothing else. */
import { generateKeyPairSync, sign } from 'node:crypto'

/** A function that signs with a new Ed25519 key. */
export function bareSigner(): (content: Uint8Array) => Uint8Array {
  const { privateKey } = generateKeyPairSync('ed25519')
  return (content) => sign(null, content, privateKey)
}

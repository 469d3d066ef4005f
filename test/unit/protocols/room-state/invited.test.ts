/** What whoever has the secret of an invite signs to be given a room again. */
import { expect, it } from 'vitest'
import { invitedContent } from '../../../../protocols/room-state/index.ts'
import { signerOfSeed, verifySignature } from '../../../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

const vectors = readVectors<Record<'seed' | 'key' | 'room' | 'sender' | 'content' | 'proof', string>[]>(
  'room-state/vectors/invited.json',
)

it.each(vectors)('is signed by the key of the invite: $sender', ({ seed, key, room, sender, content, proof }) => {
  const signer = signerOfSeed(fromHex(seed))
  expect(toHex(publicKeyOfPeerId(signer.author)!)).toBe(key)
  const signed = invitedContent(room as DocumentId, sender as PeerId)
  expect(toHex(signed)).toBe(content)
  expect(toHex(signer.sign(signed))).toBe(proof)
  const others = vectors.filter((other) => other.sender !== sender)
  for (const other of others) expect(verifySignature(signer.author, signed, fromHex(other.proof))).toBe(false)
})

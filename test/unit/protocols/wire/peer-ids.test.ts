/** Peer ids and the keys they carry, against vectors and libp2p. */
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

const { peers, peersWithoutKey } = readVectors<{
  peers: { publicKey: string; peerId: PeerId }[]
  peersWithoutKey: { name: string; text: PeerId }[]
}>('wire/vectors/ids.json')

const publicKey = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('a peer id', () => {
  it.each(peers)('$peerId is that of its key, and gives it back', ({ publicKey: hex, peerId }) => {
    expect(peerIdOfPublicKey(fromHex(hex))).toBe(peerId)
    expect(toHex(publicKeyOfPeerId(peerId)!)).toBe(hex)
  })

  it.each(peersWithoutKey)('carries no Ed25519 key: $name', ({ text }) => {
    expect(publicKeyOfPeerId(text)).toBeUndefined()
    expect(publicKeyOfPeerId(text)).toBeUndefined()
  })

  it('is the one that libp2p gives the key', () => {
    fc.assert(
      fc.property(publicKey, (bytes) => {
        const peer = peerIdOfPublicKey(bytes)
        expect(peer).toBe(peerIdFromPublicKey(publicKeyFromRaw(bytes)).toString())
        expect(toHex(publicKeyOfPeerId(peer)!)).toBe(toHex(bytes))
      }),
    )
  })

  it('sorts as its key does, so that a store may sort by either', () => {
    fc.assert(
      fc.property(publicKey, publicKey, (a, b) => {
        const [textOfA, textOfB] = [peerIdOfPublicKey(a), peerIdOfPublicKey(b)]
        const order = textOfA < textOfB ? -1 : textOfA > textOfB ? 1 : 0
        expect(order).toBe(Buffer.compare(a, b))
      }),
    )
  })

  it('is right for a part of a larger buffer, and whatever becomes of the bytes that were given or got', () => {
    const buffer = new Uint8Array(40).fill(5, 4, 36)
    const peer = peerIdOfPublicKey(buffer.subarray(4, 36))
    buffer.fill(6)
    publicKeyOfPeerId(peer)?.fill(7)
    expect(toHex(publicKeyOfPeerId(peer)!)).toBe('05'.repeat(32))
    expect(peerIdOfPublicKey(new Uint8Array(32).fill(5))).toBe(peer)
  })

  it.each([0, 31, 33])('is refused a key of %i bytes', (length) => {
    expect(() => peerIdOfPublicKey(new Uint8Array(length))).toThrow(TypeError)
  })
})

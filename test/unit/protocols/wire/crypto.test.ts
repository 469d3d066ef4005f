/** Hashes and signatures, compared with published values. */
import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { sha256, sha256Hex, signerOfSeed, verifySignature } from '../../../../protocols/wire/crypto.ts'
import { isSafePoint, isSafeSignature } from '../../../../protocols/wire/ed25519-rules.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, toHex } from '../vectors.ts'

/** RFC 8032, 7.1, tests 1 to 3. */
const RFC_8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    content: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    content: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    content: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
]

describe('Ed25519', () => {
  it.each(RFC_8032)('signs as RFC 8032 does: $publicKey', ({ seed, publicKey, content, signature }) => {
    const signer = signerOfSeed(fromHex(seed))
    expect(signer.author).toBe(peerIdOfPublicKey(fromHex(publicKey)))
    expect(toHex(signer.sign(fromHex(content)))).toBe(signature)
    expect(verifySignature(signer.author, fromHex(content), fromHex(signature))).toBe(true)
    expect(verifySignature(signer.author, fromHex(`${content}00`), fromHex(signature))).toBe(false)
  })

  it('refuses a signature of another length, and an invalid key', () => {
    const { publicKey, signature } = RFC_8032[0]!
    const author = peerIdOfPublicKey(fromHex(publicKey))
    const noPoint = peerIdOfPublicKey(new Uint8Array(32).fill(0xff))
    const nothing = new Uint8Array(0)
    expect(verifySignature(author, nothing, fromHex(signature).subarray(1))).toBe(false)
    expect(verifySignature(author, nothing, nothing)).toBe(false)
    expect(verifySignature(noPoint, nothing, fromHex(signature))).toBe(false)
    expect(verifySignature('not of a key' as PeerId, nothing, fromHex(signature))).toBe(false)
  })

  it('refuses every point of small order, and every encoding that is not canonical', () => {
    const signature = fromHex(RFC_8032[0]!.signature)
    const smallOrder = ED25519_TORSION_SUBGROUP.map(fromHex)
    expect(smallOrder).toHaveLength(8)
    const aboveP = Array.from({ length: 19 }, (_, k) => Uint8Array.of(0xed + k, ...Array<number>(30).fill(0xff), 0x7f))
    for (const point of [...smallOrder, ...aboveP]) {
      for (const sign of [0, 0x80]) {
        const encoded = point.with(31, point[31]! ^ sign)
        expect(isSafePoint(encoded), toHex(encoded)).toBe(false)
        expect(isSafeSignature(Buffer.concat([encoded, signature.subarray(32)]))).toBe(false)
        expect(verifySignature(peerIdOfPublicKey(encoded), new Uint8Array(0), signature)).toBe(false)
      }
    }
  })

  it('takes every key and signature that a signer makes, and S only below the order', () => {
    const order = (2n ** 252n + 27742317777372353535851937790883648493n).toString(16)
    const orderBytes = fromHex(order).toReversed()
    const signature = fromHex(RFC_8032[0]!.signature)
    const withS = (s: Uint8Array): Uint8Array => Buffer.concat([signature.subarray(0, 32), s])
    expect(isSafeSignature(signature)).toBe(true)
    expect(isSafeSignature(withS(orderBytes))).toBe(false)
    expect(isSafeSignature(withS(orderBytes.with(0, orderBytes[0]! - 1)))).toBe(true)
    for (let index = 0; index < 200; index++) {
      const signer = signerOfSeed(sha256(Buffer.from(`signer ${index}`)))
      const content = Uint8Array.of(index)
      expect(verifySignature(signer.author, content, signer.sign(content))).toBe(true)
    }
  })

  it('works for more authors than the cache of keys holds', () => {
    const content = Uint8Array.of(1)
    const signers = Array.from({ length: 1_030 }, (_, index) => signerOfSeed(sha256(Buffer.from(`author ${index}`))))
    const none = new Uint8Array(64)
    expect(signers.some(({ author }) => verifySignature(author, content, none))).toBe(false)
    for (const signer of [signers[0]!, signers[1_029]!]) {
      expect(verifySignature(signer.author, content, signer.sign(content))).toBe(true)
    }
  })
})

describe('sha2-256', () => {
  it('matches FIPS 180-4, over its concatenated parts', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(sha256Hex(Buffer.from('abc'))).toBe(abc)
    expect(toHex(sha256(Buffer.from('a'), Buffer.from(''), Buffer.from('bc')))).toBe(abc)
  })
})

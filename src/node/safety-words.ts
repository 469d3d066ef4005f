/** Words by which two people compare their keys: see "Safety words" in protocols/access/README.md. */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import {
  FINGERPRINT_DIGITS,
  FINGERPRINT_DOMAIN,
  FINGERPRINT_ITERATIONS,
  FINGERPRINT_WORDS,
} from '../../protocols/access/safety-words.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import type { SafetyWords } from '../kith.ts'

const BITS_OF_WORD = 11n
const FINGERPRINT_BYTES = 32

const derive = promisify(pbkdf2)

/** The words and digits of one key. */
export async function fingerprintOf(peer: PeerId): Promise<SafetyWords> {
  const key = publicKeyOfPeerId(peer)
  if (key === undefined) throw new Error(`${peer} is not the peer id of a key`)
  const bytes = await derive(key, FINGERPRINT_DOMAIN, FINGERPRINT_ITERATIONS, FINGERPRINT_BYTES, 'sha512')
  const number = BigInt(`0x${bytes.toString('hex')}`)
  const bits = BigInt(FINGERPRINT_BYTES * 8)
  const words = [...Array(FINGERPRINT_WORDS).keys()].map((index) => {
    const word = (number >> (bits - BITS_OF_WORD * BigInt(index + 1))) & ((1n << BITS_OF_WORD) - 1n)
    return wordlist[Number(word)] ?? ''
  })
  const digits = (number % 10n ** BigInt(FINGERPRINT_DIGITS)).toString().padStart(FINGERPRINT_DIGITS, '0')
  return { words, digits }
}

/** The words and digits of two keys, the same for both. */
export async function safetyWordsOf(a: PeerId, b: PeerId): Promise<SafetyWords> {
  const both = await Promise.all([fingerprintOf(a), fingerprintOf(b)])
  const [first, second] = isBefore(a, b) ? both : both.toReversed()
  return {
    words: [...(first?.words ?? []), ...(second?.words ?? [])],
    digits: `${first?.digits ?? ''}${second?.digits ?? ''}`,
  }
}

/** Whether somebody says the same: the words or the digits, with any blanks and capitals between them. */
export function isSaid({ words, digits }: SafetyWords, said: string): boolean {
  const plain = said.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
  return plain === words.join('') || plain === digits
}

/** By the bytes of the public keys. */
function isBefore(a: PeerId, b: PeerId): boolean {
  return Buffer.compare(publicKeyOfPeerId(a) ?? Buffer.alloc(0), publicKeyOfPeerId(b) ?? Buffer.alloc(0)) < 0
}

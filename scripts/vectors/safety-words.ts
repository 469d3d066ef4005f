/** The words by which people compare keys: the vectors of protocols/access, computed bit by bit. */
import { pbkdf2Sync } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Key } from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { CAROL } from './history.ts'

const WORDS = 6
const BITS_OF_WORD = 11
const DIGITS = 30

function fingerprintOf({ publicKey }: Key): { words: string[]; digits: string } {
  const bytes = pbkdf2Sync(publicKey, 'kith/fingerprint/1', 131_072, 32, 'sha512')
  const bits = [...bytes].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => (byte >> place) & 1))
  const words: string[] = []
  for (let word = 0; word < WORDS; word++) {
    const index = bits.slice(word * BITS_OF_WORD, (word + 1) * BITS_OF_WORD).reduce((sum, bit) => sum * 2 + bit, 0)
    words.push(wordlist[index] ?? '')
  }
  return { words, digits: lastDigitsOf([...bytes]) }
}

/** Long division by ten, from the lowest digit up. */
function lastDigitsOf(bytes: number[]): string {
  let digits = ''
  let rest = bytes
  while (digits.length < DIGITS) {
    let remainder = 0
    rest = rest.map((byte) => {
      const value = remainder * 256 + byte
      remainder = value % 10
      return (value - remainder) / 10
    })
    digits = `${remainder}${digits}`
  }
  return digits
}

/** protocols/access/vectors/safety-words.json */
export const safetyWords = {
  fingerprints: [ALICE, BOB, CAROL].map((key) => ({ peer: key.peer, ...fingerprintOf(key) })),
  pairs: [
    [ALICE, BOB],
    [BOB, CAROL],
    [CAROL, ALICE],
  ].map((pair) => {
    const sorted = pair.toSorted((a, b) => Buffer.compare(a.publicKey, b.publicKey)).map(fingerprintOf)
    return {
      peers: pair.map(({ peer }) => peer),
      words: sorted.flatMap(({ words }) => words),
      digits: sorted.map(({ digits }) => digits).join(''),
    }
  }),
}

/** Sets of small integers, as bits: those of the acts that a document knows. A set is never changed. */

export type Bits = Uint32Array

export const NO_BITS: Bits = new Uint32Array(0)

const WORD_BITS = 32

export function hasBit(bits: Bits, index: number): boolean {
  return (((bits[Math.floor(index / WORD_BITS)] ?? 0) >>> (index % WORD_BITS)) & 1) === 1
}

export function withBit(bits: Bits, index: number): Bits {
  return union([bits, bitsOf([index])])
}

export function bitsOf(indexes: readonly number[]): Bits {
  const bits = new Uint32Array(Math.floor(Math.max(-1, ...indexes) / WORD_BITS) + 1)
  for (const index of indexes) {
    const word = Math.floor(index / WORD_BITS)
    bits[word] = (bits[word] ?? 0) | (1 << (index % WORD_BITS))
  }
  return bits
}

export function union(sets: readonly Bits[]): Bits {
  const next = new Uint32Array(sets.reduce((length, bits) => Math.max(length, bits.length), 0))
  for (const bits of sets) for (const [word, value] of bits.entries()) next[word] = (next[word] ?? 0) | value
  return next
}

/** Equal sets have equal keys. */
export function keyOfBits(bits: Bits): string {
  const length = 1 + bits.findLastIndex((word) => word !== 0)
  return Buffer.from(bits.buffer, bits.byteOffset, length * Uint32Array.BYTES_PER_ELEMENT).toString('latin1')
}

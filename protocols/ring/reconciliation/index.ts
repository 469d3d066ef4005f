/**
 * Reconciliation of sets of ids by rateless invertible Bloom lookup tables: who holds one set sends coded symbols of it
 * until who holds the other one knows the difference, which takes about 1.4 symbols for each id that differs, however many
 * are in common. README.md specifies the symbols.
 */
export { CodedSet } from './coded-set.ts'
export { FIRST_SYMBOLS, MAX_SYMBOLS, NONCE_BYTES } from './constants.ts'
export { Decoder, type DecoderState, type Difference } from './decoder.ts'
export { textOfId } from './item-words.ts'
export { comparisonKey, type ComparisonKey, type ItemHash } from './keyed-hash.ts'
export { decodeSymbols, encodeSymbols, type ReceivedSymbols, type SymbolSource } from './symbol-codec.ts'
export type { SymbolTable } from './symbol-table.ts'

/** Sets of ids for the tests of reconciliation, and comparisons of two of them. */
import {
  CodedSet,
  comparisonKey,
  decodeSymbols,
  Decoder,
  encodeSymbols,
  type ComparisonKey,
  type DecoderState,
} from '../../../../../protocols/ring/reconciliation/index.ts'
import { sha256 } from '../../../../../protocols/wire/crypto.ts'
import { toHex } from '../../vectors.ts'

/** The id of what has a name. */
export const idOf = (name: string): Uint8Array => sha256(Buffer.from(name))

export const idsOf = (name: string, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => idOf(`${name} ${index}`))

/** A key that depends on a seed. */
export function keyOf(seed: number): ComparisonKey {
  return comparisonKey(idOf(`opener ${seed}`).subarray(0, 16), idOf(`answerer ${seed}`).subarray(0, 16))
}

export function codedSet(key: ComparisonKey, ...groups: Uint8Array[][]): CodedSet {
  const set = new CodedSet(key)
  for (const id of groups.flat()) set.add(id)
  return set
}

/** Takes symbols of a set up to a length. */
export function takeFrom(decoder: Decoder, set: CodedSet, length: number): DecoderState {
  const bytes = encodeSymbols(set, decoder.received, length)
  decoder.take(decodeSymbols(bytes, decoder.received, decoder.peerSize))
  return settle(decoder)
}

/** Works until symbols are needed, or no more. */
export function settle(decoder: Decoder): DecoderState {
  for (;;) {
    const state = decoder.work(100)
    if (state !== 'unfinished') return state
  }
}

/** What it takes to compare two sets, with a request for each part of the symbols. */
export function compare(own: CodedSet, peers: CodedSet): { decoder: Decoder; sizeBytes: number; rounds: number } {
  const decoder = new Decoder(own)
  let sizeBytes = 0
  let rounds = 0
  while (decoder.state === 'more') {
    const bytes = encodeSymbols(peers, decoder.received, decoder.wanted)
    sizeBytes += bytes.length
    rounds++
    decoder.take(decodeSymbols(bytes, decoder.received, decoder.peerSize))
    settle(decoder)
  }
  return { decoder, sizeBytes, rounds }
}

/** Ids in hex, sorted. */
export const sorted = (ids: Iterable<Uint8Array>): string[] => [...ids].map(toHex).toSorted()

/** Digests of all heads of a room, computed lane by lane as the spec says. */
import { createHash } from 'node:crypto'
import { concat, documentId, hex, utf8, type Bytes } from './bytes.ts'
import { digests } from './frames.ts'

const LANES = 1_024

/** 1,024 numbers of 16 bits for a head. */
function lanesOf(digest: Bytes): number[] {
  const output = createHash('shake256', { outputLength: 2 * LANES })
    .update(concat(utf8('kith/head/1'), digest))
    .digest()
  return Array.from({ length: LANES }, (_, i) => (output[2 * i] ?? 0) + 256 * (output[2 * i + 1] ?? 0))
}

function sumOf(heads: readonly Bytes[]): number[] {
  const all = heads.map(lanesOf)
  return Array.from({ length: LANES }, (_, i) => all.reduce((sum, lanes) => (sum + (lanes[i] ?? 0)) % 65_536, 0))
}

function bytesOf(lanes: readonly number[]): Bytes {
  return Uint8Array.from(lanes.flatMap((lane) => [lane % 256, Math.floor(lane / 256)]))
}

export function headsDigestOf(heads: readonly Bytes[]): Bytes {
  return createHash('sha256')
    .update(concat(utf8('kith/heads/1'), bytesOf(sumOf(heads))))
    .digest()
}

/** The first and the last lanes, which show where an implementation goes wrong. */
function ends(lanes: readonly number[]): number[] {
  return [...lanes.slice(0, 4), ...lanes.slice(-4)]
}

/** protocols/room-state/vectors/heads.json */
export const headsDigests = [0, 1, 2, 3, 257].map((count) => {
  const heads = digests(count)
  return { heads: heads.map(documentId), lanes: ends(sumOf(heads)), digest: hex(headsDigestOf(heads)) }
})

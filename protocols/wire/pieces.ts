/**
 * Cuts what one frame holds into pieces of a bounded cost, each of which is an input of its own: no peer keeps
 * a node busy for longer than one piece takes, however much it packs into a frame.
 */
import { packRuns } from './pack.ts'

/**
 * The cost of one piece. A step is about a row looked up in a store (10 µs), so that a piece takes some 10 ms
 * where the disk is slow: others wait no longer for their turn.
 */
export const MAX_INPUT_STEPS = 1_024

/** A document that is checked, with a signature of its own, and stored. */
const DOCUMENT_STEPS = 24
/**
 * One that comes after another one by its author: of their chain, one signature is checked. Where they are no chain, it
 * takes about twice as long.
 */
const FOLLOWING_STEPS = 8
/** Bytes of a document for a step more: they may all be ancestors and links, of 41 bytes each, which are looked up. */
const DOCUMENT_BYTES_PER_STEP = 64
/** Bytes that are hashed or copied in one step. */
const BYTES_PER_STEP = 4_096

/** What the records of a protocol cost. */
export interface RecordCosts<Record> {
  /** What handling a record costs at most, in steps; also that of one which is dropped. */
  stepsOf(record: Record): number
  /** Records of at most so many steps each, as far as they can be divided, that say the same in the same order. */
  split(record: Record, maxSteps: number): Record[]
}

/** The records in order, in pieces of at most `maxSteps` each, or of one record. */
export function piecesOf<Record>(
  costs: RecordCosts<Record>,
  records: readonly Record[],
  maxSteps = MAX_INPUT_STEPS,
): Record[][] {
  const stepsOf = (record: Record): number => costs.stepsOf(record)
  const parts = records.flatMap((record) => (stepsOf(record) > maxSteps ? costs.split(record, maxSteps) : [record]))
  return packRuns(parts, stepsOf, { maxSize: maxSteps })
}

/** What a document costs. */
export function blockSteps(block: Uint8Array): number {
  return DOCUMENT_STEPS + Math.ceil(block.length / DOCUMENT_BYTES_PER_STEP)
}

/** What a document costs that comes after another one by its author. */
export function followingBlockSteps(block: Uint8Array): number {
  return FOLLOWING_STEPS + Math.ceil(block.length / DOCUMENT_BYTES_PER_STEP)
}

/** What hashing a block costs. */
export function byteSteps(block: Uint8Array): number {
  return Math.ceil(block.length / BYTES_PER_STEP)
}

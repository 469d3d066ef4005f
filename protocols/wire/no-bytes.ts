/** The value of a field of bytes that is absent, for the code of protons. */

const NO_BYTES = new Uint8Array(0)

/**
 * One empty array for all, in place of `alloc`: a new one takes longer than the rest of a short record. It has no content that
 * anybody could change.
 */
export function noBytes(_length: 0): Uint8Array<ArrayBuffer> {
  return NO_BYTES
}

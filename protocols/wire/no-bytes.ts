/**
 * The value of a field of bytes that is absent: one for all, as an empty array of its own takes longer than the rest of a
 * short record. It has no content that anybody could change. Takes the place of `alloc` in the code of protons.
 */
const NO_BYTES = new Uint8Array(0)

export function noBytes(_length: 0): Uint8Array<ArrayBuffer> {
  return NO_BYTES
}

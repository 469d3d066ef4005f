/** Keys of what has no id yet. */

const KEY_BYTES = 16

/** A key that nothing else has. Pages that are not encrypted have no `crypto.randomUUID`. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

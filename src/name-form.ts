/** Names of rooms and authors, which are shown in lists, typed in commands, and printed by other nodes. */

/** Whether a value is a non-blank text of at most `maxBytes` bytes without control characters. */
export function isName(name: unknown, maxBytes: number): name is string {
  return typeof name === 'string' && name.trim() !== '' && !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= maxBytes
}

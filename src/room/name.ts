/** Names of rooms and authors, which are shown in lists, typed in commands, and printed by other nodes. */

/** Whether a value is a text of at most `maxBytes` bytes that is not blank and has no control characters. */
export function isName(name: unknown, maxBytes: number): name is string {
  return typeof name === 'string' && name.trim() !== '' && !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= maxBytes
}

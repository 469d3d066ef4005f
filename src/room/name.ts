/** Names of rooms and authors: shown in lists, typed in commands, printed by others. */

/** Whether it is text with something to see in it, without control characters, of at most so many bytes. */
export function isName(name: unknown, maxBytes: number): name is string {
  return typeof name === 'string' && name.trim() !== '' && !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= maxBytes
}

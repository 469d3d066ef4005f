/** Numbers for people. */

/** A number with its digits in groups, such as 41,200: alike in every language, as are the texts around it. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

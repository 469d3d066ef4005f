/** Looks for words in what a node has on its disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** All files of a folder and those below. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path.toString()))
    .filter((path) => statSync(path).isFile())
}

/** Those words that are somewhere in a folder, as they are or as UTF-16, with their files. */
export function found(folder: string, words: readonly string[]): string[] {
  return filesIn(folder).flatMap((path) => {
    const content = readFileSync(path)
    return words
      .filter((word) => content.includes(word) || content.includes(Buffer.from(word, 'utf16le')))
      .map((word) => `${word} in ${path}`)
  })
}

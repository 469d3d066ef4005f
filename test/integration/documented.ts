/** Examples in the documents of the project, for the tests that run them. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The blocks of a document in one language. */
export function blocksOf(path: string, language: string): string[] {
  const text = readFileSync(join(PROJECT, path), 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => block)
}

/** The `kith` command lines of a block, as arguments. */
export function commandsOf(block: string): string[][] {
  return block
    .split('\n')
    .filter((line) => line.startsWith('npx kith '))
    .map((line) => line.replace(/#.*/, '').trim())
    .map((line) =>
      [...line.slice('npx kith '.length).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
    )
}

/** Makes the package one that code in a folder can import. */
export function installInto(folder: string): void {
  const installed = join(folder, 'node_modules/@kith-p2p/kith')
  mkdirSync(dirname(installed), { recursive: true })
  symlinkSync(PROJECT, installed)
}

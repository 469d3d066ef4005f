/** What the texts for contributors name is there. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const TOP_FOLDERS = /^(\.ci|bin|docs|examples|protocols|scripts|src|test)\//

/** Paths in backticks, without placeholders such as `measure-….ts`. */
function namedPaths(text: string): string[] {
  const words = [...text.matchAll(/`([^`\s]+)`/g)].map(([, word = '']) => word)
  return words.filter((word) => TOP_FOLDERS.test(word) && !word.includes('…'))
}

/** Targets of links to files of the project. */
function linkedPaths(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path)
}

function missing(paths: readonly string[]): string[] {
  return paths.filter((path) => !existsSync(join(ROOT, path)) && globSync(path, { cwd: ROOT }).length === 0)
}

test('every path that ARCHITECTURE.md names exists', () => {
  const paths = namedPaths(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'))
  expect(paths.length).toBeGreaterThan(50)
  expect(missing(paths)).toEqual([])
  expect(missing(['src/no-such-folder/', 'protocols/*/no-such-file'])).toHaveLength(2)
})

test.each(globSync('*.md', { cwd: ROOT }))('every link of %s leads somewhere', (name) => {
  expect(missing(linkedPaths(readFileSync(join(ROOT, name), 'utf8')))).toEqual([])
})

test('ARCHITECTURE.md names every folder of the program', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const folders = globSync('{src,protocols,test}/*/', { cwd: ROOT })
  expect(folders.length).toBeGreaterThan(15)
  expect(folders.filter((folder) => !text.includes(`\`${folder.replace(/\/$/, '')}/\``))).toEqual([])
})

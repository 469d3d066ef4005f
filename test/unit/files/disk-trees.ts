/** Files and folders on disk, as values. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { exportDag } from '../../../src/files/export-path.ts'

/** A file, or a folder by the names in it. */
export type Tree = string | Uint8Array | { [name: string]: Tree }

function isFile(tree: Tree): tree is string | Uint8Array {
  return typeof tree === 'string' || tree instanceof Uint8Array
}

export async function makeTree(path: string, tree: Tree): Promise<void> {
  if (isFile(tree)) return writeFile(path, tree)
  await mkdir(path)
  for (const [name, below] of Object.entries(tree)) await makeTree(join(path, name), below)
}

/** What is at a path, with the content of files as hex. */
export async function readTree(path: string): Promise<Tree> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTDIR') throw error
    return undefined
  })
  if (names === undefined) return (await readFile(path)).toString('hex')
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readTree(join(path, name))])))
}

/** A tree in the form of `readTree`. */
export function hexTree(tree: Tree): Tree {
  if (isFile(tree)) return Buffer.from(tree as Uint8Array).toString('hex')
  return Object.fromEntries(Object.entries(tree).map(([name, below]) => [name, hexTree(below)]))
}

/** Exports; what is thrown must be a KithError with a code, in one line, and leave the folder as it was. */
export async function expectRefusedExport(
  folder: string,
  args: Parameters<typeof exportDag>,
  code: string,
  words: string,
): Promise<void> {
  const before = await readTree(folder)
  const error: unknown = await exportDag(...args).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'KithError', code, message: expect.stringContaining(words) as string })
  expect((error as Error).message).not.toContain('\n')
  expect(await readTree(folder)).toEqual(before)
}

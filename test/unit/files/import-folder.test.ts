/** Folders whose contents come as bytes: the same DAGs as those of folders on the disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../../protocols/file/constants.ts'
import { importEntries } from '../../../src/files/import-folder.ts'
import { importPath } from '../../../src/files/import-path.ts'
import type { FolderEntry } from '../../../src/kith.ts'
import { trees } from './arbitrary-trees.ts'
import { makeTree, type Tree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-folder-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Its entries in the order in which they stand there, and the bytes of its files. */
function flat(tree: Tree, path: string[] = []): { entry: FolderEntry; bytes: Uint8Array }[] {
  if (typeof tree === 'string' || tree instanceof Uint8Array) {
    const bytes = Buffer.from(tree as string)
    return [{ entry: { path, sizeBytes: bytes.length }, bytes }]
  }
  const inside = Object.entries(tree).flatMap(([name, below]) => flat(below, [...path, name]))
  return inside.length > 0 || path.length === 0 ? inside : [{ entry: { path }, bytes: new Uint8Array(0) }]
}

async function* piecesOf(content: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += pieceBytes) {
    yield await Promise.resolve(content.subarray(at, at + pieceBytes))
  }
}

function importTree(tree: Tree, pieceBytes: number, name = 'Trip') {
  const files = flat(tree)
  const content = piecesOf(Buffer.concat(files.map(({ bytes }) => bytes)), pieceBytes)
  return importEntries(
    files.map(({ entry }) => entry),
    content,
    new MemoryBlocks(),
    { name },
  )
}

const importList = (entries: FolderEntry[], content = Buffer.from('')) =>
  importEntries(entries, piecesOf(content, 3), new MemoryBlocks(), { name: 'Trip' })

const file = (path: string, sizeBytes = 0): FolderEntry => ({ path: path.split('/'), sizeBytes })

describe('a folder that comes as bytes', () => {
  it('has the id that it has on the disk', async () => {
    let run = 0
    const folders = trees.filter((tree) => !(typeof tree === 'string' || tree instanceof Uint8Array))
    await fc.assert(
      fc.asyncProperty(folders, fc.constantFrom(1_000, 100_000), async (tree, pieceBytes) => {
        const path = join(folder, String(run++))
        await makeTree(path, tree)
        const onDisk = await importPath(path, new MemoryBlocks(), { name: 'Trip' })
        expect(await importTree(tree, pieceBytes)).toEqual(onDisk)
      }),
      { numRuns: 40 },
    )
  })

  it.each<[string, FolderEntry[], string]>([
    ['a path without a name', [{ path: [], sizeBytes: 0 }], 'bad-value'],
    ['a file twice', [file('a'), file('a')], 'bad-value'],
    ['a file that is a folder', [file('a'), file('a/b')], 'bad-value'],
    ['a folder that is a file', [file('a/b'), file('a')], 'bad-value'],
    ['a name that leads out', [file('../b')], 'bad-name'],
    ['a slash in a name', [{ path: ['a/b'], sizeBytes: 0 }], 'bad-name'],
    ['names that are one name elsewhere', [file('in/A'), file('in/a')], 'bad-name'],
    ['a file that is too deep', [file(`${'a/'.repeat(MAX_FOLDER_DEPTH)}b`)], 'too-large'],
  ])('is refused for %s', async (_what, entries, code) => {
    await expect(importList(entries)).rejects.toMatchObject({ code })
  })

  it('says all that is wrong at once, and reads nothing before', async () => {
    const content = { [Symbol.asyncIterator]: () => expect.fail('it was read') }
    const entries = [file('con'), file(`${'a/'.repeat(MAX_FOLDER_DEPTH)}b`), file('in/what?'), file('fine')]
    const adding = importEntries(entries, content as never, new MemoryBlocks(), { name: 'Trip' })
    await expect(adding).rejects.toMatchObject({
      message: expect.stringMatching(/3 reasons: .*"con".*"what\?".* nested more than/) as string,
    })
  })

  it('is refused for too many entries', async () => {
    const entries = Array.from({ length: MAX_FOLDER_ENTRIES + 1 }, (_, i) => file(`f${i}`))
    await expect(importList(entries)).rejects.toMatchObject({ code: 'too-large' })
  })

  it.each([
    ['fewer', 2],
    ['more', 4],
  ])('is refused for %s bytes than its files have', async (_how, sizeBytes) => {
    await expect(importList([file('a', 3)], Buffer.alloc(sizeBytes))).rejects.toMatchObject({ code: 'bad-value' })
  })
})

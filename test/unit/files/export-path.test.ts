import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentOf } from '../../../protocols/ensure-map/links.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../../protocols/wire/ids.ts'
import { CHUNK_BYTES } from '../../../protocols/file/constants.ts'
import { fileSizeOf } from '../../../src/files/dag-node.ts'
import { exportDag, type ExportOptions } from '../../../src/files/export-path.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { trees } from './arbitrary-trees.ts'
import { expectRefusedExport, hexTree, makeTree, readTree, type Tree } from './disk-trees.ts'
import { inlineId, MemoryBlocks } from './memory-blocks.ts'

let folder: string
let path: string
let blocks: MemoryBlocks

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-export-'))
  path = join(folder, 'it')
  blocks = new MemoryBlocks()
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function expectRefused(id: BlockId, code: string, words: string, options: ExportOptions = {}): Promise<void> {
  return expectRefusedExport(folder, [id, blocks, path, options], code, words)
}

describe('blocks within CIDs, as `ipfs add --inline` makes them', () => {
  it('are files, parts of files and folders like others', async () => {
    const part = blocks.get(blocks.file([[inlineId('raw', 'in a '), 5]], ''))
    const file = blocks.file([
      [inlineId('dag-pb', part), 5],
      [blocks.raw('block'), 5],
    ])
    const inner = blocks.get(blocks.folder([['c', blocks.raw('c')]]))
    const root = blocks.folder([
      ['a', inlineId('raw', 'hello')],
      ['b', file],
      ['empty', inlineId('raw', '')],
      ['inner', inlineId('dag-pb', inner)],
    ])
    await exportDag(root, blocks, path)
    const expected: Tree = { a: 'hello', b: 'in a block', empty: '', inner: { c: 'c' } }
    expect(await readTree(path)).toEqual(hexTree(expected))
  })

  it('make the want complete with what they link to', () => {
    const inner = blocks.get(blocks.folder([['c', blocks.raw('c')]]))
    const root = blocks.folder([
      ['a', inlineId('raw', 'hello')],
      ['inner', inlineId('dag-pb', inner)],
    ])
    expect(contentOf(root, blocks.get(root)).links).toEqual([blocks.raw('c')])
  })
})

describe('a file or folder', () => {
  it('survives a round trip', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const [from, to] = [join(folder, 'from'), join(folder, 'to')]
        await makeTree(from, tree)
        const { id, type, sizeBytes } = await importPath(from, blocks)
        const done: number[] = [0]
        await exportDag(id, blocks, to, { expected: { type, sizeBytes }, onProgress: (bytes) => done.push(bytes) })
        expect(await readTree(to)).toEqual(hexTree(tree))
        expect(done.at(-1)).toBe(sizeBytes)
        expect((await importPath(to, blocks)).id).toBe(id)
        expect((await readdir(folder)).sort()).toEqual(['from', 'to'])
        await Promise.all([from, to].map((at) => rm(at, { recursive: true })))
      }),
      { numRuns: 60 },
    )
  })

  it('survives a round trip if it is sharded', async () => {
    const tree = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [String(i).padStart(220, '0'), String(i)]))
    await makeTree(join(folder, 'from'), tree)
    const { id } = await importPath(join(folder, 'from'), blocks)
    expect(fileSizeOf(id, blocks.get(id))).toBeUndefined()
    await exportDag(id, blocks, path)
    expect(await readTree(path)).toEqual(hexTree(tree))
  })

  it('may be cut in other ways: other layouts, bytes within nodes, CIDv0, fewer ways in a shard', async () => {
    const inner = blocks.file(
      [
        [blocks.raw('cc'), 2],
        [blocks.file([], 'ddd'), 3],
      ],
      'b',
    )
    const file = blocks.file(
      [
        [blocks.file([]), 0],
        [inner, 6],
        [blocks.node({ type: 'raw', data: Buffer.from('e') }, []), 1],
      ],
      'a',
    )
    expect(fileSizeOf(file, blocks.get(file))).toBe(8)
    const old = cidOf(file).toV0().toString() as BlockId
    const deep = blocks.shard([['3x', blocks.raw('x')]], 8)
    const shard = blocks.shard(
      [
        ['0', deep],
        ['7ünder', old],
      ],
      8,
    )
    await exportDag(
      blocks.folder([
        ['shard', shard],
        ['none', blocks.shard([])],
      ]),
      blocks,
      path,
    )
    expect(await readTree(path)).toEqual(hexTree({ none: {}, shard: { x: 'x', ünder: 'abccddde' } }))
  })

  it('is written a few blocks at a time, as fast as the disk allows', async () => {
    const parts = Array.from({ length: 64 }, (_, i) => [blocks.raw(Buffer.alloc(CHUNK_BYTES, i)), CHUNK_BYTES] as const)
    const id = blocks.file(parts)
    let got = 0
    let most = 0
    const source = { get: (part: BlockId) => (got++, blocks.get(part)) }
    await exportDag(id, source, path, { onProgress: (bytes) => (most = Math.max(most, got - bytes / CHUNK_BYTES)) })
    expect(got).toBe(65)
    expect(most).toBeLessThanOrEqual(2)
  })
})

describe('what is already there', () => {
  it('stays, unless a file is to be overwritten', async () => {
    const id = blocks.raw('new')
    await writeFile(path, 'old')
    await expectRefused(id, 'file-exists', path)
    await exportDag(id, blocks, path, { overwrite: true })
    expect(await readFile(path, 'utf8')).toBe('new')
    await expectRefused(blocks.folder([]), 'file-exists', path, { overwrite: true })
  })

  it.each<[string, Tree]>([
    ['an empty folder', {}],
    ['a folder', { a: 'a' }],
  ])('stays if it is %s', async (_what, tree) => {
    await makeTree(path, tree)
    for (const overwrite of [false, true]) {
      await expectRefused(blocks.raw('new'), 'file-exists', path, { overwrite })
      await expectRefused(blocks.folder([['b', blocks.raw('b')]]), 'file-exists', path, { overwrite })
    }
  })

  it('stays if it is a link or a device, and is not written through', async () => {
    await writeFile(join(folder, 'pointed to'), 'old')
    await symlink(join(folder, 'pointed to'), path)
    for (const overwrite of [false, true]) await expectRefused(blocks.raw('new'), 'file-exists', path, { overwrite })
    await rm(path)
    await symlink(join(folder, 'nowhere'), path)
    const outcome = exportDag(blocks.raw('new'), blocks, path, { overwrite: true })
    await expect(outcome).rejects.toMatchObject({ code: 'file-exists' })
    expect(await readdir(folder)).toEqual(['it', 'pointed to'])
    await expect(exportDag(blocks.raw('new'), blocks, '/dev/null', { overwrite: true })).rejects.toMatchObject({
      code: 'file-exists',
    })
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  it.each<[string, Tree]>([
    ['a file', 'in between'],
    ['a folder', { with: 'something' }],
  ])('stays if %s was made meanwhile', async (_what, tree) => {
    const made = blocks.folder([['a', blocks.raw('a')]])
    for (const id of [blocks.raw('new'), made]) {
      const onProgress = (): void => {
        execFileSync('cp', ['-r', join(folder, 'other'), path])
      }
      await makeTree(join(folder, 'other'), tree)
      await expect(exportDag(id, blocks, path, { onProgress })).rejects.toMatchObject({ code: 'file-exists' })
      expect(await readTree(folder)).toEqual(hexTree({ it: tree, other: tree }))
      await rm(path, { recursive: true })
      await rm(join(folder, 'other'), { recursive: true })
    }
  })

  it('is replaced by only one of two that save to the same place at once', async () => {
    const ids = [blocks.raw('first'), blocks.raw('second')]
    const outcomes = await Promise.allSettled(ids.map((id) => exportDag(id, blocks, path)))
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
    expect(refused).toEqual([expect.objectContaining({ code: 'file-exists' })])
    expect(['first', 'second']).toContain(await readFile(path, 'utf8'))
    expect(await readdir(folder)).toEqual(['it'])
  })
})

describe('a place', () => {
  it('whose folder does not exist, or is not a folder, is refused', async () => {
    path = join(folder, 'nowhere', 'it')
    await expectRefused(blocks.raw('x'), 'bad-path', `cannot write ${path}: no such file or directory`)
    await writeFile(join(folder, 'file'), '')
    path = join(folder, 'file', 'it')
    await expectRefused(blocks.raw('x'), 'bad-path', `${join(folder, 'file')} is not a folder`)
  })

  it('that the system does not accept is refused', async () => {
    path = join(folder, 'a'.repeat(300))
    await expectRefused(blocks.raw('x'), 'bad-path', `cannot write ${path}: name too long`)
    await expect(exportDag(blocks.raw('x'), blocks, '/proc/kith')).rejects.toMatchObject({ code: 'bad-path' })
  })

  it('on a full disk is left empty', async (ctx) => {
    const disk = join(folder, 'disk')
    await mkdir(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'pipe' })
    } catch (error) {
      ctx.skip(`cannot mount a small disk here: ${String(error).split('\n')[0]}`)
    }
    const parts = Array.from({ length: 8 }, (_, i) => [blocks.raw(Buffer.alloc(CHUNK_BYTES, i)), CHUNK_BYTES] as const)
    const file = blocks.file(parts)
    path = join(disk, 'it')
    try {
      for (const id of [
        file,
        blocks.folder([
          ['a', blocks.raw('a')],
          ['b', file],
        ]),
      ]) {
        await expect(exportDag(id, blocks, path)).rejects.toMatchObject({
          code: 'disk-full',
          message: `cannot write ${path}: no space left on device: free some space, or use another disk`,
        })
        expect(await readdir(disk)).toEqual([])
      }
    } finally {
      execFileSync('umount', ['--lazy', disk])
    }
  })
})

describe('an export that ends early leaves nothing behind:', () => {
  it('by its signal', async () => {
    const part = blocks.raw(Buffer.alloc(CHUNK_BYTES))
    const file = blocks.file(Array.from({ length: 50 }, () => [part, CHUNK_BYTES]))
    for (const id of [file, blocks.folder([['a', file]])]) {
      const controller = new AbortController()
      const reason = new Error('changed my mind')
      const onProgress = (bytes: number): void => {
        expect(bytes).toBeLessThanOrEqual(3 * CHUNK_BYTES)
        if (bytes === 3 * CHUNK_BYTES) controller.abort(reason)
      }
      await expect(exportDag(id, blocks, path, { onProgress, signal: controller.signal })).rejects.toBe(reason)
      await expect(exportDag(id, blocks, path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      expect(await readdir(folder)).toEqual([])
    }
  })

  it('by its signal, if there is no file to write', async () => {
    const [last, sub] = [blocks.folder([['a', blocks.folder([])]]), blocks.folder([])]
    const id = blocks.folder([
      ['1', sub],
      ['2', last],
    ])
    const controller = new AbortController()
    const got: BlockId[] = []
    const source = {
      get: (part: BlockId) => {
        if (got.push(part) === 2) controller.abort()
        return blocks.get(part)
      },
    }
    await expect(exportDag(id, source, path, { signal: controller.signal })).rejects.toThrow('aborted')
    expect(got).toEqual([id, sub])
    expect(await readdir(folder)).toEqual([])
  })

  it('by its source', async () => {
    const missing = blockIdOf('raw', Buffer.from('12'))
    const id = blocks.folder([
      ['a', blocks.raw('a')],
      [
        'b',
        blocks.file([
          [blocks.raw('1'), 1],
          [missing, 2],
        ]),
      ],
    ])
    await expect(exportDag(id, blocks, path)).rejects.toThrow(`block ${missing} is not here`)
    expect(await readdir(folder)).toEqual([])
  })
})

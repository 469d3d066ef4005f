import fc from 'fast-check'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { MAX_INLINE_BYTES } from '../../../protocols/wire/limits.ts'
import { CHUNK_BYTES, MAX_FILE_DEPTH, MAX_FOLDER_DEPTH } from '../../../protocols/file/constants.ts'
import { fileSizeOf } from '../../../src/files/dag-node.ts'
import { grouped } from '../../../src/grouped.ts'
import { exportDag, type ExportOptions } from '../../../src/files/export-path.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { expectRefusedExport, makeTree } from './disk-trees.ts'
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

describe('a DAG that is not as announced', () => {
  const expected = (sizeBytes: number, type: 'file' | 'folder' = 'file'): ExportOptions => ({
    expected: { type, sizeBytes },
  })

  it('is refused: a file with other sizes', async () => {
    for (const id of [blocks.raw('12345'), blocks.file([[blocks.raw('123'), 3]], '45')]) {
      for (const sizeBytes of [0, 4, 6, Number.MAX_SAFE_INTEGER]) {
        await expectRefused(id, 'bad-file', `the ${grouped(sizeBytes)} bytes`, expected(sizeBytes))
      }
      await exportDag(id, blocks, path, expected(5))
      await rm(path)
    }
  })

  it('is refused: a file with other sizes, before more of it is read', async () => {
    const id = blocks.file([[blockIdOf('raw', Buffer.from('not here')), 8]])
    for (const sizeBytes of [7, 9]) await expectRefused(id, 'bad-file', `the ${sizeBytes} bytes`, expected(sizeBytes))
  })

  it('is refused: a folder with other sizes, and before a file is read that is too much', async () => {
    const large = blocks.file([[blockIdOf('raw', Buffer.from('not here')), 2 ** 40]])
    const id = blocks.folder([
      ['a', blocks.raw('12')],
      ['b', blocks.folder([['c', blocks.raw('345')]])],
    ])
    for (const sizeBytes of [0, 2, 4, 6]) await expectRefused(id, 'bad-file', 'bytes', expected(sizeBytes, 'folder'))
    await expectRefused(blocks.folder([['a', large]]), 'bad-file', 'bytes', expected(2 ** 40 - 1, 'folder'))
    await exportDag(id, blocks, path, expected(5, 'folder'))
  })

  it('is refused: a file for a folder and a folder for a file', async () => {
    await expectRefused(blocks.raw(''), 'bad-file', 'it is a file', expected(0, 'folder'))
    await expectRefused(blocks.folder([]), 'bad-file', 'it is a folder', expected(0))
    await expectRefused(blocks.shard([]), 'bad-file', 'it is a folder', expected(0))
  })

  it('is refused: parts that are longer or shorter than their parent says', async () => {
    const part = blocks.raw('123')
    for (const sizeBytes of [1, 2, 4, 2 ** 50]) {
      await expectRefused(blocks.file([[part, sizeBytes]]), 'bad-file', 'does not have the size')
      const inner = blocks.file([[part, sizeBytes]])
      await expectRefused(
        blocks.file([
          [part, 3],
          [inner, sizeBytes],
        ]),
        'bad-file',
        'does not have the size',
      )
      await expectRefused(blocks.file([[inner, 3]]), 'bad-file', 'does not have the size')
    }
  })

  it('is refused: sizes that do not match the links, or are not numbers', async () => {
    const part = blocks.raw('1')
    const without = blocks.node({ type: 'file', blockSizes: [1n] }, [
      ['', part],
      ['', part],
    ])
    await expectRefused(without, 'bad-file', 'impossible sizes')
    const huge = blocks.node({ type: 'file', blockSizes: [2n ** 53n] }, [['', part]])
    await expectRefused(huge, 'bad-file', 'impossible sizes')
    expect(() => fileSizeOf(huge, blocks.get(huge))).toThrow(expect.objectContaining({ code: 'bad-file' }))
  })

  it('is refused: anything but UnixFS files and folders', async () => {
    await expectRefused(blocks.add('dag-cbor', Buffer.from('80', 'hex')), 'bad-file', 'not part of a file')
    await expectRefused(blocks.add('dag-pb', Buffer.from('garbage')), 'bad-file', 'not UnixFS')
    await expectRefused(blocks.add('dag-pb', Buffer.from('0a03080980', 'hex')), 'bad-file', 'not UnixFS')
    await expectRefused(blocks.add('dag-pb', new Uint8Array(0)), 'bad-file', 'not UnixFS')
    await expectRefused(blocks.node({ type: 'symlink', data: Buffer.from('/etc/passwd') }, []), 'bad-file', 'symlink')
    await expectRefused(blocks.node({ type: 'metadata' }, []), 'bad-file', 'metadata')
    const link = blocks.node({ type: 'symlink', data: Buffer.from('..') }, [])
    await expectRefused(
      blocks.folder([
        ['a', blocks.raw('a')],
        ['link', link],
      ]),
      'bad-file',
      'symlink',
    )
    await expectRefused(blocks.file([[blocks.folder([]), 1]]), 'bad-file', 'not part of a file')
  })

  it('is refused: blocks within CIDs that are too large, or not what their parent says', async () => {
    const content = 'x'.repeat(MAX_INLINE_BYTES)
    await expectRefused(blocks.file([[inlineId('raw', `${content}x`), 129]]), 'bad-file', 'cannot be fetched')
    await expectRefused(blocks.file([[inlineId('raw', content), 127]]), 'bad-file', 'the size that its parent states')
    await expectRefused(blocks.folder([['a', inlineId('dag-pb', content)]]), 'bad-file', 'not UnixFS')
    await expectRefused(blocks.folder([['a', inlineId('dag-cbor', '\x80')]]), 'bad-file', 'not part of a file')
  })

  it.each([
    '',
    '.',
    '..',
    '../up',
    '/etc/cron.d/x',
    'a/b',
    'a\\b',
    'a\0',
    'NUL',
    'a\u202eb',
    'a\n',
    `${'a'.repeat(256)}`,
  ])('is refused: %j in a folder', async (name) => {
    await expectRefused(
      blocks.folder([
        ['good', blocks.raw('x')],
        [name, blocks.raw('x')],
      ]),
      'bad-file',
      'the name ',
    )
    await expectRefused(blocks.folder([['sub', blocks.folder([[name, blocks.folder([])]])]]), 'bad-file', 'the name ')
    if (name !== '') await expectRefused(blocks.shard([[`00${name}`, blocks.raw('x')]]), 'bad-file', 'the name ')
    expect(await readdir(dirname(folder))).not.toContain('up')
  })

  it('is refused: two entries with the same name', async () => {
    const [a, b] = [blocks.raw('a'), blocks.raw('b')]
    await expectRefused(
      blocks.folder([
        ['x', a],
        ['x', b],
      ]),
      'bad-file',
      'twice',
    )
    await expectRefused(
      blocks.shard([
        ['00x', a],
        ['01', blocks.shard([['FFx', b]])],
      ]),
      'bad-file',
      'twice',
    )
  })

  it('is refused: shards that lead nowhere, contain other things, or have impossible numbers', async () => {
    const empty = blocks.shard([])
    await expectRefused(blocks.shard([['00', empty]]), 'bad-file', 'not part of a folder')
    await expectRefused(blocks.shard([['00', blocks.raw('x')]]), 'bad-file', 'not part of a folder')
    await expectRefused(blocks.shard([['00', blocks.folder([])]]), 'bad-file', 'not part of a folder')
    for (const fanout of [0, 1, 7, 12, 2048, 2 ** 40])
      await expectRefused(blocks.shard([], fanout), 'bad-file', 'fanout')
    await expectRefused(blocks.node({ type: 'hamt-sharded-directory' }, []), 'bad-file', 'fanout')
  })
})

describe('what would never end is refused:', () => {
  const nested = (levels: number, from: BlockId, above: (below: BlockId) => BlockId): BlockId =>
    levels === 0 ? from : above(nested(levels - 1, from, above))

  it('folders too deep', async () => {
    const above = (below: BlockId): BlockId => blocks.folder([['d', below]])
    await exportDag(nested(MAX_FOLDER_DEPTH, blocks.folder([]), above), blocks, path)
    await rm(path, { recursive: true })
    await expectRefused(nested(MAX_FOLDER_DEPTH + 1, blocks.folder([]), above), 'bad-file', 'nested more than')
  })

  it('a file too deep', async () => {
    const above = (below: BlockId): BlockId => blocks.file([[below, 1]])
    await exportDag(nested(MAX_FILE_DEPTH, blocks.raw('x'), above), blocks, path)
    await rm(path)
    await expectRefused(nested(MAX_FILE_DEPTH + 1, blocks.raw('x'), above), 'bad-file', 'deep')
  })

  it('shards too deep', async () => {
    const above = (below: BlockId): BlockId => blocks.shard([['00', below]])
    await exportDag(nested(22, blocks.shard([['00x', blocks.raw('x')]]), above), blocks, path)
    await rm(path, { recursive: true })
    await expectRefused(nested(23, blocks.shard([['00x', blocks.raw('x')]]), above), 'bad-file', 'deep')
  })

  it('the same shard again and again', async () => {
    const leaf = blocks.shard([['00x', blocks.raw('x')]])
    const bomb = nested(20, leaf, (below) => blocks.shard(['00', '01', '02', '03'].map((index) => [index, below])))
    await expectRefused(bomb, 'bad-file', 'twice')
  })

  it('the same empty part again and again, which is not even read', async () => {
    const bomb = nested(60, blocks.file([]), (below) => blocks.file(Array.from({ length: 8 }, () => [below, 0])))
    const a = blocks.raw('a')
    await exportDag(
      blocks.file([
        [a, 1],
        [bomb, 0],
        [a, 1],
      ]),
      blocks,
      path,
    )
    expect(await readFile(path, 'utf8')).toBe('aa')
  })
})

it('any changed block is found or changes the result, and nothing is left behind', async () => {
  await makeTree(join(folder, 'from'), { a: 'a', b: { c: Buffer.alloc(2 * CHUNK_BYTES), d: {} } })
  const { id, sizeBytes } = await importPath(join(folder, 'from'), blocks)
  const wide = blocks.shard([
    ['00x', id],
    ['01', blocks.shard([['00y', blocks.raw('y')]])],
  ])
  const nodes = [...blocks.blocks].filter(([, block]) => block.length < 1000)
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.nat(nodes.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, flip) => {
      const [changed, block] = nodes[which]!
      const other = Uint8Array.from(block)
      other[at % other.length]! ^= flip
      const source = { get: (part: BlockId) => (part === changed ? other : blocks.get(part)) }
      const options = { expected: { type: 'folder' as const, sizeBytes: sizeBytes + 1 } }
      const outcome = await exportDag(wide, source, path, options).then(
        () => 'saved',
        (error: Error & { code?: string }) => error.code ?? error.message.replace(/block .* is/, 'a block is'),
      )
      outcomes.add(outcome)
      await rm(path, { recursive: true, force: true })
      expect(await readdir(folder)).toEqual(['from'])
    }),
    { numRuns: 300 },
  )
  // A changed link leads to a block that does not exist.
  expect([...outcomes].sort()).toEqual(['a block is not here', 'bad-file', 'saved'])
})

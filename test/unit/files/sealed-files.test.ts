/** Files and folders that are sealed when they are added, and opened when they are saved. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentOf } from '../../../protocols/ensure-map/links.ts'
import { BLOCK_TAG_BYTES, CHUNK_BYTES, FILE_KEY_BYTES } from '../../../protocols/file/constants.ts'
import { codecOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { exportDag } from '../../../src/files/export-path.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { SealingSink } from '../../../src/files/sealing-sink.ts'
import { trees } from './arbitrary-trees.ts'
import { expectRefusedExport, hexTree, makeTree, readTree, type Tree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

/** The most that ensure map moves in one block. */
const MAX_BLOCK_BYTES = 1_044_480

let folder: string
let from: string
let to: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-sealed-'))
  from = join(folder, 'from')
  to = join(folder, 'to')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Adds what is at a path with a key of its own. */
async function sealedImport(path: string) {
  const blocks = new MemoryBlocks()
  const { id, type, sizeBytes, sealing } = await importPath(path, blocks, { fileKey: randomBytes(FILE_KEY_BYTES) })
  if (sealing === undefined) throw new Error('it is not sealed')
  return { id, blocks, options: { sealing, expected: { type, sizeBytes } } }
}

/** All blocks that whoever has no key finds from a root on. */
function reachable(root: BlockId, blocks: MemoryBlocks): Set<BlockId> {
  const found = new Set([root])
  for (const id of found) for (const link of contentOf(id, blocks.get(id)).links) found.add(link)
  return found
}

/** A folder of more than one block, with files of several. */
const wide: Tree = {
  ...Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [String(i).padStart(220, '0'), String(i % 7)])),
  'two of a block': Buffer.alloc(2 * CHUNK_BYTES, 1),
  'levels of blocks': Buffer.alloc(200 * CHUNK_BYTES, 'a text that does not repeat in step with blocks'),
}

describe('a sealed file or folder', () => {
  it('survives a round trip, and is followed without the key', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        await makeTree(from, tree)
        const { id, blocks, options } = await sealedImport(from)
        expect(reachable(id, blocks)).toEqual(new Set(blocks.blocks.keys()))
        const plain = new MemoryBlocks()
        expect((await importPath(from, plain)).id).toBe(options.sealing.root)
        expect(blocks.blocks.size).toBe(plain.blocks.size)
        await exportDag(id, blocks, to, options)
        expect(await readTree(to)).toEqual(hexTree(tree))
        await Promise.all([from, to].map((at) => rm(at, { recursive: true })))
      }),
      { numRuns: 60 },
    )
  })

  it('survives a round trip in several levels of blocks, each of which fits into a record', async () => {
    await makeTree(from, wide)
    const { id, blocks, options } = await sealedImport(from)
    expect(reachable(id, blocks)).toEqual(new Set(blocks.blocks.keys()))
    for (const block of blocks.blocks.values()) expect(block.length).toBeLessThanOrEqual(MAX_BLOCK_BYTES)
    await exportDag(id, blocks, to, options)
    expect(await readTree(to)).toEqual(hexTree(wide))
  })

  it('fits into records if it is the widest folder of one block', async () => {
    // As sharding counts them, 39 bytes each.
    const names = Array.from({ length: 6_721 }, (_, i) => (i + 36 ** 2).toString(36))
    await makeTree(from, Object.fromEntries(names.map((name) => [name, ''])))
    const { id, blocks } = await sealedImport(from)
    expect(blocks.blocks.size).toBe(2)
    expect(blocks.get(id).length).toBeGreaterThan(590_000)
    expect(blocks.get(id).length).toBeLessThanOrEqual(MAX_BLOCK_BYTES)
  })

  it('has nothing in common with itself under another key, nor with what it was', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        await makeTree(from, tree)
        const plain = new MemoryBlocks()
        await importPath(from, plain)
        const first = await sealedImport(from)
        const second = await sealedImport(from)
        const counts = [plain, first.blocks, second.blocks].map(({ blocks }) => blocks.size)
        const all = new Set([plain, first.blocks, second.blocks].flatMap(({ blocks }) => [...blocks.keys()]))
        expect(all.size).toBe(counts.reduce((sum, count) => sum + count, 0))
        await rm(from, { recursive: true })
      }),
      { numRuns: 20 },
    )
  })

  it('shows neither names nor contents, nor the ids of before', async () => {
    const words = ['holiday', 'beach', 'all that was said at the beach']
    await makeTree(from, { holiday: { 'beach.txt': words[2]!.repeat(20_000), 'beach.md': words[2]! } })
    const plain = new MemoryBlocks()
    await importPath(from, plain)
    const { blocks } = await sealedImport(from)
    const seen = Buffer.concat([...blocks.blocks.values()])
    const known = Buffer.concat([...plain.blocks.values()])
    for (const word of words) expect([known.includes(word), seen.includes(word)]).toEqual([true, false])
    for (const id of plain.blocks.keys()) expect(seen.includes(id)).toBe(false)
  })

  it('has chunks as long as before, and 16 bytes', async () => {
    await writeFile(from, Buffer.alloc(CHUNK_BYTES + 1))
    const { blocks } = await sealedImport(from)
    const leaves = [...blocks.blocks].filter(([id]) => codecOf(id) === 'raw').map(([, block]) => block.length)
    expect(leaves).toEqual([CHUNK_BYTES + BLOCK_TAG_BYTES, 1 + BLOCK_TAG_BYTES])
  })

  it('that is changed anywhere is refused, and leaves nothing behind', async () => {
    await makeTree(from, { a: 'aa', sub: { b: Buffer.alloc(CHUNK_BYTES + 1, 'b') } })
    const { id, blocks, options } = await sealedImport(from)
    for (const [changed, block] of blocks.blocks) {
      const source = new MemoryBlocks()
      for (const [other, content] of blocks.blocks) source.blocks.set(other, content)
      const last = Uint8Array.from(block)
      last[last.length - 1]! ^= 1
      source.blocks.set(changed, last)
      await expectRefusedExport(folder, [id, source, to, options], 'bad-file', `block ${changed} does not open`)
    }
  })

  it('whose blocks are in the places of others is refused, and leaves nothing behind', async () => {
    await makeTree(from, { a: 'aa', b: 'bb', sub: { c: Buffer.alloc(CHUNK_BYTES + 1, 'c') }, other: { d: 'd' } })
    const { id, blocks, options } = await sealedImport(from)
    const ids = fc.constantFrom(...blocks.blocks.keys())
    await fc.assert(
      fc.asyncProperty(ids, ids, async (one, other) => {
        fc.pre(one !== other)
        const source = new MemoryBlocks()
        for (const [each, content] of blocks.blocks) source.blocks.set(each, content)
        source.blocks.set(one, blocks.get(other))
        await expectRefusedExport(folder, [id, source, to, options], 'bad-file', `block ${one} `)
      }),
      { numRuns: 40 },
    )
  })

  it('that is not here as a whole throws what the source throws, and leaves nothing behind', async () => {
    await makeTree(from, Buffer.alloc(2 * CHUNK_BYTES + 1, 'b'))
    const { id, blocks, options } = await sealedImport(from)
    const [lost = id] = blocks.blocks.keys()
    blocks.blocks.delete(lost)
    await expect(exportDag(id, blocks, to, options)).rejects.toThrow(`block ${lost} is not here`)
    expect(Object.keys(await readTree(folder))).toEqual(['from'])
  })

  it('is refused if its author says another size or type', async () => {
    await makeTree(from, 'hello')
    const { id, blocks, options } = await sealedImport(from)
    for (const expected of [
      { type: 'folder', sizeBytes: 5 },
      { type: 'file', sizeBytes: 21 },
    ] as const) {
      await expectRefusedExport(folder, [id, blocks, to, { ...options, expected }], 'bad-file', 'its author says')
    }
  })
})

describe('sealing', () => {
  it('remembers only what nothing links to yet, however large a file is', async () => {
    const chunks = 1_000
    const content = Buffer.alloc(chunks * CHUNK_BYTES)
    for (let i = 0; i < chunks; i++) content.writeUInt32LE(i + 1, i * CHUNK_BYTES)
    await writeFile(from, content)
    const sink = new SealingSink(randomBytes(FILE_KEY_BYTES), { put: () => Promise.resolve() })
    let most = 0
    const watched = {
      async put(id: BlockId, block: Uint8Array) {
        await sink.put(id, block)
        most = Math.max(most, sink.waiting)
      },
    }
    const { id } = await importPath(from, watched)
    // The chunks of one node and of the one before, whose block may be under way, and the nodes above them.
    expect(most).toBeLessThan(2 * 174 + 10)
    sink.take(id)
    expect(sink.waiting).toBe(0)
  })

  it('forgets everything in the end, however often something occurs', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        await makeTree(from, { one: tree, two: tree })
        const sink = new SealingSink(randomBytes(FILE_KEY_BYTES), { put: () => Promise.resolve() })
        const { id } = await importPath(from, sink)
        sink.take(id)
        expect(sink.waiting).toBe(0)
        expect(() => sink.take(id)).toThrow(TypeError)
        await rm(from, { recursive: true })
      }),
      { numRuns: 30 },
    )
  })

  it('has the progress of the file, and passes on what the sink threw', async () => {
    await writeFile(from, Buffer.alloc(2 * CHUNK_BYTES + 1))
    const done: number[] = []
    const fileKey = randomBytes(FILE_KEY_BYTES)
    await importPath(from, new MemoryBlocks(), { fileKey, onProgress: (bytes) => done.push(bytes) })
    expect(done).toEqual([CHUNK_BYTES, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1])
    const full = { put: () => Promise.reject(new Error('the store is full')) }
    await expect(importPath(from, full, { fileKey })).rejects.toThrow('the store is full')
  })
})

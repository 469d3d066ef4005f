import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { exporter } from 'ipfs-unixfs-exporter'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { codecOf, parseBlockId } from '../../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../../protocols/wire/ids.ts'
import { CHUNK_BYTES, MAX_FOLDER_DEPTH } from '../../../protocols/file/constants.ts'
import { BLOCKS_AT_ONCE, type BlockSink } from '../../../src/files/block-sink.ts'
import { MAX_LISTED } from '../../../src/files/offenders.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { makeTree, type Tree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

const NOTHING: BlockSink = { put: () => Promise.resolve() }

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-import-'))
  path = join(folder, 'it')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function idOf(tree: Tree): Promise<string> {
  await makeTree(path, tree)
  return (await importPath(path, NOTHING)).id
}

async function zeros(sizeBytes: number): Promise<void> {
  await writeFile(path, '')
  await truncate(path, sizeBytes)
}

/** A folder whose links have 256 bytes each, as sharding counts them: every other entry is a folder itself. */
function wideFolder(entries: number): Tree {
  const names = Array.from({ length: entries }, (_, i) => String(i).padStart(220, '0'))
  return Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? { f: String(i) } : String(i)]))
}

describe('an id is that of `ipfs add --cid-version=1` (Kubo 0.43.1, folders with -r -H):', () => {
  it.each<[string, Tree, string]>([
    ['no bytes', '', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
    ['a few bytes', 'hello world', 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'],
    ['an empty folder', {}, 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'],
    [
      'folders in folders',
      {
        'a.txt': 'hello\n',
        'empty.txt': '',
        '.hidden': 'hid',
        empty: {},
        sub: { zeros: new Uint8Array(300_000), deep: { 'ü é.txt': 'ü' } },
      },
      'bafybeih54sa7bzh7ihk245okhbosakljlv5qu4hxdesius4qiyprf7zrvi',
    ],
    ['a folder just not sharded', wideFolder(1024), 'bafybeifntiej73u3g4sd6pa4kzviwtrqiujnl7a2oo3amwmuizos7za4fy'],
    ['a sharded folder', wideFolder(1025), 'bafybeig7shk4rb2ftsflnzaq5zi77w76wnvvyri7pklgcxsqjrmjrd4gxm'],
  ])('%s', async (_what, tree, id) => {
    expect(await idOf(tree)).toBe(id)
  })

  it.each([
    [CHUNK_BYTES, 'bafkreiekhhjkxu4ztk3tyng3er3ijhg56mb44oe3gwbgquhzu4afrg2ksa'],
    [CHUNK_BYTES + 1, 'bafybeigllfqgfpqydppr6cmv56g7ax4wyhruzswvcefv6j5kj77nzttfki'],
    [174 * CHUNK_BYTES + 1, 'bafybeihqwzd3o6q6v3pmwhzjy22vokhr767burokmqemg63hptx2nqd7ym'],
  ])('%i zeros', async (sizeBytes, id) => {
    await zeros(sizeBytes)
    expect(await importPath(path, NOTHING)).toEqual({ id, type: 'file', name: 'it', sizeBytes })
  })
})

/** The bytes of the id of a file, assembled from the specs of dag-pb and UnixFS alone. */
function reckonedId(content: Uint8Array): string {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
  const field = (number: number, bytes: readonly number[]): number[] => [
    number * 8 + 2,
    ...varint(bytes.length),
    ...bytes,
  ]
  const cid = (codec: number, block: readonly number[]): number[] => [
    ...[1, codec, 0x12, 32],
    ...createHash('sha256').update(Uint8Array.from(block)).digest(),
  ]
  interface Part {
    cid: number[]
    fileBytes: number
    dagBytes: number
  }
  let parts: Part[] = []
  for (let at = 0; at < content.length; at += CHUNK_BYTES) {
    const block = [...content.subarray(at, at + CHUNK_BYTES)]
    parts.push({ cid: cid(0x55, block), fileBytes: block.length, dagBytes: block.length })
  }
  while (parts.length > 1) {
    const parents: Part[] = []
    for (let at = 0; at < parts.length; at += 174) {
      const children = parts.slice(at, at + 174)
      const fileBytes = children.reduce((sum, child) => sum + child.fileBytes, 0)
      const links = children.flatMap((child) =>
        field(2, [...field(1, child.cid), ...field(2, []), 0x18, ...varint(child.dagBytes)]),
      )
      const sizes = children.flatMap((child) => [0x20, ...varint(child.fileBytes)])
      const block = [...links, ...field(1, [8, 2, 0x18, ...varint(fileBytes), ...sizes])]
      const dagBytes = block.length + children.reduce((sum, child) => sum + child.dagBytes, 0)
      parents.push({ cid: cid(0x70, block), fileBytes, dagBytes })
    }
    parts = parents
  }
  return Buffer.from(parts[0]!.cid).toString('hex')
}

describe('a file', () => {
  it('of several blocks has the id that follows from the specs', async () => {
    const content = Buffer.alloc(5 * CHUNK_BYTES + 77, 'a text that does not repeat in step with blocks')
    await writeFile(path, content)
    const { id } = await importPath(path, NOTHING)
    expect(Buffer.from(cidOf(id).bytes).toString('hex')).toBe(reckonedId(content))
  })

  it("is read back by the library's exporter, in two levels of blocks", async () => {
    const content = Buffer.alloc(175 * CHUNK_BYTES, 'another text that does not repeat in step with blocks')
    await writeFile(path, content)
    const blocks = new MemoryBlocks()
    const { id } = await importPath(path, blocks)
    const source = {
      *get(cid: { toString(): string }) {
        yield blocks.get(parseBlockId(cid.toString())!)
      },
    }
    const entry = await exporter(cidOf(id), source)
    if (entry.type !== 'file') throw new Error(`no file but ${entry.type}`)
    const read: Uint8Array[] = []
    for await (const chunk of entry.content()) read.push(chunk)
    expect(Buffer.concat(read).equals(content)).toBe(true)
  })

  it('goes into the sink children first, a few blocks at once, however large it is', async () => {
    const sizeBytes = 64 * 1024 * 1024
    await zeros(sizeBytes)
    let underWay = 0
    let most = 0
    let last: BlockId | undefined
    const done: number[] = []
    const sink: BlockSink = {
      async put(id) {
        most = Math.max(most, ++underWay)
        await new Promise(setImmediate)
        underWay--
        last = id
      },
    }
    const { id } = await importPath(path, sink, {
      onProgress: (bytes, of) => done.push(of === sizeBytes ? bytes : Number.NaN),
    })
    expect(most).toBe(BLOCKS_AT_ONCE)
    expect(last).toBe(id)
    expect(done).toEqual(Array.from({ length: 256 }, (_, i) => (i + 1) * CHUNK_BYTES))
  })

  it('can be given another name', async () => {
    await writeFile(join(folder, 'a:b'), 'x')
    const { name } = await importPath(join(folder, 'a:b'), NOTHING, { name: 'a b' })
    expect(name).toBe('a b')
    await expect(importPath(join(folder, 'a:b'), NOTHING)).rejects.toMatchObject({ code: 'bad-name' })
    await expect(importPath(join(folder, 'a:b'), NOTHING, { name: '..' })).rejects.toMatchObject({ code: 'bad-name' })
  })

  it.each<[string, () => Promise<void>]>([
    ['grows', () => appendFile(path, 'more')],
    ['shrinks', () => truncate(path, 9 * CHUNK_BYTES)],
    ['is written over', () => writeFile(path, Buffer.alloc(10 * CHUNK_BYTES, 1)).then(() => utimes(path, 1, 1))],
  ])('that %s while it is read is refused', async (_what, change) => {
    await zeros(10 * CHUNK_BYTES)
    let puts = 0
    const sink: BlockSink = { put: () => (++puts === 1 ? change() : Promise.resolve()) }
    await expect(importPath(path, sink)).rejects.toMatchObject({
      code: 'bad-path',
      message: expect.stringContaining(`${path} changed while it was read`) as string,
    })
  })
})

describe('a folder', () => {
  it('has the bytes of all its files, and no block comes before one below it', async () => {
    await makeTree(path, { a: 'aa', b: { c: 'ccc', d: { e: 'e' } }, big: Buffer.alloc(CHUNK_BYTES + 1), z: {} })
    const order: BlockId[] = []
    const progress: number[] = []
    const blocks = new MemoryBlocks()
    const sink: BlockSink = {
      put(id, block) {
        order.push(id)
        return blocks.put(id, block)
      },
    }
    const imported = await importPath(`${path}/`, sink, { onProgress: (bytes) => progress.push(bytes) })
    const sizeBytes = 6 + CHUNK_BYTES + 1
    expect(imported).toEqual({ id: order.at(-1), type: 'folder', name: 'it', sizeBytes })
    expect(progress.at(-1)).toBe(sizeBytes)
    const linked = order.map((id, place) => {
      const block = Buffer.from(codecOf(id) === 'dag-pb' ? blocks.get(id) : []).toString('hex')
      const below = order.filter((other) => block.includes(Buffer.from(cidOf(other).bytes).toString('hex')))
      return below.filter((other) => order.indexOf(other) > place)
    })
    expect(linked).toEqual(order.map(() => []))
  })

  it('has one id, in whatever order things were put into it', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-zé]{1,8}$/), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(names, async (list) => {
        const made: string[] = []
        for (const order of [list, list.toReversed()]) {
          made.push(await idOf(Object.fromEntries(order.map((name) => [name, `content of ${name}`]))))
          await rm(path, { recursive: true })
        }
        expect(made[0]).toBe(made[1])
      }),
      { numRuns: 20 },
    )
  })

  it(`of at most ${MAX_FOLDER_DEPTH} levels is accepted`, async () => {
    const deepest = join(path, ...Array.from({ length: MAX_FOLDER_DEPTH }, () => 'd'))
    await mkdir(deepest, { recursive: true })
    expect(await importPath(path, NOTHING)).toMatchObject({ type: 'folder' })
    await mkdir(join(deepest, 'd'))
    await expect(importPath(path, NOTHING)).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('anything that cannot be added is refused with its path, before anything is stored:', () => {
  async function expectRefused(code: string, words: string): Promise<void> {
    const put: BlockSink['put'] = () => Promise.reject(new Error('something was put'))
    const error: unknown = await importPath(path, { put }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'KithError', code, message: expect.stringContaining(words) as string })
    expect((error as Error).message).not.toContain('\n')
  }

  it('a path that does not exist', async () => {
    await expectRefused('bad-path', `cannot read ${path}: no such file or directory`)
    await writeFile(path, '')
    path = join(path, 'below')
    await expectRefused('bad-path', `cannot read ${path}: not a directory`)
  })

  it('a symbolic link, alone and in a folder', async () => {
    await writeFile(join(folder, 'file'), 'secret')
    await symlink(join(folder, 'file'), path)
    await expectRefused('bad-path', `${path} is a symbolic link`)
    await rm(path)
    await makeTree(path, { a: 'a', sub: {} })
    await symlink('/', join(path, 'sub', 'link'))
    await expectRefused('bad-path', `${join(path, 'sub', 'link')} is a symbolic link`)
  })

  it('a named pipe, a socket, a device', async () => {
    await makeTree(path, { a: 'a' })
    execFileSync('mkfifo', [join(path, 'pipe')])
    await expectRefused('bad-path', `${join(path, 'pipe')} is a named pipe`)
    await rm(path, { recursive: true })
    const server = createServer().listen(path)
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    await expectRefused('bad-path', `${path} is a socket`)
    path = '/dev/null'
    await expectRefused('bad-path', '/dev/null is a device')
  })

  it('a name that other systems do not accept', async () => {
    await makeTree(path, { a: 'a', sub: { 'what?': 'x' } })
    await expectRefused('bad-name', '"what?"')
    await rm(path, { recursive: true })
    await mkdir(path)
    await writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.of(0x66, 0xff)]), 'x')
    await expectRefused('bad-name', 'not valid text')
    path = '/'
    await expectRefused('bad-name', 'is empty')
  })

  it.each([
    ['Readme.md', 'README.md'],
    ['\u00e9', 'e\u0301'],
    ['stra\u00dfe', 'STRASSE'],
  ])('two names in a folder that are one on other systems: %j and %j', async (one, other) => {
    await makeTree(path, { sub: { [one]: '1', [other]: '2' } })
    const [first = '', second = ''] = [one, other].sort()
    const words = `the names "${first}" and "${second}" in ${join(path, 'sub')} are one name on macOS or Windows`
    await expectRefused('bad-name', words)
    // In different folders they are.
    await rm(join(path, 'sub', other))
    await makeTree(join(path, 'sub', 'below'), { [other]: '2' })
    expect(await importPath(path, NOTHING)).toMatchObject({ type: 'folder' })
  })

  it('all that is wrong with a folder, in one message', async () => {
    await makeTree(path, { a: 'a', 'b:': { 'c?': 'c' }, D: 'D', d: {}, sub: { e: 'e', E: 'E' } })
    await symlink('/', join(path, 'link'))
    execFileSync('mkfifo', [join(path, 'sub', 'pipe')])
    await mkdir(join(path, 'g', ...Array.from({ length: MAX_FOLDER_DEPTH + 1 }, () => 'h')), { recursive: true })
    const badName = (name: string, at: string) =>
      `the name "${name}" in ${at} cannot be used because it contains one of < > : " | ? *, which Windows does not allow: rename it`
    const twins = (one: string, other: string, at: string) =>
      `the names "${one}" and "${other}" in ${at} are one name on macOS or Windows, as nothing but case or the encoding of accents tells them apart: rename one`
    await expectRefused(
      'bad-name',
      [
        `${path} cannot be added, for 7 reasons: ${twins('D', 'd', path)}`,
        badName('b:', path),
        badName('c?', join(path, 'b:')),
        `${path} has folders nested more than ${MAX_FOLDER_DEPTH} deep: add an archive of it`,
        `${join(path, 'link')} is a symbolic link, not a file or a folder`,
        twins('E', 'e', join(path, 'sub')),
        `${join(path, 'sub', 'pipe')} is a named pipe, not a file or a folder`,
      ].join('; '),
    )
  })

  it('of many things that are wrong, the first ones and how many more there are', async () => {
    await mkdir(path)
    const links = Array.from({ length: MAX_LISTED + 3 }, (_, i) => join(path, `link ${String(i + 1).padStart(3, '0')}`))
    const count = String(MAX_LISTED)
    for (const link of links.slice(0, MAX_LISTED)) await symlink('/', link)
    const listed = links.slice(0, MAX_LISTED).map((link) => `${link} is a symbolic link, not a file or a folder`)
    await expectRefused('bad-path', `${path} cannot be added, for ${count} reasons: ${listed.join('; ')}`)
    for (const link of links.slice(MAX_LISTED)) await symlink('/', link)
    await expectRefused(
      'bad-path',
      `${path} cannot be added, for ${MAX_LISTED + 3} reasons: ${listed.join('; ')}; and 3 more`,
    )
    await writeFile(join(path, 'what?'), '')
    await expectRefused('bad-name', `; and 4 more`)
  })
})

it.each<[string, (path: string) => Promise<unknown>]>([
  ['a symbolic link to itself', (at) => rename(at, `${at}.moved`).then(() => symlink(`${at}.moved`, at))],
  ['a named pipe', (at) => rm(at).then(() => execFileSync('mkfifo', [at]))],
])('what has become %s since it was examined is not read', async (_what, replace) => {
  await makeTree(path, { 'a big one': Buffer.alloc(CHUNK_BYTES + 1), b: 'b' })
  const other = join(path, 'b')
  let puts = 0
  const sink: BlockSink = {
    put: async () => {
      if (++puts === 1) await replace(other)
    },
  }
  await expect(importPath(path, sink)).rejects.toMatchObject({
    code: 'bad-path',
    message: expect.stringContaining(other) as string,
  })
})

it('an import rejects with what the sink threw, after the pending calls', async () => {
  await makeTree(path, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, String(i)])))
  let puts = 0
  let underWay = 0
  const sink: BlockSink = {
    async put() {
      const mine = ++puts
      underWay++
      await new Promise(setImmediate)
      if (mine > 1) await new Promise(setImmediate)
      underWay--
      if (mine === 1) throw new Error('the store is full')
    },
  }
  await expect(importPath(path, sink)).rejects.toThrow('the store is full')
  expect(underWay).toBe(0)
  expect(puts).toBe(BLOCKS_AT_ONCE)
})

it('an import ends with the reason of its signal, both while it scans and while it reads', async () => {
  await zeros(100 * CHUNK_BYTES)
  const reason = new Error('changed my mind')
  await expect(importPath(path, NOTHING, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  let puts = 0
  const sink: BlockSink = {
    put: () => {
      if (++puts === BLOCKS_AT_ONCE) controller.abort(reason)
      return Promise.resolve()
    },
  }
  await expect(importPath(path, sink, { signal: controller.signal })).rejects.toBe(reason)
  expect(puts).toBe(BLOCKS_AT_ONCE)
})

it('a relative path starts at the working folder', async () => {
  await writeFile(path, 'x')
  expect(await importPath(relative(process.cwd(), path), NOTHING)).toMatchObject({ type: 'file', name: 'it' })
})

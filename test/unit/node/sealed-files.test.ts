/** Files of a private room. */
import { readdir, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { contentOf } from '../../../protocols/ensure-map/links.ts'
import { CHUNK_BYTES, FILE_KIND } from '../../../protocols/file/constants.ts'
import { codecOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { fileBody, fileOf } from '../../../src/files/file-document.ts'
import type { FileProgress } from '../../../src/kith.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { hexTree, makeTree, readTree } from '../files/disk-trees.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import { madeFile, makeFile, sealedFile, type SealedFile } from '../room/shared-files.ts'
import { FileRoom, refused } from './file-room.ts'

const TREE = {
  'beach.txt': 'what was said at the beach',
  more: { 'sea.jpg': Buffer.alloc(2 * CHUNK_BYTES + 1, 'sea') },
}

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
  here.makePrivate()
})

afterEach(() => here.close())

/** The blocks of all roots of the room that are here. */
function blocksHere(): Map<BlockId, Uint8Array> {
  const { blocks } = here.core.store.unneededBlocks(10_000)
  expect(blocks, 'each block is needed').toEqual([])
  const found = new Map<BlockId, Uint8Array>()
  const stored = (id: BlockId): Uint8Array => here.core.store.block(id)!
  for (const { id } of here.core.store.ensuredRows({ room: here.id })) found.set(id, stored(id))
  for (const [id, block] of found) for (const link of contentOf(id, block).links) found.set(link, stored(link))
  return found
}

function shared() {
  const [document] = here.rooms.get(here.id).documents({ last: 1 })
  return document === undefined ? undefined : fileOf({ ...document, links: document.links as BlockId[] })
}

/** Announces a file whose blocks are sealed. */
function announce(file: SealedFile, said: Partial<Parameters<typeof fileBody>[0]> = {}) {
  return here.announce(file, { sealing: file.sealing, ...said })
}

describe('adding to a private room', () => {
  it('a file seals it, and tells the room how to open it', async () => {
    const onProgress = vi.fn<(progress: FileProgress) => void>()
    await makeTree(here.at('soup.pdf'), 'x'.repeat(300_000))
    const added = await here.files.add(here.at('soup.pdf'), { onProgress })
    expect(added).toMatchObject({ name: 'soup.pdf', type: 'file', sizeBytes: 300_000, state: 'here', pinned: true })
    expect(codecOf(added.id as BlockId)).toBe('dag-cbor')
    expect(shared()).toMatchObject({
      id: added.id,
      name: 'soup.pdf',
      sealing: { key: expect.any(Uint8Array) as unknown },
    })
    expect(here.files.list()).toEqual([added])
    expect(onProgress.mock.calls[0]?.[0]).toMatchObject({ sizeBytes: 300_000, peers: 0 })
    expect(await here.garbage()).toBe(0)
  })

  it('a file or folder leaves neither names nor contents in any block, and it is saved as it was', async () => {
    await makeTree(here.at('photos'), TREE)
    await makeTree(here.at('note.txt'), TREE['beach.txt'])
    for (const name of ['photos', 'note.txt']) {
      await here.files.add(here.at(name))
      await here.files.save(name, { path: here.at(`copy of ${name}`) })
      expect(await readTree(here.at(`copy of ${name}`))).toEqual(await readTree(here.at(name)))
    }
    expect(await readTree(here.at('copy of photos'))).toEqual(hexTree(TREE))
    const blocks = blocksHere()
    expect(blocks.size).toBe(8)
    const stored = Buffer.concat([...blocks.values()])
    // Short ones come about by chance.
    for (const words of ['photos', 'beach.txt', 'sea.jpg', 'seasea', 'note.txt', 'what was said']) {
      expect(stored.includes(words)).toBe(false)
    }
  })

  it('the same twice, or to two rooms, has nothing in common, and is one version', async () => {
    await makeTree(here.at('a'), 'hello')
    const [one, two] = [await here.files.add(here.at('a')), await here.files.add(here.at('a'))]
    expect(one.id).not.toBe(two.id)
    expect(here.files.list().map(({ version, versions }) => [version, versions])).toEqual([
      [1, 1],
      [1, 1],
    ])
    await makeTree(here.at('b'), 'hello, you')
    expect(await here.files.add(here.at('b'), { name: 'a' })).toMatchObject({ version: 2, versions: 2 })
    await here.files.save('a', { path: here.at('first'), version: 1 })
    expect(await readFile(here.at('first'), 'utf8')).toBe('hello')
    await here.files.save(two.id, { path: here.at('second') })
    expect(await readFile(here.at('second'), 'utf8')).toBe('hello')
  })

  it('tells nobody who lists files or reads messages how to open them', async () => {
    await makeTree(here.at('a'), 'hello')
    const added = await here.files.add(here.at('a'))
    const [message] = here.rooms.get(here.id).messages({ last: 1 })
    expect(message?.file).toEqual({ id: added.id, name: 'a', type: 'file', sizeBytes: 5 })
    const saved = await here.files.save('a', { path: here.at('copy') })
    for (const told of [added, message, here.files.list(), here.files.get('a'), saved]) {
      expect(JSON.stringify(told)).not.toContain('sealing')
    }
  })

  it('that ends on the way leaves nothing that is needed', async () => {
    await makeTree(here.at('a'), Buffer.alloc(2_000_000, 'abc'))
    const stop = new AbortController()
    const reason = new Error('no more')
    const adding = here.files.add(here.at('a'), { signal: stop.signal, onProgress: () => stop.abort(reason) })
    await expect(adding).rejects.toBe(reason)
    expect([here.files.list(), here.core.store.ensuredRows({})]).toEqual([[], []])
    expect(await here.garbage()).toBeGreaterThan(0)
  })
})

it('a file of a room that is not private is not sealed', async () => {
  const { room } = await here.core.command({ type: 'create', name: 'Open', app: 'chat' })
  await makeTree(here.at('a'), 'hello')
  const added = await here.rooms.get(room!).files.add(here.at('a'))
  expect(here.core.store.block(added.id as BlockId)).toEqual(Buffer.from('hello'))
})

describe('saving from a private room', () => {
  const plain = makeFile(1, 3)
  const file = sealedFile(plain)
  const content = Buffer.concat(plain.blocks.slice(1).map(({ block }) => block))

  it('fetches sealed blocks, and opens them', async () => {
    await announce(file)
    const saving = here.files.save('soup.pdf', { path: here.at('copy.pdf') })
    await here.arrive(file)
    expect((await saving).file).toMatchObject({ state: 'here', pinned: true })
    expect((await readFile(here.at('copy.pdf'))).equals(content)).toBe(true)
    expect(await readdir(here.folder)).toEqual(['copy.pdf'])
  })

  it('of a single block, to the byte', async () => {
    const small = sealedFile(makeFile(2, 1))
    await announce(small)
    await here.arrive(small)
    await here.files.save('soup.pdf', { path: here.at('copy.pdf') })
    expect((await readFile(here.at('copy.pdf'))).length).toBe(small.sizeBytes)
  })

  it('goes on with what was fetched before a restart', async () => {
    await announce(file)
    await here.files.pin('soup.pdf')
    await here.arrive({ blocks: file.blocks.slice(0, 2) })
    const { files } = new LocalRooms(here.core, here.services).get(here.id)
    expect(files.get('soup.pdf').state).toBe('fetching')
    await here.arrive({ blocks: file.blocks.slice(2) })
    await files.save('soup.pdf', { path: here.at('copy') })
    expect((await readFile(here.at('copy'))).equals(content)).toBe(true)
  })

  it('fetches again what was lost of a complete file', async () => {
    await announce(file)
    await here.files.pin('soup.pdf')
    await here.arrive(file)
    const lost = file.blocks.slice(2, 3)
    here.core.store.apply({ type: 'delete-blocks', ids: lost.map(({ id }) => id) })
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await vi.waitFor(() => expect(here.files.get('soup.pdf').state).toBe('fetching'), { timeout: 10_000 })
    await here.arrive({ blocks: lost })
    await saving
    expect((await readFile(here.at('copy'))).equals(content)).toBe(true)
  })

  it.each<[string, Partial<SealedFile['sealing']>, string]>([
    ['with another key', { key: new Uint8Array(32) }, `block ${file.id} does not open with the key of the file`],
    ['to something else', { root: makeFile(2, 3).id }, `block ${file.id} does not open with the key of the file`],
  ])('is refused if it does not open: %s', async (_what, said, words) => {
    await announce(file, { sealing: { ...file.sealing, ...said } })
    await here.arrive(file)
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await expect(saving).rejects.toEqual(refused('bad-file'))
    await expect(saving).rejects.toThrow(words)
    expect(await readdir(here.folder)).toEqual([])
  })

  it('is refused if its author announced another size or type, and leaves nothing', async () => {
    for (const [i, said] of [
      { sizeBytes: file.sizeBytes + 1 },
      { sizeBytes: file.sizeBytes - 1 },
      { type: 'folder' as const },
    ].entries()) {
      await announce(file, { ...said, name: `${i}` })
      await here.arrive(file)
      await expect(here.files.save(`${i}`, { path: here.at('copy') })).rejects.toEqual(refused('bad-file'))
    }
    expect(await readdir(here.folder)).toEqual([])
  })

  it('of a folder that is sealed and has an invalid name is refused, and writes nothing', async () => {
    const made = new MemoryBlocks()
    const folder = sealedFile(madeFile(made, made.folder([['../evil', made.raw('evil')]]), 4))
    await announce(folder, { type: 'folder' })
    await here.arrive(folder)
    await expect(here.files.save('soup.pdf', { path: here.at('copy') })).rejects.toEqual(refused('bad-file'))
    expect(await readdir(here.folder)).toEqual([])
  })

  it('of a file that was shared unsealed works as well', async () => {
    await here.write(FILE_KIND, fileBody({ name: 'old', type: 'file', sizeBytes: plain.sizeBytes }), [plain.id])
    await here.arrive(plain)
    await here.files.save('old', { path: here.at('copy') })
    expect((await readFile(here.at('copy'))).equals(content)).toBe(true)
  })
})

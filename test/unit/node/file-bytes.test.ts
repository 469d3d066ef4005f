/** Files that come as bytes, and are read as bytes. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHUNK_BYTES } from '../../../protocols/file/constants.ts'
import { RESERVE_BYTES } from '../../../src/node/disk-space.ts'
import { makeTree } from '../files/disk-trees.ts'
import { makeFile } from '../room/shared-files.ts'
import { FileRoom, refused } from './file-room.ts'

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
})

afterEach(() => here.close())

/** Pieces that are no blocks. */
async function* piecesOf(content: Uint8Array, pieceBytes = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += pieceBytes) {
    yield await Promise.resolve(content.subarray(at, at + pieceBytes))
  }
}

describe('adding bytes', () => {
  it.each([0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES + 17])(
    'gives %i bytes the id that a file on the disk has',
    async (sizeBytes) => {
      const content = randomBytes(sizeBytes)
      await writeFile(here.at('a'), content)
      const onDisk = await here.files.add(here.at('a'))
      const added = await here.files.addBytes(piecesOf(content), { name: 'b', sizeBytes })
      expect(added).toMatchObject({ id: onDisk.id, name: 'b', sizeBytes, state: 'here', pinned: true })
      expect((await buffer(here.files.read(added.document))).equals(content)).toBe(true)
    },
  )

  it('says how far it is', async () => {
    const told: number[] = []
    const content = randomBytes(3 * CHUNK_BYTES)
    const onProgress = ({ bytes }: { bytes: number }): void => void told.push(bytes)
    await here.files.addBytes(piecesOf(content), { name: 'a', sizeBytes: content.length, onProgress })
    expect(told[0]).toBe(CHUNK_BYTES)
  })

  it.each([
    ['fewer', 999],
    ['more', 1001],
  ])('refuses %s bytes than were said, and keeps nothing', async (_what, sizeBytes) => {
    const adding = here.files.addBytes(piecesOf(randomBytes(1000), 300), { name: 'a', sizeBytes })
    await expect(adding).rejects.toEqual(refused('bad-value'))
    expect(here.files.list()).toEqual([])
  })

  it('keeps nothing of what breaks off', async () => {
    const content = (async function* () {
      yield* piecesOf(randomBytes(3 * 1024 * 1024))
      throw new Error('gone')
    })()
    const adding = here.files.addBytes(content, { name: 'a', sizeBytes: 2 ** 24 })
    await expect(adding).rejects.toThrow('gone')
    expect(here.files.list()).toEqual([])
  })

  it('refuses names, sizes, and what neither the room nor the disk has space for, before anything is read', async () => {
    const content = { [Symbol.asyncIterator]: () => expect.unreachable('it was read') } as AsyncIterable<Uint8Array>
    const add = async (name: string, sizeBytes: number): Promise<void> => {
      const [checked, added] = await Promise.allSettled([
        here.files.checkAdd({ name, sizeBytes }),
        here.files.addBytes(content, { name, sizeBytes }),
      ])
      expect(checked).toEqual(added)
      if (checked.status === 'rejected') throw checked.reason
    }
    for (const name of ['', '..', 'a/b', '<img src=x onerror=alert(1)>', 'a\u202egpj.exe']) {
      await expect(add(name, 1), name).rejects.toEqual(refused('bad-name'))
    }
    for (const sizeBytes of [-1, 0.5, NaN]) await expect(add('a', sizeBytes)).rejects.toEqual(refused('bad-value'))
    await here.files.setLimits({ bytesMax: 1000 })
    await expect(add('a', 1001)).rejects.toEqual(refused('quota'))
    here.free.own = RESERVE_BYTES + 999
    await expect(add('a', 1000)).rejects.toEqual(refused('disk-full'))
  })

  it('seals them in a private room, and opens them when they are read', async () => {
    here.makePrivate()
    const content = randomBytes(3 * CHUNK_BYTES + 5)
    const added = await here.files.addBytes(piecesOf(content), { name: 'a', sizeBytes: content.length })
    const again = await here.files.addBytes(piecesOf(content), { name: 'b', sizeBytes: content.length })
    expect(again.id).not.toBe(added.id)
    expect((await buffer(here.files.read(added.document))).equals(content)).toBe(true)
    const part = here.files.read(added.document, { start: CHUNK_BYTES - 3, end: CHUNK_BYTES + 3 })
    expect(await buffer(part)).toEqual(content.subarray(CHUNK_BYTES - 3, CHUNK_BYTES + 3))
  })
})

describe('reading bytes', () => {
  it('reads any part, also across the blocks of a deep file', async () => {
    // More blocks than one node links to.
    const content = Buffer.alloc(176 * CHUNK_BYTES + 9, 'kith')
    const { document } = await here.files.addBytes(piecesOf(content, 2 ** 20), { name: 'a', sizeBytes: content.length })
    const edges = [0, 1, CHUNK_BYTES, 174 * CHUNK_BYTES - 1, 174 * CHUNK_BYTES, content.length - 1, content.length]
    for (const start of edges) {
      for (const end of edges.filter((edge) => edge >= start && edge - start <= 2 * CHUNK_BYTES)) {
        const read = await buffer(here.files.read(document, { start, end }))
        expect(read.equals(content.subarray(start, end)), `${start} to ${end}`).toBe(true)
      }
    }
  })

  it('reads only the blocks that it needs', async () => {
    const file = makeFile(1, 3)
    const { document } = await here.announce(file)
    await here.files.pin(document)
    await here.arrive(file)
    let read = 0
    const { store } = here.core
    const block = store.block.bind(store)
    store.block = (id) => {
      read++
      return block(id)
    }
    for await (const bytes of here.files.read(document, { start: 0, end: 1 })) expect(bytes).toHaveLength(1)
    expect(read).toBe(2)
  })

  it('is refused for what is not here, for folders, and for bytes that it does not have', async () => {
    const { document } = await here.announce(makeFile(1, 3))
    await expect(buffer(here.files.read(document))).rejects.toEqual(refused('not-here'))
    await expect(buffer(here.files.read('nothing'))).rejects.toEqual(refused('no-such-file'))
    const added = await here.files.addBytes(piecesOf(randomBytes(10)), { name: 'a', sizeBytes: 10 })
    for (const [start, end] of [
      [-1, 5],
      [5, 11],
      [6, 5],
      [0.5, 5],
    ] as const) {
      await expect(buffer(here.files.read(added.document, { start, end }))).rejects.toEqual(refused('bad-value'))
    }
    await makeTree(here.at('photos'), { 'a.jpg': 'aaa' })
    const folder = await here.files.add(here.at('photos'))
    await expect(buffer(here.files.read(folder.document))).rejects.toEqual(refused('bad-value'))
  })

  it('fetches again what was lost', async () => {
    const content = randomBytes(3 * CHUNK_BYTES)
    const { document, id } = await here.files.addBytes(piecesOf(content), { name: 'a', sizeBytes: content.length })
    const { store } = here.core
    const block = store.block.bind(store)
    store.block = (wanted) => (wanted === id ? undefined : block(wanted))
    await expect(buffer(here.files.read(document))).rejects.toEqual(refused('not-here'))
  })
})

describe('adding a folder', () => {
  it('shares it like one on the disk, and nothing of one that is cancelled', async () => {
    await makeTree(here.at('trip'), { 'a.txt': 'hello', in: { 'b.txt': 'world' }, empty: {} })
    const onDisk = await here.files.add(here.at('trip'))
    const entries = [{ path: ['in', 'b.txt'], sizeBytes: 5 }, { path: ['a.txt'], sizeBytes: 5 }, { path: ['empty'] }]
    const content = () => piecesOf(Buffer.from('worldhello'), 3)
    const added = await here.files.addFolder(entries, content(), { name: 'again' })
    expect(added).toMatchObject({ id: onDisk.id, name: 'again', type: 'folder', sizeBytes: 10, state: 'here' })
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(here.files.addFolder(entries, content(), { name: 'never', signal: gone })).rejects.toThrow('gone')
    expect(here.files.list().map(({ name }) => name)).toEqual(['trip', 'again'])
  })
})

it('shares nothing that is cancelled while it is stored', async () => {
  const stop = new AbortController()
  const content = (async function* () {
    yield randomBytes(10)
    stop.abort(new Error('gone'))
  })()
  const adding = here.files.addBytes(content, { name: 'a', sizeBytes: 10, signal: stop.signal })
  await expect(adding).rejects.toThrow('gone')
  expect(here.files.list()).toEqual([])
})

import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileDescription } from '../../../src/files/file-document.ts'
import type { FileProgress } from '../../../src/kith.ts'
import { RESERVE_BYTES } from '../../../src/node/disk-space.ts'
import { hexTree, makeTree, readTree } from '../files/disk-trees.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import { madeFile, makeFile, PART_BYTES, type MadeFile } from '../room/shared-files.ts'
import { FileRoom, refused } from './file-room.ts'

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
})

afterEach(() => here.close())

/** For what needs nothing but the disk. */
const SOON = { timeout: 10_000 }

const contentOf = ({ id, blocks }: MadeFile): Buffer =>
  Buffer.concat(blocks.flatMap((each) => (each.id === id && blocks.length > 1 ? [] : [each.block])))

describe('saving', () => {
  const file = makeFile(1, 3)

  it('fetches a file, writes it and pins it', async () => {
    const { document } = await here.announce(file)
    const saving = here.files.save('soup.pdf', { path: here.at('copy.pdf') })
    await vi.waitFor(() => expect(here.files.get(document)).toMatchObject({ state: 'fetching', pinned: true }), SOON)
    expect(await readdir(here.folder)).toEqual([])
    await here.arrive(file)
    expect(await saving).toEqual({ path: here.at('copy.pdf'), file: here.files.get(document) })
    expect(here.files.get(document)).toMatchObject({ state: 'here', pinned: true })
    expect((await readFile(here.at('copy.pdf'))).equals(contentOf(file))).toBe(true)
    expect(await readdir(here.folder)).toEqual(['copy.pdf'])
  })

  it('puts a file or folder into an existing folder, by its name', async () => {
    await makeTree(here.at('photos'), { 'a.jpg': 'aaa', more: { 'b.jpg': 'bbbb' } })
    await here.files.add(here.at('photos'))
    await mkdir(here.at('copies'))
    expect(await here.files.save('photos', { path: here.at('copies') })).toMatchObject({
      path: here.at('copies', 'photos'),
    })
    expect(await readTree(here.at('copies', 'photos'))).toEqual(hexTree({ 'a.jpg': 'aaa', more: { 'b.jpg': 'bbbb' } }))
  })

  it('whose name cannot be seen is saved under another one only', async () => {
    await here.announce(file, { name: '\u200b' })
    await here.arrive(file)
    await mkdir(here.at('copies'))
    await expect(here.files.save(file.id, { path: here.at('copies') })).rejects.toEqual(refused('bad-name'))
    await here.files.save(file.id, { path: here.at('copies', 'soup.pdf') })
    expect(await readdir(here.at('copies'))).toEqual(['soup.pdf'])
  })

  it('is refused before anything is fetched if it cannot be written', async () => {
    await here.announce(file)
    await makeTree(here.at('taken'), 'mine')
    await mkdir(here.at('copies'))
    await mkdir(here.at('copies', 'soup.pdf'))
    for (const [path, code] of [
      [here.at('taken'), 'file-exists'],
      [here.at('copies'), 'file-exists'],
      [here.at('nowhere', 'copy'), 'bad-path'],
      [here.at('taken', 'copy'), 'bad-path'],
    ] as const) {
      await expect(here.files.save('soup.pdf', { path }), path).rejects.toEqual(refused(code))
    }
    await expect(here.files.save('soup.pdf', { path: here.at('copies'), overwrite: true })).rejects.toEqual(
      refused('file-exists'),
    )
    expect(here.core.store.ensuredRows({})).toEqual([])
    expect(await readFile(here.at('taken'), 'utf8')).toBe('mine')
  })

  it('overwrites a file on request', async () => {
    await here.announce(file)
    await here.arrive(file)
    await makeTree(here.at('taken'), 'mine')
    await here.files.save('soup.pdf', { path: here.at('taken'), overwrite: true })
    expect((await readFile(here.at('taken'))).equals(contentOf(file))).toBe(true)
  })

  it('has the permissions that the umask leaves, which must be one', async () => {
    await here.announce(file)
    await here.arrive(file)
    await here.files.save('soup.pdf', { path: here.at('copy'), umask: 0o026 })
    expect((await stat(here.at('copy'))).mode & 0o777).toBe(0o640)
    const saving = here.files.save('soup.pdf', { path: here.at('other'), umask: 0o1000 })
    await expect(saving).rejects.toEqual(refused('bad-value'))
  })

  it.each<[string, Partial<FileDescription>]>([
    ['that it is larger', { sizeBytes: file.sizeBytes + 1 }],
    ['that it is smaller', { sizeBytes: file.sizeBytes - 1 }],
    ['that it is a folder', { type: 'folder' }],
  ])('is refused if its author announced %s, and leaves nothing', async (_what, said) => {
    await here.announce(file, said)
    await here.arrive(file)
    await expect(here.files.save('soup.pdf', { path: here.at('copy') })).rejects.toEqual(refused('bad-file'))
    expect(await readdir(here.folder)).toEqual([])
  })

  it.each([1, 7, 9, 1_000])(
    'a folder of 8 bytes is refused where its author said that it has %i',
    async (sizeBytes) => {
      const made = new MemoryBlocks()
      const id = made.folder([
        ['a', made.raw('aaaa')],
        ['b', made.folder([['c', made.raw('cccc')]])],
      ])
      const { blocks } = madeFile(made, id, 8)
      await here.announce({ id, sizeBytes }, { type: 'folder' })
      await here.arrive({ blocks })
      await expect(here.files.save('soup.pdf', { path: here.at('copy') })).rejects.toEqual(refused('bad-file'))
      expect(await readdir(here.folder)).toEqual([])
      await here.announce({ id, sizeBytes: 8 }, { type: 'folder', name: 'true' })
      await here.files.save('true', { path: here.at('copy') })
      expect(await readTree(here.at('copy'))).toEqual(hexTree({ a: 'aaaa', b: { c: 'cccc' } }))
    },
  )

  it('is refused if it has far more than announced, before all of it has arrived', async () => {
    const large = makeFile(2, 200)
    await here.announce(large, { sizeBytes: 10 })
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await here.arrive({ blocks: large.blocks.slice(0, -1) })
    await expect(saving).rejects.toEqual(refused('bad-file'))
    await expect(saving).rejects.toThrow(/'soup\.pdf' is not what its author says: .*more bytes/)
    expect(here.files.get('soup.pdf')).toMatchObject({ state: 'failed' })
  })

  it('is refused if a name in a folder is invalid, and writes nothing', async () => {
    const made = new MemoryBlocks()
    const { id, blocks } = madeFile(made, made.folder([['../evil', made.raw('evil')]]), 4)
    await here.announce({ id, sizeBytes: 4 }, { type: 'folder' })
    await here.arrive({ blocks })
    await mkdir(here.at('copies'))
    await expect(here.files.save('soup.pdf', { path: here.at('copies') })).rejects.toEqual(refused('bad-file'))
    expect(await readTree(here.folder)).toEqual({ copies: {} })
  })

  it('ends when it is told to; what was fetched stays, and it resumes from there', async () => {
    await here.announce(file)
    const stop = new AbortController()
    const saving = here.files.save('soup.pdf', { path: here.at('copy'), signal: stop.signal })
    await vi.waitFor(() => expect(here.files.get('soup.pdf').state).toBe('fetching'), SOON)
    await here.arrive({ blocks: file.blocks.slice(0, 2) })
    const reason = new Error('no more')
    stop.abort(reason)
    await expect(saving).rejects.toBe(reason)
    expect(here.files.get('soup.pdf')).toMatchObject({ state: 'fetching', pinned: true })
    expect(here.core.machine.wings['ensure-map'].progress(here.id, file.id, 0)).toMatchObject({ known: 4, have: 2 })
    const again = here.files.save('soup.pdf', { path: here.at('copy') })
    await here.arrive(file)
    await again
    expect((await readFile(here.at('copy'))).equals(contentOf(file))).toBe(true)
  })

  it('does not begin if it was told to end before', async () => {
    await here.announce(file)
    const reason = new Error('no more')
    const looking = Promise.withResolvers<number>()
    const freeBytes = vi.spyOn(here.disks, 'freeBytes').mockReturnValueOnce(looking.promise)
    const stop = new AbortController()
    const saving = here.files.save('soup.pdf', { path: here.at('copy'), signal: stop.signal })
    await vi.waitFor(() => expect(freeBytes).toHaveBeenCalled(), SOON)
    stop.abort(reason)
    looking.resolve(2 ** 40)
    await expect(saving).rejects.toBe(reason)
    expect(here.core.store.ensuredRows({})).toEqual([])
  })

  it('ends if the file is released', async () => {
    await here.announce(file)
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await vi.waitFor(() => expect(here.files.get('soup.pdf').state).toBe('fetching'), SOON)
    await here.services.wants.unwant(file.id)
    await expect(saving).rejects.toEqual(refused('cancelled'))
    expect(here.files.get('soup.pdf').state).toBe('elsewhere')
  })

  it('needs space for what is missing of a file, not for all of it', async () => {
    await here.announce(file)
    here.free.own = RESERVE_BYTES + file.sizeBytes - 1
    const refusedFor = here.files.save('soup.pdf', { path: here.at('copy') })
    await expect(refusedFor).rejects.toEqual(refused('disk-full'))
    expect(here.files.get('soup.pdf').state).toBe('elsewhere')
    await here.files.pin('soup.pdf')
    await here.arrive({ blocks: file.blocks.slice(0, 3) })
    here.free.own = RESERVE_BYTES + PART_BYTES
    const freeBytes = vi.spyOn(here.disks, 'freeBytes')
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await vi.waitFor(() => expect(freeBytes).toHaveBeenCalled(), SOON)
    freeBytes.mockRestore()
    await here.arrive(file)
    await saving
  })

  it('needs space where it is written, and none in the room for what is pinned', async () => {
    await here.announce(file)
    await here.files.pin('soup.pdf')
    await here.arrive(file)
    await here.files.setLimits({ bytesMax: here.files.limits().pinnedBytes })
    here.free.other = file.sizeBytes - 1
    await expect(here.files.save('soup.pdf', { path: here.at('copy') })).rejects.toEqual(refused('disk-full'))
    expect(await readdir(here.folder)).toEqual([])
    here.free.other = file.sizeBytes
    await here.files.save('soup.pdf', { path: here.at('copy') })
  })

  it('needs space in the room', async () => {
    await here.announce(file)
    await here.files.setLimits({ bytesMax: file.sizeBytes })
    await expect(here.files.save('soup.pdf', { path: here.at('copy') })).rejects.toEqual(refused('quota'))
    expect(here.files.get('soup.pdf').state).toBe('elsewhere')
  })

  it('fetches again what was lost of a complete file', async () => {
    await here.announce(file)
    await here.files.pin('soup.pdf')
    await here.arrive(file)
    const lost = file.blocks.slice(2, 3)
    here.core.store.apply({ type: 'delete-blocks', ids: lost.map(({ id }) => id) })
    const saving = here.files.save('soup.pdf', { path: here.at('copy') })
    await vi.waitFor(() => expect(here.files.get('soup.pdf')).toMatchObject({ state: 'fetching', pinned: true }), SOON)
    expect(here.core.machine.wings['ensure-map'].progress(here.id, file.id, 0)).toMatchObject({ known: 4, have: 3 })
    await here.arrive({ blocks: lost })
    await saving
    expect((await readFile(here.at('copy'))).equals(contentOf(file))).toBe(true)
  })

  it('reports its progress', async () => {
    await here.announce(file)
    const onProgress = vi.fn<(progress: FileProgress) => void>()
    await here.files.pin('soup.pdf')
    await here.arrive({ blocks: file.blocks.slice(0, 2) })
    const saving = here.files.save('soup.pdf', { path: here.at('copy'), onProgress })
    await vi.waitFor(() => expect(onProgress).toHaveBeenCalled(), SOON)
    const bytes = file.blocks.slice(0, 2).reduce((sum, { block }) => sum + block.length, 0)
    expect(onProgress.mock.calls[0]).toEqual([
      { id: file.id, bytes, sizeBytes: file.sizeBytes, bytesPerSecond: 0, peers: 0 },
    ])
    await here.arrive(file)
    await saving
    expect(onProgress).toHaveBeenLastCalledWith(expect.objectContaining({ sizeBytes: file.sizeBytes, peers: 0 }))
  })
})

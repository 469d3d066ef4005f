import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FILE_KIND } from '../../../protocols/file/constants.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { fileBody } from '../../../src/files/file-document.ts'
import type { FileProgress, Files } from '../../../src/kith.ts'
import { RESERVE_BYTES } from '../../../src/node/disk-space.ts'
import { CHECK_EVERY_BYTES } from '../../../src/node/local-files.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import type { CommandOutcome } from '../../../src/machine/io.ts'
import type { NodeCommand } from '../../../src/machine/node-machine.ts'
import type { Store } from '../../../src/store/store.ts'
import { fileRow } from '../../acceptance/store-rows.ts'
import { makeTree } from '../files/disk-trees.ts'
import { rootOf } from '../room/history.ts'
import { makeFile, PART_BYTES } from '../room/shared-files.ts'
import { coreOf, interceptCommands, servicesOf } from './core.ts'
import { FileRoom, refused } from './file-room.ts'

/** Far more than a test could read and decode for each lookup. */
const MANY_FILES = 10_000

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
})

afterEach(() => here.close())

describe('adding', () => {
  it('a file keeps it, and tells the room what it is', async () => {
    const onProgress = vi.fn<(progress: FileProgress) => void>()
    await makeTree(here.at('soup.pdf'), 'x'.repeat(300_000))
    const added = await here.files.add(here.at('soup.pdf'), { onProgress })
    expect(added).toMatchObject({
      ...{
        room: here.id,
        name: 'soup.pdf',
        type: 'file',
        sizeBytes: 300_000,
        author: here.core.self,
        authorName: 'Author 0',
      },
      ...{ state: 'here', failure: null, pinned: true },
    })
    expect(here.files.list()).toEqual([added])
    expect([...here.rooms.get(here.id).documents({ last: 1 })]).toMatchObject([
      { id: added.document, kind: 'file', links: [added.id] },
    ])
    expect(here.files.limits().pinnedBytes).toBeGreaterThan(300_000)
    expect(onProgress.mock.calls[0]?.[0]).toMatchObject({ sizeBytes: 300_000, peers: 0 })
    expect(await here.garbage()).toBe(0)
  })

  it('a folder, or under another name', async () => {
    await makeTree(here.at('photos'), { 'a.jpg': 'aaa', more: { 'b.jpg': 'bbbb' } })
    expect(await here.files.add(here.at('photos'), { name: 'summer' })).toMatchObject({
      ...{ name: 'summer', type: 'folder', sizeBytes: 7, state: 'here' },
    })
  })

  it('the same twice creates two documents for one file, even if there is no space for a second one', async () => {
    const words = Uint32Array.from({ length: (CHECK_EVERY_BYTES + 4) / 4 }, (_, i) => i)
    await makeTree(here.at('a'), new Uint8Array(words.buffer))
    const added = await here.files.add(here.at('a'))
    await here.files.setLimits({ bytesMax: here.files.limits().pinnedBytes })
    const again = await here.files.add(here.at('a'), { name: 'b' })
    expect(again.id).toBe(added.id)
    expect(here.files.list().map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('a path that is not a file or folder, or has an invalid name, is refused', async () => {
    await makeTree(here.at('a:b'), 'x')
    await symlink('a:b', here.at('link'))
    for (const [path, code] of [
      [here.at('nothing'), 'bad-path'],
      [here.at('link'), 'bad-path'],
      [here.at('*.pdf'), 'bad-path'],
      [here.at('a:b'), 'bad-name'],
    ] as const) {
      await expect(here.files.add(path), path).rejects.toEqual(refused(code))
    }
    await makeTree(here.at('photos'), { sub: { '\u200b': 'x' } })
    await expect(here.files.add(here.at('photos'))).rejects.toThrow(
      `the name "⟨U+200B⟩" in ${here.at('photos', 'sub')}`,
    )
    for (const name of ['../x', '\u200b', 'sh\u00ady.txt', '\u00a0']) {
      await expect(here.files.add(here.at('a:b'), { name }), name).rejects.toEqual(refused('bad-name'))
    }
    expect([here.files.list(), await here.garbage()]).toEqual([[], 0])
  })

  it('has a name that can be typed', async () => {
    await makeTree(here.at('Bild um 12.00\u202fPM.png'), 'x')
    expect(await here.files.add(here.at('Bild um 12.00\u202fPM.png'))).toMatchObject({ name: 'Bild um 12.00 PM.png' })
  })

  it('in a room that cannot be written in is refused before anything is read', async () => {
    await makeTree(here.at('a'), 'x')
    const waiting = await here.rooms.join(rootOf('chat', 7).id)
    await expect(waiting.files.add(here.at('a'))).rejects.toEqual(refused('waiting'))
    const carried = await here.rooms.carry(rootOf('chat', 8).id)
    await expect(carried.files.add(here.at('a'))).rejects.toEqual(refused('carried'))
    expect(await here.garbage()).toBe(0)
  })

  it('more than the room may keep is refused: at once, on the way, and in the end', async () => {
    const command = vi.spyOn(here.core, 'command')
    const puts = (): number => command.mock.calls.filter(([{ type }]) => type === 'put-blocks').length
    await makeTree(here.at('large'), Buffer.alloc(CHECK_EVERY_BYTES + 1))
    await here.files.setLimits({ bytesMax: CHECK_EVERY_BYTES })
    await expect(here.files.add(here.at('large'))).rejects.toEqual(refused('quota'))
    expect(puts(), 'at once').toBe(0)

    await here.files.setLimits({ bytesMax: CHECK_EVERY_BYTES - 1 })
    await mkdir(here.at('photos'))
    for (let i = 0; i < 70; i++) await makeTree(here.at('photos', `${i}`), Buffer.alloc(262_144, i))
    await expect(here.files.add(here.at('photos'))).rejects.toEqual(refused('quota'))
    expect(puts(), 'on the way').toBeGreaterThan(0)
    expect(puts(), 'on the way').toBeLessThan(70)

    await here.files.setLimits({ bytesMax: 1_000 })
    await makeTree(here.at('small'), { a: 'x'.repeat(500) })
    await expect(here.files.add(here.at('small'))).rejects.toEqual(refused('quota'))
    expect(here.files.list()).toEqual([])
    expect(here.files.limits().pinnedBytes).toBe(0)
    expect(await here.garbage(), 'nothing is needed of it').toBe(here.core.store.unneededBlocks(10_000).blocks.length)
  })

  it('more than there is space for is refused: at once, and when the space goes on the way', async () => {
    await makeTree(here.at('a'), Buffer.alloc(1_000))
    here.free.own = RESERVE_BYTES + 999
    await expect(here.files.add(here.at('a'))).rejects.toEqual(refused('disk-full'))
    await mkdir(here.at('photos'))
    for (let i = 0; i < 70; i++) await makeTree(here.at('photos', `${i}`), Buffer.alloc(262_144, i))
    here.free.own = RESERVE_BYTES
    interceptCommands(here.core, (command, run) => {
      if (command.type === 'put-blocks') here.free.own = RESERVE_BYTES - 1
      return run()
    })
    await expect(here.files.add(here.at('photos'))).rejects.toEqual(refused('disk-full'))
    expect(here.files.list()).toEqual([])
  })

  it('can be ended on the way, and leaves nothing that is needed', async () => {
    await makeTree(here.at('a'), Buffer.alloc(2_000_000, 'abc'))
    const stop = new AbortController()
    const reason = new Error('no more')
    const adding = here.files.add(here.at('a'), { signal: stop.signal, onProgress: () => stop.abort(reason) })
    await expect(adding).rejects.toBe(reason)
    expect([here.files.list(), here.core.store.ensuredRows({})]).toEqual([[], []])
    expect(await here.garbage()).toBeGreaterThan(0)
  })

  it('that cannot be told to the room keeps nothing, unless it was kept before', async () => {
    await makeTree(here.at('a'), 'x'.repeat(1_000))
    const refuse = (command: NodeCommand, run: () => Promise<CommandOutcome>): Promise<CommandOutcome> =>
      command.type === 'write' ? Promise.reject(new Error('no more')) : run()
    const refusing = interceptCommands(here.core, refuse)
    await expect(here.files.add(here.at('a'))).rejects.toThrow('no more')
    expect(here.core.store.ensuredRows({})).toEqual([])
    refusing.mockRestore()
    const { id } = await here.files.add(here.at('a'))
    interceptCommands(here.core, refuse)
    await expect(here.files.add(here.at('a'))).rejects.toThrow('no more')
    expect(here.core.store.ensured(here.id, id as BlockId)).toMatchObject({ state: 'complete' })
  })
})

describe('the list', () => {
  it('shows the state of each file', async () => {
    const made = Array.from({ length: 4 }, (_, i) => makeFile(i, 3))
    for (const [i, file] of made.entries())
      await here.announce(file, { name: `${i}`, ...(i === 3 && { sizeBytes: 1 }) })
    for (const name of ['1', '2']) await here.files.pin(name)
    await here.arrive(made[2]!)
    await here.files.unpin('2')
    const big = makeFile(9, 200)
    await here.announce(big, { name: '4', sizeBytes: 1 })
    await here.files.pin('4')
    await here.arrive(big)
    expect(here.files.list().map(({ name, state, pinned }) => [name, state, pinned])).toEqual([
      ['0', 'elsewhere', false],
      ['1', 'fetching', true],
      ['2', 'here', false],
      ['3', 'elsewhere', false],
      ['4', 'failed', true],
    ])
    expect(here.files.list().map(({ failure }) => failure !== null)).toEqual([false, false, false, false, true])
    expect(here.files.get('4').failure).toContain('more bytes')
  })

  it('has nothing that is not a file with a good name', async () => {
    const { id } = makeFile(1, 1)
    const body = fileBody({ name: 'soup.pdf', type: 'file', sizeBytes: 1 })
    for (const name of ['../../evil', '', 'CON', 'a/b', 'x'.repeat(256)]) {
      await here.write(FILE_KIND, fileBody({ name, type: 'file', sizeBytes: 1 }), [id])
    }
    await here.write('recipe', body, [id])
    await here.write(FILE_KIND, body, [id, makeFile(2, 1).id])
    await here.write(FILE_KIND, body, [])
    expect(here.files.list()).toEqual([])
  })
})

describe('a file', () => {
  it('is found by its name, its CID, or its document', async () => {
    const file = await here.announce(makeFile(1, 3))
    await here.announce(makeFile(2, 3), { name: 'other' })
    for (const reference of ['soup.pdf', file.id, file.document])
      expect(here.files.get(reference), reference).toEqual(file)
    for (const reference of ['', 'soup', 'SOUP', here.id, 'a\nb', 'x'.repeat(10_000)]) {
      const get = (): unknown => here.files.get(reference)
      expect(get, reference).toThrow(refused('no-such-file'))
      expect(get, reference).toThrow(/^[^\n]{1,200}$/)
    }
  })

  it('is found by what its name looks like, and as it is shown', async () => {
    const [a, b, c] = [makeFile(1, 1), makeFile(2, 1), makeFile(3, 1)]
    const soup = await here.announce(a, { name: 'Gru\u0308ne Suppe.pdf' })
    for (const typed of ['Gr\u00fcne Suppe.pdf', 'Gru\u0308ne\u00a0Suppe.pdf ']) {
      expect(here.files.get(typed)).toEqual(soup)
    }
    const hidden = await here.announce(b, { name: 'a\u200bb' })
    for (const typed of ['a⟨U+200B⟩b', 'ab', 'a\u200bb']) expect(here.files.get(typed)).toEqual(hidden)
    const plain = await here.announce(c, { name: 'ab' })
    expect(here.files.get('ab'), 'the very name first').toEqual(plain)
    expect(() => here.files.get('ab ')).toThrow(refused('ambiguous'))
    expect(() => here.files.get('ab ')).toThrow(`${c.id}, ${b.id}`)
  })

  it('is found as it is pasted, and a folder as lists show it', async () => {
    const file = await here.announce(makeFile(1, 3))
    const folder = await here.announce(makeFile(2, 3), { name: 'emptydir', type: 'folder' })
    for (const typed of [
      ...[`ipfs://${file.id}`, `/ipfs/${file.id}/`, ` <${file.id.toUpperCase()}>.`, `\u200b${file.document}\n`],
      ...[`https://ipfs.io/ipfs/${file.id}?filename=soup.pdf`, `https://${file.id}.ipfs.dweb.link/`, './soup.pdf'],
      ...['“soup.pdf”', 'soup.pdf,'],
    ]) {
      expect(here.files.get(typed), typed).toEqual(file)
    }
    for (const typed of [
      ...[
        'emptydir',
        'emptydir/',
        '"emptydir/"',
        './emptydir/',
        './emptydir',
        'emptydir//',
        '/emptydir',
        '//emptydir/',
      ],
      ...[
        './/emptydir',
        'emptydir/.',
        'emptydir/./',
        `${folder.id}//`,
        `ipfs://${folder.id}//`,
        `//ipfs//${folder.id}`,
      ],
    ]) {
      expect(here.files.get(typed), typed).toEqual(folder)
    }
    for (const typed of ['soup.pdf/', 'soup.pdf/.', '../soup.pdf', 'soup.pdf/emptydir', '/', '.', '//']) {
      expect(() => here.files.get(typed), typed).toThrow(/^the room has no file /)
    }
  })

  it('in a folder comes with the folder, and whoever names its path is told so', async () => {
    const folder = await here.announce(makeFile(2, 3), { name: 'photos', type: 'folder' })
    for (const typed of ['photos/2026/a.jpg', './photos//2026/a.jpg/', '/photos/2026//a.jpg']) {
      expect(() => here.files.get(typed), typed).toThrow(refused('no-such-file'))
      expect(() => here.files.get(typed), typed).toThrow(
        "'photos' is fetched as a whole: name the folder, not '2026/a.jpg' in it",
      )
    }
    for (const typed of [`${folder.id}/2026`, `/ipfs/${folder.id}//2026/`, `ipfs://${folder.id}/2026`]) {
      expect(() => here.files.get(typed), typed).toThrow(
        "'photos' is fetched as a whole: name the folder, not '2026' in it",
      )
    }
  })

  it('whose name cannot be seen is found as lists show it', async () => {
    const folder = await here.announce(makeFile(2, 3), { name: '\u200b', type: 'folder' })
    const other = await here.announce(makeFile(3, 3), { name: '\u2800' })
    expect(here.files.get(`…${folder.id.slice(-8)}/`)).toEqual(folder)
    expect(here.files.get(`…${other.id.slice(-8)}`)).toEqual(other)
    expect(() => here.files.get(`…${other.id.slice(-7)}`)).toThrow(refused('no-such-file'))
  })

  it('that was shared twice is one, as it was shared last', async () => {
    const file = makeFile(1, 1)
    const [first, last] = [await here.announce(file), await here.announce(file)]
    expect(here.files.get('soup.pdf')).toEqual(last)
    expect(here.files.get(first.document)).toEqual(first)
    expect(here.files.list().map(({ version, versions }) => [version, versions])).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
})

describe(`among ${MANY_FILES} files`, () => {
  const rows = Array.from({ length: MANY_FILES }, (_, i) => fileRow(i, { clock: i }))

  let files: Files
  let rowsRead: number

  beforeEach(() => {
    for (const row of rows) here.core.store.apply({ type: 'put-linking', room: here.id, row })
    const store = new Proxy(here.core.store, {
      get: (target, name: keyof Store) => {
        const read = target[name].bind(target) as (...args: unknown[]) => unknown
        return (...args: unknown[]) => {
          const found = read(...args)
          rowsRead += Array.isArray(found) ? found.length : found === undefined ? 0 : 1
          return found
        }
      },
    })
    files = new LocalRooms({ ...here.core, store }, here.services).get(here.id).files
    rowsRead = 0
  })

  it('one is found without reading the others', () => {
    const { id: document, file } = rows[MANY_FILES / 2]!
    for (const reference of [file.name, file.root, document]) {
      expect(files.get(reference)).toMatchObject({ id: file.root, document, name: file.name })
    }
    // One more each, for the versions of its name.
    expect(rowsRead).toBe(6)
    expect(() => files.get('another')).toThrow(refused('no-such-file'))
    expect(rowsRead, 'to find one of a name that looks the same').toBe(6 + MANY_FILES)
  })

  it('each is read once to list them, and no document is', () => {
    expect(files.list().map(({ name }) => name)).toEqual(rows.map(({ file }) => file.name))
    expect(rowsRead).toBe(MANY_FILES)
  })
})

describe('pinning', () => {
  it('is refused past what the room may keep, and unpinning makes space for another', async () => {
    const [a, b] = [makeFile(1, 1), makeFile(2, 1)]
    for (const [name, file] of Object.entries({ a, b })) {
      await here.announce(file, { name })
      await here.arrive(file)
    }
    await here.files.setLimits({ bytesMax: PART_BYTES })
    await here.files.pin('a')
    await expect(here.files.pin('b')).rejects.toEqual(refused('quota'))
    await here.files.unpin('a')
    expect(here.files.get('a')).toMatchObject({ state: 'here', pinned: false })
    await here.files.pin('b')
    expect(here.files.list().map(({ state, pinned }) => [state, pinned])).toEqual([
      ['elsewhere', false],
      ['here', true],
    ])
  })

  it('of a file that is not there is refused, and unpinning what is not pinned does nothing', async () => {
    await expect(here.files.pin('soup.pdf')).rejects.toEqual(refused('no-such-file'))
    await expect(here.files.unpin('soup.pdf')).rejects.toEqual(refused('no-such-file'))
    const file = await here.announce(makeFile(1, 1))
    await here.files.unpin('soup.pdf')
    expect(here.files.list()).toEqual([file])
  })
})

describe('limits', () => {
  it('are kept, and are whole numbers of bytes', async () => {
    await here.files.setLimits({ bytesMax: 5_000 })
    await here.files.setLimits({ autoFetchBytesMax: 10 })
    const limits = { autoFetchBytesMax: 10, bytesMax: 5_000, pinnedBytes: 0, unpinnedBytes: 0 }
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 60]) {
      await expect(here.files.setLimits({ bytesMax: wrong })).rejects.toEqual(refused('bad-value'))
    }
    expect(here.files.limits()).toEqual(limits)
    const again = coreOf(0, here.core.store)
    expect(new LocalRooms(again, servicesOf(again)).get('Kitchen').files.limits()).toEqual(limits)
  })

  it('below what is pinned are refused', async () => {
    await writeFile(here.at('a'), 'x'.repeat(1_000))
    await here.files.add(here.at('a'))
    await expect(here.files.setLimits({ bytesMax: 999 })).rejects.toEqual(refused('quota'))
    await here.files.setLimits({ bytesMax: 1_000 })
  })
})

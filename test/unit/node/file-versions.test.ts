import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chat } from '../../../src/apps/chat/index.ts'
import { fileRow } from '../../acceptance/store-rows.ts'
import { makeFile } from '../room/shared-files.ts'
import { FileRoom, refused } from './file-room.ts'

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
})

afterEach(() => here.close())

describe('a file', () => {
  it('of a name that was shared before is a new version, which the name means', async () => {
    const made = Array.from({ length: 3 }, (_, i) => makeFile(i, 1))
    const [first, second] = [await here.announce(made[0]!), await here.announce(made[1]!)]
    const numbers = (): unknown => here.files.list().map(({ version, versions }) => [version, versions])
    expect(numbers()).toEqual([
      [1, 2],
      [2, 2],
    ])
    expect(here.files.get('soup.pdf')).toEqual(second)
    expect(here.files.get('soup.pdf', { version: 1 })).toEqual({ ...first, versions: 2 })
    expect(here.files.get(first.id)).toEqual({ ...first, versions: 2 })
    expect(() => here.files.get('soup.pdf', { version: 3 })).toThrow(refused('no-such-file'))
    expect(() => here.files.get('soup.pdf', { version: 3 })).toThrow('no version 3: its newest is 2')
    // A CID first: anybody can name a file so.
    await here.announce(made[2]!, { name: first.id })
    expect(here.files.get(first.id).document).toBe(first.document)
  })

  it('is the newest by the order of the room, not by when it arrived or what its author says of the time', async () => {
    const [late, early] = [makeFile(1, 1), makeFile(2, 1)]
    const newest = await here.announce(late)
    // One that was written before, and arrives only now.
    const row = fileRow(7, { clock: 1 })
    const file = { ...row.file, root: early.id, name: 'soup.pdf', timeMs: newest.timeMs + 1_000_000 }
    here.core.store.apply({ type: 'put-linking', room: here.id, row: { ...row, links: [early.id], file } })
    expect(here.files.get('soup.pdf').id).toBe(late.id)
    expect(here.files.get('soup.pdf', { version: 1 }).id).toBe(early.id)
  })

  it('has versions whether its name is composed or not, and a folder has its own', async () => {
    const [a, b, c] = [makeFile(1, 1), makeFile(2, 1), makeFile(3, 3)]
    await here.announce(a, { name: 'Cafe\u0301' })
    const composed = await here.announce(b, { name: 'Caf\u00e9' })
    const folder = await here.announce(c, { name: 'Cafe\u0301', type: 'folder' })
    expect(here.files.list().map(({ version }) => version)).toEqual([1, 2, 3])
    for (const typed of ['Caf\u00e9', 'Cafe\u0301', 'Cafe\u0301/']) expect(here.files.get(typed)).toEqual(folder)
    expect(here.files.get('Cafe\u0301', { version: 2 })).toEqual({ ...composed, versions: 3 })
    expect(() => here.files.get('Caf\u00e9/', { version: 2 })).toThrow(refused('no-such-file'))
  })

  it('is found in any case where all that are called so have one name', async () => {
    const [a, b, c] = [makeFile(1, 1), makeFile(2, 1), makeFile(3, 1)]
    await here.announce(a, { name: 'v.txt' })
    const newest = await here.announce(b, { name: 'v.txt' })
    expect(here.files.get('V.TXT')).toEqual(newest)
    const exact = await here.announce(c, { name: 'V.txt' })
    expect(here.files.get('V.txt')).toEqual(exact)
    expect(() => here.files.get('V.TXT')).toThrow(refused('no-such-file'))
  })

  it('is saved, pinned and unpinned by its version', async () => {
    const [a, b] = [makeFile(1, 1), makeFile(2, 1)]
    for (const file of [a, b]) {
      await here.announce(file)
      await here.arrive(file)
    }
    const saved = await here.files.save('soup.pdf', { version: 1, path: here.at('copy') })
    expect(saved.file).toMatchObject({ id: a.id, version: 1, pinned: true })
    await here.files.pin('soup.pdf')
    await here.files.unpin('soup.pdf', { version: 1 })
    expect(here.files.list().map(({ pinned }) => pinned)).toEqual([false, true])
  })
})

it('a file that is shared is read among the messages of the room', async () => {
  const room = here.rooms.get(here.id, chat)
  await room.send('for tonight:')
  const file = await here.announce(makeFile(1, 3), { name: 'so\u200bup.pdf' })
  const folder = await here.announce(makeFile(2, 3), { name: 'photos', type: 'folder' })
  await here.write('file', new Uint8Array([0]), [makeFile(3, 1).id])
  const messages = [...room.messages()]
  expect(messages.map(({ text }) => text)).toEqual(['for tonight:', 'shared so⟨U+200B⟩up.pdf', 'shared photos'])
  expect(messages[1]).toMatchObject({
    ...{ id: file.document, name: 'Author 0', file: { name: 'so\u200bup.pdf', type: 'file', id: file.id } },
  })
  expect(messages[2]?.file).toEqual({ id: folder.id, name: 'photos', type: 'folder', sizeBytes: folder.sizeBytes })
  expect(messages[0]).not.toHaveProperty('file')
  expect(room.state.recent, 'of the app').toHaveLength(1)
  expect([...room.messages({ last: 1 })].map(({ text }) => text)).toEqual(['shared photos'])
})

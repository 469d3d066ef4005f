/** Blocks of complete files that a check found to be gone. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LostFiles } from '../../../src/node/lost-files.ts'
import { checkBlocks } from '../../../src/node/repair/block-check.ts'
import { makeFile } from '../room/shared-files.ts'
import { FileRoom } from './file-room.ts'

let here: FileRoom
let losses: LostFiles
const file = makeFile(1, 3)

beforeEach(async () => {
  here = await FileRoom.open()
  losses = new LostFiles(here.core)
  await here.announce(file)
  await here.files.pin('soup.pdf')
  await here.arrive(file)
  await vi.waitUntil(() => here.files.get('soup.pdf').state === 'here')
})
afterEach(() => here.close())

/** Loses blocks of the file, and says so as a check does. */
function lose(...indexes: number[]) {
  const blocks = indexes.map((index) => file.blocks[index]!)
  here.core.store.apply({ type: 'delete-blocks', ids: blocks.map(({ id }) => id) })
  return blocks.map(({ id, block }) => ({ block, lost: { room: here.id, root: file.id, id } }))
}

test('a lost block is fetched again, and told until it is here', async () => {
  const { lost, block } = lose(2)[0]!
  const line =
    "a block of 'soup.pdf' in 'Kitchen' was lost on this disk: what is gone is fetched again from whoever has it"
  expect(await losses.found([lost])).toEqual([line])
  expect(losses.list()).toEqual([line])
  expect(here.files.get('soup.pdf')).toMatchObject({ state: 'fetching', pinned: true })
  expect(here.core.machine.wings['ensure-map'].progress(here.id, file.id, 0)).toMatchObject({ known: 4, have: 3 })
  expect(await losses.found([lost]), 'of what is being fetched').toEqual([])
  await here.arrive({ blocks: [{ id: lost.id, block }] })
  expect(here.files.get('soup.pdf')).toMatchObject({ state: 'here', pinned: true })
  expect(losses.list()).toEqual([])
})

test('what an export or a repair has found is told, too, also by a later start, until it is here', async () => {
  const { lost, block } = lose(2)[0]!
  await here.core.command({ type: 'recheck', room: here.id, id: file.id })
  const line = /^blocks of 'soup\.pdf' in 'Kitchen' were lost on this disk: /
  expect(losses.list()).toEqual([expect.stringMatching(line)])
  expect(new LostFiles(here.core).list()).toEqual([expect.stringMatching(line)])
  for (let run = 1; run <= 2; run++) expect([...checkBlocks(here.core.store)].at(-1)).toMatchObject({ lost: 1 })
  await here.arrive({ blocks: [{ id: lost.id, block }] })
  expect(losses.list()).toEqual([])
  expect([...checkBlocks(here.core.store)].at(-1)).toMatchObject({ lost: 0 })
})

test('a file that is fetched for the first time has lost nothing', async () => {
  const other = makeFile(2, 3)
  await here.announce(other, { name: 'cake.pdf' })
  await here.files.pin('cake.pdf')
  expect(here.files.get('cake.pdf').state).toBe('fetching')
  expect(losses.list()).toEqual([])
})

test('several lost blocks of a file are one finding', async () => {
  const lost = lose(0, 1, 2).map((one) => one.lost)
  expect(await losses.found(lost)).toEqual([expect.stringMatching(/^3 blocks of 'soup\.pdf' .* were lost/)])
})

test('what is here, or needed no more, is neither fetched nor told', async () => {
  const seemingly = { room: here.id, root: file.id, id: file.blocks[1]!.id }
  expect(await losses.found([seemingly])).toEqual([])
  expect(here.files.get('soup.pdf').state).toBe('here')
  const { lost } = lose(1)[0]!
  await here.core.command({ type: 'release', room: here.id, id: file.id })
  expect(await losses.found([lost])).toEqual([])
  expect(here.files.get('soup.pdf').state).toBe('elsewhere')
})

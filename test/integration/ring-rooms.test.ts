/** Rooms in the ring, among real processes: their files are got while nobody of the room is up, and who has them is found. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

const MARK = 'bilby 4711 by bilby'
const TEXT = Array.from({ length: 50_000 }, (_, index) => `bilby ${index} by bilby, `).join('')

async function command(node: NodeProcess, ...argv: string[]): Promise<string> {
  const { exitCode, out, err } = await kith.run(node.dataDir, ...argv)
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  return out
}

/** All bytes in the files of a node's folder. */
const contentOf = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  )

const namesOf = async (node: NodeProcess, room: string): Promise<string[]> =>
  (await node.api.call('files.list', { room })).map(({ name }) => name)

test('a file of a private room is got from a stranger, sealed, while nobody of the room is up', async () => {
  const stranger = await kith.start({ name: 'Stranger' })
  const anna = await kith.start({ name: 'Anna', peers: [stranger.address] })
  const { id: room } = await anna.api.call('rooms.create', { name: 'Family', access: 'private' })
  const { line } = await anna.api.call('rooms.invite', { room, uses: 2 })
  const [ben, dora] = (await Promise.all(
    ['Ben', 'Dora'].map((name) => kith.start({ name, peers: [anna.address] })),
  )) as [NodeProcess, NodeProcess]
  for (const node of [ben, dora]) {
    await node.api.call('rooms.join', { room: line })
    await vi.waitFor(async () => expect((await node.api.call('rooms.show', { room })).role).toBe('writer'), POLL)
    await node.api.call('files.setLimits', { room, autoFetchBytesMax: 0 })
  }
  expect(await command(ben, 'room', 'ring', 'Family', 'on')).toContain('there is none yet')
  // What is shared now, Ben learns only when Anna is gone.
  await ben.stop()
  const file = join(kith.folder(), 'Quollplan.txt')
  writeFileSync(file, TEXT)
  await command(anna, 'file', 'add', 'Family', file)
  await command(anna, 'room', 'ring', 'Family', 'on')
  await vi.waitFor(async () => {
    const { files } = await anna.api.call('rooms.ring', { room })
    expect(files).toMatchObject([{ name: 'Quollplan.txt', isAnnounced: true, left: null }])
  }, POLL)
  await vi.waitFor(async () => expect(await namesOf(dora, room)).toEqual(['Quollplan.txt']), POLL)
  await anna.kill()
  // Dora passes on what was said, and has nothing of the file.
  const again = await kith.restart(ben, { peers: [dora.address] })
  await vi.waitFor(async () => expect(await namesOf(again, room)).toEqual(['Quollplan.txt']), POLL)
  await dora.stop()

  await again.api.call('connect', { peer: stranger.address })
  const copy = join(kith.folder(), 'copy.txt')
  await command(again, 'file', 'get', 'Family', 'Quollplan.txt', '-o', copy)
  expect(readFileSync(copy, 'utf8')).toBe(TEXT)

  expect(await stranger.api.call('rooms.list', {})).toEqual([])
  expect((await stranger.api.call('ring.status', {})).sizeBytes).toBeGreaterThan(TEXT.length)
  await stranger.stop()
  expect(TEXT).toContain(MARK)
  expect(contentOf(stranger.dataDir).includes(MARK)).toBe(false)
  expect(contentOf(stranger.dataDir).includes('Quollplan')).toBe(false)
  await again.stop()
})

test('who has a file is found although the node that keeps the record was killed and started again', async () => {
  const keeper = await kith.start({ name: 'Keeper' })
  const anna = await kith.start({ name: 'Anna', peers: [keeper.address] })
  const { id: room } = await anna.api.call('rooms.create', { name: 'Films' })
  const path = join(kith.folder(), 'film.bin')
  // Too large to go itself.
  writeFileSync(path, randomBytes(17 * 1024 * 1024))
  await command(anna, 'file', 'add', 'Films', path)
  await command(anna, 'room', 'ring', 'Films', 'on', '--anyone')
  await vi.waitFor(
    async () => expect(await command(anna, 'room', 'ring', 'Films')).toMatch(/film.bin .* yes +no: too large/),
    POLL,
  )
  const [file] = await anna.api.call('files.list', { room })
  await Promise.all([anna.kill(), keeper.kill()])
  const kept = await kith.restart(keeper)
  const ben = await kith.start({ name: 'Ben', peers: [kept.address] })
  await ben.api.call('rooms.join', { room })
  await ben.api.call('wants.add', { id: file!.id, room })
  // Nobody can have told Ben of Anna but the ring.
  await vi.waitFor(async () => {
    const { addresses } = await ben.api.call('peer', { peer: anna.peer })
    expect(addresses.map(({ address }) => address)).toContain(anna.listen)
  }, POLL)
  await kith.restart(anna)
  await vi.waitFor(async () => {
    const wants = await ben.api.call('wants.list', { all: true })
    expect(wants).toMatchObject([{ id: file!.id, state: 'complete' }])
  }, POLL)
})

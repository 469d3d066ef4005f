/** What a whole node does with what it fetches: jobs over restarts, events, a full disk, and its stop. */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EnsureStatus, KithNode } from '../../../src/kith.ts'
import { createNode } from '../../../src/node.ts'
import { partRecordsIn } from '../../../src/node/data-folder.ts'
import { CHECK_EVERY_MS, DOCUMENT_RESERVE_BYTES } from '../../../src/node/disk-space.ts'
import { COLLECT_AFTER_MS } from '../../../src/node/garbage.ts'
import { makeFile } from '../room/shared-files.ts'

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original()
  return { ...real, statfs: vi.fn(real.statfs) as typeof real.statfs }
})

/** For what two nodes on one machine do with each other. */
const SOON = { timeout: 20_000 }

let folder: string
let anna: KithNode
const nodes: KithNode[] = []
const run = vi.fn<(status: EnsureStatus) => Promise<void>>()

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'kith-local-'))
  anna = await start('anna')
})

afterEach(async () => {
  vi.useRealTimers()
  vi.resetAllMocks()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
  await fs.rm(folder, { recursive: true, force: true })
})

async function start(name: string, peers: string[] = []): Promise<KithNode> {
  const options = { name, dataDir: join(folder, name), mdns: false, listen: ['/ip4/127.0.0.1/tcp/0'], peers }
  const node = await createNode(options)
  nodes.push(node)
  return node
}

/** Lets anna share a file of 6 blocks that nobody fetches automatically; returns its id. */
async function shareLarge(name = 'film.mkv'): Promise<string> {
  const content = Uint32Array.from({ length: 375_000 }, (_, i) => i + name.length * 1_000_000)
  await fs.writeFile(join(folder, name), content)
  return (await anna.rooms.get('Kitchen').files.add(join(folder, name))).id
}

/** A node in a room of anna's. */
async function startBob(): Promise<KithNode> {
  const room = await anna.rooms.create({ name: 'Kitchen' })
  const bob = await start('bob', anna.addresses())
  await bob.rooms.join(room.id)
  return bob
}

test('a job is run once its block has arrived from a peer, again after a restart if it failed, and then no more', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  let bob = await startBob()
  const id = await shareLarge()
  run.mockRejectedValueOnce(new Error('the player is broken'))
  bob.job('play', run)
  const ensured = vi.fn<(status: EnsureStatus) => void>()
  bob.on('ensured', ensured)
  const request = bob.ensure(id, { job: 'play' })
  expect(await request.done).toMatchObject({ id, state: 'complete', room: null, known: 7, missing: 0 })
  expect(ensured.mock.calls).toMatchObject([[{ id, state: 'complete' }]])
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1), SOON)
  expect(bob.wants({ all: true })).toMatchObject([{ id, state: 'complete', jobs: ['play'] }])
  expect(bob.block(id)).toEqual(anna.block(id))

  await bob.stop()
  bob = await start('bob')
  bob.job('play', run)
  await vi.waitFor(() => expect(bob.wants({ all: true })).toMatchObject([{ state: 'complete', jobs: [] }]), SOON)
  expect(run).toHaveBeenCalledTimes(2)

  await bob.stop()
  bob = await start('bob')
  bob.job('play', run)
  await bob.gc()
  expect(run).toHaveBeenCalledTimes(2)
})

test('what is released is removed after a while, however it was released', async () => {
  await anna.stop()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  anna = await start('anna')
  await anna.rooms.create({ name: 'Kitchen' })
  const [unwanted, unpinned] = [await shareLarge('a'), await shareLarge('bb')]
  const { files } = anna.rooms.get('Kitchen')
  await anna.unwant(unwanted)
  await files.unpin('bb')
  await files.setLimits({ bytesMax: 1_000_000 })
  expect(files.list().map(({ state }) => state)).toEqual(['elsewhere', 'elsewhere'])
  expect(await anna.gc({ dryRun: true })).toMatchObject({ blocks: 14 })
  vi.advanceTimersByTime(COLLECT_AFTER_MS)
  await vi.waitFor(async () => expect(await anna.gc({ dryRun: true })).toEqual({ blocks: 0, sizeBytes: 0 }), SOON)
  expect([anna.block(unwanted), anna.block(unpinned)]).toEqual([undefined, undefined])
})

/** Leaves space for documents only on the disk of one node, as far as the system says; returns how to empty it again. */
function fillDisk(name: string): () => void {
  const statfs = vi.mocked(fs.statfs)
  const real = statfs.getMockImplementation() as typeof fs.statfs
  statfs.mockImplementation((async (path: string) =>
    path === join(folder, name) ? { bavail: (2 * DOCUMENT_RESERVE_BYTES) / 4_096, bsize: 4_096 } : real(path)) as never)
  return () => void statfs.mockImplementation(real)
}

test('nothing is fetched while the disk is full, and fetching resumes once there is space', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const bob = await startBob()
  await bob.ensure(makeFile(1, 1).id).noted
  const empty = fillDisk('bob')
  vi.advanceTimersByTime(CHECK_EVERY_MS)
  await vi.waitFor(() => expect(bob.wants()).toMatchObject([{ failure: expect.stringMatching(/disk is full/) }]), SOON)

  const id = await shareLarge()
  await vi.waitFor(() => expect(bob.rooms.get('Kitchen').files.list()).toHaveLength(1), SOON)
  const request = bob.ensure(id)
  await request.noted
  const { files } = bob.rooms.get('Kitchen')
  await expect(files.save('film.mkv', { path: join(folder, 'copy') })).rejects.toMatchObject({ code: 'disk-full' })
  expect(request.status()).toMatchObject({ have: 0, asked: 0 })
  empty()
  vi.advanceTimersByTime(CHECK_EVERY_MS)
  expect(await request.done).toMatchObject({ state: 'complete', failure: null })
})

test('a node that starts with a full disk fetches nothing, though a file is pending, until there is space', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }) // no check but the first
  let bob = await startBob()
  const id = await shareLarge()
  await vi.waitFor(() => expect(bob.rooms.get('Kitchen').files.list()).toHaveLength(1), SOON)
  await anna.stop()
  await bob.ensure(id).noted
  await bob.stop()

  const empty = fillDisk('bob')
  anna = await start('anna')
  bob = await start('bob', anna.addresses())
  // What is said after the reconnection arrives, so that the file could have been asked for.
  await anna.rooms.get('Kitchen').do('send', { text: 'hello' })
  await vi.waitFor(() => expect([...bob.rooms.get('Kitchen').messages()]).toHaveLength(1), SOON)
  expect(bob.wants()).toMatchObject([{ id, failure: expect.stringMatching(/disk is full/), have: 0, asked: 0 }])
  empty()
  vi.advanceTimersByTime(CHECK_EVERY_MS)
  await vi.waitFor(() => expect(bob.wants({ all: true })).toMatchObject([{ id, state: 'complete' }]), SOON)
})

test('what a kill left of a file being saved is removed at the next start', async () => {
  await anna.stop()
  const part = join(folder, `.kith-part-${'0'.repeat(16)}-4000000000-0123abcd-0123abcd`)
  await partRecordsIn(join(folder, 'anna')).add(part)
  await fs.writeFile(part, 'half')
  anna = await start('anna')
  await vi.waitFor(async () => expect(await fs.readdir(folder)).toEqual(['anna']), SOON)
})

test('whoever waits for something is told when the node stops', async () => {
  const request = anna.ensure(makeFile(1, 1).id)
  await request.noted
  await anna.stop()
  await expect(request.done).rejects.toMatchObject({ name: 'KithError', code: 'stopped' })
  await expect(anna.ensure(makeFile(2, 1).id).done).rejects.toMatchObject({ code: 'stopped' })
  await expect(anna.gc()).rejects.toMatchObject({ code: 'stopped' })
})

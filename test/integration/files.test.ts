/** Files between real processes, which are killed at the worst time: a file arrives whole, or not at all. */
import { createCipheriv, createHash } from 'node:crypto'
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { expect, test, vi } from 'vitest'
import { FILE_KIND } from '../../protocols/file/constants.ts'
import { encodeDocument } from '../../protocols/document/document.ts'
import type { BlockId, RoomId } from '../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { fileBody, type FileDescription } from '../../src/files/file-document.ts'
import type { EnsureStatus, FileInfo } from '../../src/kith.ts'
import { MAX_UNFINISHED_BYTES } from '../../src/store/block-files.ts'
import { MemoryBlocks } from '../unit/files/memory-blocks.ts'
import { joinRoom, POLL, useKith, type Ended, type NodeProcess } from './kith-process.ts'
import { connectRawPeer } from '../hostile/raw-peer.ts'

const MIB = 1024 * 1024

const kith = useKith()

/** Writes a file of pseudo-random bytes, the same for the same name. */
async function makeFile(path: string, sizeBytes: number): Promise<string> {
  const key = createHash('sha256').update(basename(path)).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  function* content(): Generator<Buffer> {
    for (let left = sizeBytes; left > 0; left -= MIB) yield cipher.update(Buffer.alloc(Math.min(left, MIB)))
  }
  await writeFile(path, content())
  return path
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** A node with a room, and the files that it shares there. */
async function startHolder(...paths: string[]): Promise<{ holder: NodeProcess; room: string }> {
  const holder = await kith.start({ name: 'Holder' })
  const { id: room } = await holder.api.call('rooms.create', { name: 'Kitchen' })
  await kith.json<FileInfo>(holder.dataDir, 'file', 'add', 'Kitchen', ...paths)
  return { holder, room }
}

/** Waits until a node knows so many files of a room. */
async function knowFiles(node: NodeProcess, room: string, count: number): Promise<void> {
  await vi.waitFor(async () => expect(await node.api.call('files.list', { room })).toHaveLength(count), POLL)
}

/** What a node wants, as `kith wants --json` shows it; undefined once it is complete. */
async function wanted(node: NodeProcess): Promise<EnsureStatus | undefined> {
  return (await node.api.call('wants.list', {}))[0]
}

const sentBytes = ({ from }: EnsureStatus): number => from.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * Follows a download until so many of its bytes are here. All that came since the node started was
 * new: what was here before and what was sent since are what is here now.
 */
async function followUntil(node: NodeProcess, bytes: number): Promise<{ here: number; before: number }> {
  let before: number | undefined
  const look = async (): Promise<number> => {
    const status = await wanted(node)
    if (status === undefined || sentBytes(status) === 0) return 0
    before ??= status.bytes - sentBytes(status)
    expect(status.bytes - sentBytes(status)).toBe(before)
    return status.bytes
  }
  const here = await vi.waitUntil(
    async () => {
      const now = await look()
      return now >= bytes ? now : false
    },
    { ...POLL, interval: 10 },
  )
  return { here, before: before ?? 0 }
}

test('a large file arrives complete although both sides are killed on the way, and nothing is sent twice', async () => {
  const source = await makeFile(join(kith.folder(), 'film.mkv'), 200 * MIB)
  const started = await startHolder(source)
  let { holder } = started
  const { room } = started
  let fetcher = await kith.start({ name: 'Fetcher', peers: [holder.address] })
  await joinRoom(fetcher, room)
  await knowFiles(fetcher, room, 1)
  const copies = kith.folder()
  const copy = join(copies, 'film.mkv')
  const get = (...flags: string[]): Promise<Ended> =>
    kith.run(fetcher.dataDir, 'file', 'get', 'Kitchen', 'film.mkv', '-o', copies, ...flags)

  const first = get()
  const alone = await followUntil(fetcher, 30 * MIB)
  expect(alone.before).toBe(0)
  await fetcher.kill()
  expect(await first).toMatchObject({ exitCode: 1 })
  expect(readdirSync(copies)).toEqual([])

  // It goes on by itself.
  fetcher = await kith.restart(fetcher)
  const again = await followUntil(fetcher, 80 * MIB)
  // What was counted as here may still have been on its way to the disk. No row says so before it is there: a commit
  // of rows first writes the blocks that came before it (`SqliteStore.commit`).
  expect(again.before).toBeGreaterThanOrEqual(alone.here - MAX_UNFINISHED_BYTES)
  await holder.kill()
  const [[stalled] = []] = await kith.json<EnsureStatus[]>(fetcher.dataDir, 'wants')
  expect(stalled).toMatchObject({ state: 'searching', pinned: true, failure: null, from: [{ peer: holder.peer }] })
  expect(stalled!.bytes - sentBytes(stalled!)).toBe(again.before)
  holder = await kith.restart(holder)
  const second = get()
  expect((await followUntil(fetcher, 130 * MIB)).before).toBe(again.before)

  // Killed while the file is written: what there is of it has another name.
  await vi.waitUntil(() => readdirSync(copies).length > 0, { ...POLL, interval: 5 })
  await fetcher.kill()
  await second
  const isPartial = existsSync(copy) && statSync(copy).size < 200 * MIB
  expect(isPartial).toBe(false)

  fetcher = await kith.restart(fetcher)
  const [file] = await fetcher.api.call('files.list', { room })
  expect(file).toMatchObject({ state: 'here', pinned: true, sizeBytes: 200 * MIB })
  expect(await wanted(fetcher)).toBeUndefined()
  expect(await get('--overwrite')).toMatchObject({ exitCode: 0, err: '' })
  expect(readdirSync(copies)).toEqual(['film.mkv'])
  expect(await hashOf(copy)).toBe(await hashOf(source))
  const [complete] = await fetcher.api.call('wants.list', { all: true })
  expect(complete).toMatchObject({ state: 'complete', missing: 0, failure: null })
  expect(await kith.json(fetcher.dataDir, 'gc', '--dry-run')).toEqual([{ blocks: 0, sizeBytes: 0 }])
  for (const node of [holder, fetcher]) expect((await node.api.call('status', {})).refused).toEqual({})
  await Promise.all([holder.stop(), fetcher.stop()])
  // Five starts and 200 MiB on both disks, on a machine that does something else too.
}, 120_000)

test('a file whose author is gone for good can be fetched from a carrier', async () => {
  const source = await makeFile(join(kith.folder(), 'photo.raw'), 3 * MIB)
  const { holder, room } = await startHolder(source)
  const carrier = await kith.start({ name: 'Carrier', peers: [holder.address] })
  expect(await kith.run(carrier.dataDir, 'carry', room, '--max', '20MiB')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(
    async () => expect(await carrier.api.call('files.list', { room })).toMatchObject([{ state: 'here' }]),
    POLL,
  )
  await holder.kill()

  const newcomer = await kith.start({ name: 'Newcomer', peers: [carrier.address] })
  await joinRoom(newcomer, room)
  await knowFiles(newcomer, room, 1)
  const copy = join(kith.folder(), 'copy.raw')
  const got = await kith.run(newcomer.dataDir, 'file', 'get', 'Kitchen', 'photo.raw', '-o', copy)
  expect(got).toMatchObject({ exitCode: 0, err: '' })
  expect(await hashOf(copy)).toBe(await hashOf(source))
  await Promise.all([carrier.stop(), newcomer.stop()])
})

test('a file is fetched from all who have it', async () => {
  const source = await makeFile(join(kith.folder(), 'song.flac'), 60 * MIB)
  const { holder, room } = await startHolder(source)
  const others = await Promise.all(['Second', 'Third'].map((name) => kith.start({ name, peers: [holder.address] })))
  for (const node of others) {
    await joinRoom(node, room)
    await knowFiles(node, room, 1)
    await node.api.call('files.pin', { room, file: 'song.flac' })
  }
  const holders = [holder, ...others]
  for (const node of holders) {
    await vi.waitFor(
      async () => expect(await node.api.call('files.list', { room })).toMatchObject([{ state: 'here' }]),
      POLL,
    )
  }
  const fetcher = await kith.start({ name: 'Fetcher', peers: holders.map(({ address }) => address) })
  await joinRoom(fetcher, room)
  await knowFiles(fetcher, room, 1)
  await vi.waitFor(
    async () => expect(await fetcher.api.call('rooms.show', { room })).toMatchObject({ neighbours: 3 }),
    POLL,
  )
  const copy = join(kith.folder(), 'copy.flac')
  const getting = kith.run(fetcher.dataDir, 'file', 'get', 'Kitchen', 'song.flac', '-o', copy)
  const senders = new Set<string>()
  await vi.waitUntil(
    async () => {
      const status = await wanted(fetcher)
      for (const { peer, bytes } of status?.from ?? []) if (bytes > 0) senders.add(peer)
      return senders.size === holders.length
    },
    { ...POLL, interval: 5 },
  )
  expect([...senders].sort()).toEqual(holders.map(({ peer }) => peer).sort())
  expect(await getting).toMatchObject({ exitCode: 0, err: '' })
  expect(await hashOf(copy)).toBe(await hashOf(source))
  await Promise.all([...holders, fetcher].map((node) => node.stop()))
})

test('files and folders are shared, listed and saved from the terminal', async () => {
  const folder = kith.folder()
  mkdirSync(join(folder, 'photos', 'summer'), { recursive: true })
  writeFileSync(join(folder, 'photos', 'a.jpg'), 'aaa')
  writeFileSync(join(folder, 'photos', 'summer', 'b.jpg'), '')
  writeFileSync(join(folder, 'soup.pdf'), 'carrots, leeks, time')
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other', 'soup.pdf'), 'another soup')
  const { holder, room } = await startHolder(join(folder, 'photos'), join(folder, 'soup.pdf'))
  const fetcher = await kith.start({ name: 'Fetcher', peers: [holder.address] })
  await joinRoom(fetcher, room)
  await vi.waitFor(async () => {
    const files = await fetcher.api.call('files.list', { room })
    expect(files.map(({ state }) => state)).toEqual(['here', 'here'])
  }, POLL)

  const listed = await kith.run(fetcher.dataDir, 'file', 'list', 'Kitchen')
  expect(listed.out).toMatch(/^photos\/ +- +3 B +here +no +Holder /m)
  expect(listed.out).toMatch(/^soup\.pdf +- +20 B +here +no +Holder /m)
  const copies = kith.folder()
  const get = (...argv: string[]): Promise<Ended> => kith.run(fetcher.dataDir, 'file', 'get', 'Kitchen', ...argv)

  const photos = await get('photos', '-o', copies)
  expect(photos).toMatchObject({ exitCode: 0, err: '' })
  expect(photos.out).toContain(join(copies, 'photos'))
  expect(readFileSync(join(copies, 'photos', 'a.jpg'), 'utf8')).toBe('aaa')
  expect(readFileSync(join(copies, 'photos', 'summer', 'b.jpg'), 'utf8')).toBe('')

  const copy = join(copies, 'mine.pdf')
  writeFileSync(copy, 'mine')
  expect(await get('soup.pdf', '-o', copy)).toMatchObject({ exitCode: 1, err: expect.stringContaining(copy) as string })
  expect(readFileSync(copy, 'utf8')).toBe('mine')
  expect(await get('soup.pdf', '-o', copy, '--overwrite')).toMatchObject({ exitCode: 0 })
  expect(readFileSync(copy, 'utf8')).toBe('carrots, leeks, time')
  expect(await get('soup.pdf', '-o', join(copies, 'nowhere', 'soup.pdf'))).toMatchObject({ exitCode: 2 })
  // Such a file system has no space, whatever is free elsewhere.
  expect(await get('soup.pdf', '-o', '/proc/soup.pdf')).toMatchObject({
    ...{ exitCode: 1, err: expect.stringMatching(/^kith: the disk of \/proc has 0 bytes free/) as string },
  })
  expect(await get('pasta.pdf')).toMatchObject({ exitCode: 1, err: expect.stringContaining('pasta.pdf') as string })

  await kith.json(fetcher.dataDir, 'file', 'add', 'Kitchen', join(folder, 'other', 'soup.pdf'))
  const both = (await fetcher.api.call('files.list', { room })).filter(({ name }) => name === 'soup.pdf')
  expect(both).toMatchObject([
    { version: 1, versions: 2 },
    { version: 2, versions: 2 },
  ])
  expect(await get('soup.pdf', '-o', join(copies, 'which.pdf'))).toMatchObject({
    ...{ exitCode: 0, out: expect.stringMatching(/version 2 of 2, from /) as string },
  })
  expect(readFileSync(join(copies, 'which.pdf'), 'utf8')).toBe('another soup')
  expect(await get('soup.pdf', '--version', '1', '-o', join(copies, 'old.pdf'))).toMatchObject({ exitCode: 0 })
  expect(readFileSync(join(copies, 'old.pdf'), 'utf8')).toBe('carrots, leeks, time')
  expect(await get(both[0]!.id, '-o', join(copies, 'old.pdf'), '--overwrite')).toMatchObject({ exitCode: 0 })
  expect(await get('soup.pdf', '--version', '3')).toMatchObject({ exitCode: 1 })
  expect(readdirSync(copies).sort()).toEqual(['mine.pdf', 'old.pdf', 'photos', 'which.pdf'])
  await Promise.all([holder.stop(), fetcher.stop()])
})

test('content written by others never creates a file outside the chosen place', async () => {
  const node = await kith.start()
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  const topic = topicKeyOf(room)
  const peer = await connectRawPeer(node.address)
  const made = new MemoryBlocks()
  const evil = made.raw('evil')
  const evilFolder = made.folder([['../evil', evil]])
  const documentOf = (id: BlockId, description: FileDescription, seq: number): Uint8Array =>
    encodeDocument(
      {
        ...{ room, author: peer.signer.author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: seq },
        ...{ epoch: 0, kind: FILE_KIND, links: [id], body: fileBody(description) },
      },
      peer.signer,
    ).block
  const state = await peer.roomState()
  const sync = await peer.batchSync()
  const blocks = await peer.ensureMap()
  await state.roomState(peer.metadata(room, 1))
  await sync.batchSync({
    ...{ type: 'message', topic },
    blocks: [
      documentOf(evil, { name: '../evil', type: 'file', sizeBytes: 4 }, 1),
      documentOf(evil, { name: '/tmp/evil', type: 'file', sizeBytes: 4 }, 2),
      documentOf(evilFolder, { name: 'photos', type: 'folder', sizeBytes: 4 }, 3),
    ],
  })
  await knowFiles(node, room, 1)
  const answered = new Set<BlockId>()
  const serve = async (): Promise<void> => {
    const ids = blocks.ensureMapRecords.flatMap((record) => (record.type === 'want' ? record.ids : []))
    for (const id of ids.filter((each) => !answered.has(each))) {
      answered.add(id)
      await blocks.ensureMap({ type: 'block', topic, id, data: made.get(id) })
    }
  }
  await vi.waitFor(async () => {
    await serve()
    expect(await node.api.call('files.list', { room })).toMatchObject([{ name: 'photos', state: 'here' }])
  }, POLL)
  const copies = kith.folder()
  mkdirSync(join(copies, 'inner'))
  const got = await kith.run(node.dataDir, 'file', 'get', 'Kitchen', 'photos', '-o', join(copies, 'inner'))
  expect(got).toMatchObject({ exitCode: 1, err: expect.stringContaining('../evil') as string })
  for (const name of ['../evil', '/tmp/evil', 'evil']) {
    expect(await kith.run(node.dataDir, 'file', 'get', 'Kitchen', name, '-o', copies)).toMatchObject({ exitCode: 1 })
  }
  expect(readdirSync(copies)).toEqual(['inner'])
  expect(readdirSync(join(copies, 'inner'))).toEqual([])
  expect(existsSync(join(dirname(copies), 'evil'))).toBe(false)
  await peer.stop()
  await node.stop()
})

/** Runs `work` with another umask, which the processes started meanwhile inherit. */
async function withUmask<Result>(umask: number, work: () => Promise<Result>): Promise<Result> {
  const own = process.umask(umask)
  try {
    return await work()
  } finally {
    process.umask(own)
  }
}

test('files are saved with the umask of the terminal, and the data folder stays private', async () => {
  const modeOf = (...path: string[]): number => statSync(join(...path)).mode & 0o777
  const photos = join(kith.folder(), 'photos')
  mkdirSync(photos)
  writeFileSync(join(photos, 'cat'), 'purr')
  const { holder } = await withUmask(0o026, () => startHolder(photos, join(photos, 'cat')))
  const get = async (umask: number, file: string, ...flags: string[]): Promise<void> => {
    const run = () => kith.run(holder.dataDir, 'file', 'get', 'Kitchen', file, ...flags)
    expect(await withUmask(umask, run)).toMatchObject({ exitCode: 0 })
  }
  for (const [umask, fileMode, folderMode] of [
    [0o002, 0o664, 0o775],
    [0o022, 0o644, 0o755],
    [0o077, 0o600, 0o700],
  ] as const) {
    const copies = kith.folder()
    await get(umask, 'photos', '-o', copies)
    await get(umask, 'cat', '-o', copies)
    const modes = [modeOf(copies, 'photos'), modeOf(copies, 'photos', 'cat'), modeOf(copies, 'cat')]
    expect(modes).toEqual([folderMode, fileMode, fileMode])
  }
  const kept = join(kith.folder(), 'kept')
  writeFileSync(kept, 'old')
  chmodSync(kept, 0o640)
  await get(0o022, 'cat', '-o', kept, '--overwrite')
  expect([readFileSync(kept, 'utf8'), modeOf(kept)]).toEqual(['purr', 0o640])
  const byProgram = join(kith.folder(), 'copy')
  await holder.api.run('files.save', { room: 'Kitchen', file: 'cat', path: byProgram })
  expect(modeOf(byProgram)).toBe(0o640)
  for (const entry of readdirSync(holder.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    expect(modeOf(path), path).toBe(entry.isDirectory() ? 0o700 : 0o600)
  }
  await holder.stop()
})

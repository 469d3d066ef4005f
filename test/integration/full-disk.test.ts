/** A disk without a byte left: a node starts and serves, and what frees space works, with and without it. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { GarbageReport } from '../../src/kith.ts'
import { POLL, useKith } from './kith-process.ts'
import { noSmallDisk, SmallDisk } from './small-disk.ts'

/** More than the reserve for files, so that some can be added. */
const DISK_MIB = 170
const FILE_BYTES = 2_000_000

const kith = useKith()

test('a node on a full disk is read-only until something is freed', async ({ skip }) => {
  skip(noSmallDisk !== undefined, noSmallDisk)
  const disk = new SmallDisk(kith.folder(), DISK_MIB)
  const dataDir = join(disk.path, 'node')
  let node = await kith.start({ dataDir })
  const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
  const files = ['a.bin', 'b.bin', 'c.bin'].map((name) => join(kith.folder(), name))
  for (const [i, path] of files.entries()) {
    writeFileSync(path, Buffer.alloc(FILE_BYTES, i + 1))
    await kith.json(dataDir, 'file', 'add', 'Kitchen', path)
  }
  await node.api.call('rooms.create', { name: 'Attic' })
  const ofAttic = join(kith.folder(), 'd.bin')
  writeFileSync(ofAttic, Buffer.alloc(FILE_BYTES, 'no two blocks of this are alike'))
  await kith.json(dataDir, 'file', 'add', 'Attic', ofAttic)
  const [a, b] = await node.api.call('files.list', { room })

  // While it runs.
  disk.fill(0)
  const full = async (): Promise<void> =>
    expect((await node.api.call('status', {})).disk).toMatchObject({ paused: 'all' })
  await vi.waitFor(full, POLL)
  expect(await kith.run(dataDir, 'send', 'Kitchen', 'hello')).toMatchObject({ exitCode: 1 })
  expect((await kith.run(dataDir, 'send', 'Kitchen', 'hello')).err).toContain('almost full')
  expect(await kith.run(dataDir, 'unwant', a!.id)).toMatchObject({ exitCode: 0, err: '' })
  expect(await kith.run(dataDir, 'gc')).toMatchObject({ exitCode: 0, err: '' })

  // While it does not. There was space before, some of which it kept for this.
  disk.empty()
  await vi.waitFor(() => expect(existsSync(join(dataDir, 'kith.db-ballast'))).toBe(true), POLL)
  await node.stop()
  disk.fill(0)
  expect(await kith.run(dataDir, 'file', 'unpin', 'Kitchen', 'c.bin')).toMatchObject({ exitCode: 0, err: '' })
  const listed = await kith.run(dataDir, 'wants', '--all')
  expect(listed).toMatchObject({ exitCode: 0, err: 'No node is running, so nothing is fetched.\n' })
  expect(listed.out).toMatch(new RegExp(`complete, pinned .* ${b!.id}\n`))
  expect(await kith.run(dataDir, 'unwant', b!.id)).toMatchObject({ exitCode: 0, err: '' })
  const [freed] = await kith.json<GarbageReport>(dataDir, 'gc')
  expect(freed!.sizeBytes).toBeGreaterThan(100_000)

  // What a room needed goes with it; the other one stays.
  expect(await kith.run(dataDir, 'leave', 'Attic', '--delete')).toMatchObject({ exitCode: 0, err: '' })
  const [freedOfAttic] = await kith.json<GarbageReport>(dataDir, 'gc')
  expect(freedOfAttic!.sizeBytes).toBeGreaterThanOrEqual(FILE_BYTES)

  // A start says what is wrong, and it all goes on once there is space.
  node = await kith.restart(node)
  await full()
  expect((await kith.run(dataDir, 'status')).out).toContain('kith gc free space')
  disk.empty()
  await vi.waitFor(async () => await node.send(room, 'hello'), POLL)
  expect((await node.api.call('rooms.list', {})).map(({ name }) => name)).toEqual(['Kitchen'])
  await node.stop()
}, 120_000)

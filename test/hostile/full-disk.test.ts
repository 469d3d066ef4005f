/** Documents that would fill the disk wait, and the node goes on. */
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { READ_ONLY_BYTES } from '../../src/node/disk-space.ts'
import { joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import { noSmallDisk, SmallDisk } from '../integration/small-disk.ts'
import { FULL_DISK_BODY_BYTES, FULL_DISK_DOCUMENTS, fullDisk } from './attacks/full-disk.ts'

/** Some MiB more than where documents pause, beside what a node keeps for the worst. */
const DISK_MIB = 46

const kith = useKith()

test('documents pause before the disk is full, and go on once there is space', async ({ skip }) => {
  skip(noSmallDisk !== undefined, noSmallDisk)
  const disk = new SmallDisk(kith.folder(), DISK_MIB)
  const node = await kith.start({ name: 'Node', dataDir: join(disk.path, 'node') })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await fullDisk.run({ address: node.address, room, signal: AbortSignal.timeout(40_000) })
  await vi.waitFor(
    async () => expect((await node.api.call('status', {})).disk).toMatchObject({ paused: 'documents' }),
    POLL,
  )
  expect(disk.freeBytes).toBeGreaterThan(READ_ONLY_BYTES)
  const { documents, sizeBytes } = await node.api.call('rooms.show', { room })
  expect(documents).toBeLessThan(FULL_DISK_DOCUMENTS / 2)
  expect(documents).toBeGreaterThan(10)
  expect(sizeBytes).toBeGreaterThan(10 * FULL_DISK_BODY_BYTES)
  expect((await kith.run(node.dataDir, 'status')).out).toContain('no documents accepted from others')
  await node.send(room, 'mine is still written')

  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  await joinRoom(honest, room)
  await honest.send(room, 'from elsewhere')
  disk.resize(400)
  await vi.waitFor(async () => expect((await node.read(room)).map(({ text }) => text)).toContain('from elsewhere'), {
    ...POLL,
    timeout: 50_000,
  })
  await Promise.all([node.stop(), honest.stop()])
}, 120_000)

/** Links that lead nowhere: what they cost a node is bounded, and what others share still arrives. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { AUTO_FETCH_PLACES_PER_AUTHOR } from '../../src/machine/constants.ts'
import { joinRoom, POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { roots, ROOTS_DOCUMENTS } from './attacks/roots.ts'

const MIB = 1024 * 1024

/**
 * For 2 MB of documents, and the young generation of the heap, which takes up to 48 MiB as soon as a node has much to do
 * and is not given back. Without bounds, it grew by 200 MiB and more.
 */
const MAX_GROWTH_BYTES = 80 * MIB

const kith = useKith()

function rssBytes({ pid }: NodeProcess): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

test('links that lead nowhere cost a node little, also after a restart, and pictures of others arrive', async () => {
  let node = await kith.start({ name: 'Node' })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  const beforeBytes = rssBytes(node)
  await roots.run({ address: node.address, room, signal: AbortSignal.timeout(40_000) })
  const { documents } = await node.api.call('rooms.show', { room })
  expect(documents).toBeGreaterThan(ROOTS_DOCUMENTS)
  expect(rssBytes(node) - beforeBytes).toBeLessThan(MAX_GROWTH_BYTES)
  expect((await node.api.call('wants.list', {})).length).toBeLessThanOrEqual(AUTO_FETCH_PLACES_PER_AUTHOR)

  await node.stop()
  node = await kith.restart(node)
  await node.api.call('rooms.show', { room })
  expect(rssBytes(node) - beforeBytes).toBeLessThan(MAX_GROWTH_BYTES)

  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  await joinRoom(honest, room)
  const picture = join(kith.folder(), 'soup.jpg')
  writeFileSync(picture, Buffer.alloc(300_000, 'soup'))
  await kith.json(honest.dataDir, 'file', 'add', room, picture)
  await vi.waitFor(
    async () =>
      expect(await node.api.call('files.list', { room })).toMatchObject([{ name: 'soup.jpg', state: 'here' }]),
    POLL,
  )
  await Promise.all([node.stop(), honest.stop()])
})

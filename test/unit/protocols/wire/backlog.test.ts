/** Bytes of frames that wait to be processed: for each peer, for all strangers, and in total. */
import { expect, it } from 'vitest'
import { Backlog } from '../../../../protocols/wire/backlog.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import {
  MAX_UNPROCESSED_BYTES,
  MAX_UNPROCESSED_STRANGERS_BYTES,
  MAX_UNPROCESSED_TOTAL_BYTES,
} from '../../../../protocols/wire/limits.ts'

const backlog = (): Backlog => new Backlog((peer) => peer.startsWith('S'))

it('is full for a peer of which the largest frame and more waits, until some has been processed', () => {
  const own = backlog().of('friend' as PeerId)
  const processed = own.add(MAX_UNPROCESSED_BYTES)
  expect(own.isFull).toBe(false)
  const last = own.add(1)
  expect(own.isFull).toBe(true)
  const resumed: string[] = []
  own.onceFree(() => resumed.push('friend'))
  last()
  expect([own.isFull, resumed]).toEqual([false, ['friend']])
  processed()
  expect(resumed).toEqual(['friend'])
})

it('is full for strangers together, under whatever keys, and for nobody else', () => {
  const all = backlog()
  const count = MAX_UNPROCESSED_STRANGERS_BYTES / MAX_UNPROCESSED_BYTES
  for (let i = 0; i < count; i++) all.of(`S${i}` as PeerId).add(MAX_UNPROCESSED_BYTES)
  expect(all.of('S' as PeerId).isFull).toBe(false)
  all.of('S' as PeerId).add(1)
  expect(all.of('S again' as PeerId).isFull).toBe(true)
  expect(all.of('friend' as PeerId).isFull).toBe(false)
})

it('is full for those of which more than a share waits if there is too much of all, under whatever keys', () => {
  const all = backlog()
  const count = MAX_UNPROCESSED_TOTAL_BYTES / MAX_UNPROCESSED_BYTES
  const [first] = Array.from({ length: count }, (_, i) => all.of(`key ${i}` as PeerId).add(MAX_UNPROCESSED_BYTES))
  expect(all.of('key 0' as PeerId).isFull).toBe(false)
  const next = all.of('next' as PeerId)
  next.add(1)
  expect([all.of('key 0' as PeerId).isFull, next.isFull]).toEqual([true, false])
  next.add(MAX_UNPROCESSED_BYTES - 1)
  expect(next.isFull).toBe(true)
  first?.()
  expect(next.isFull).toBe(false)
})

/** Memory of unfinished frames: per peer and in total, over all streams. */
import { expect, it } from 'vitest'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import {
  MAX_UNFINISHED_BYTES,
  MAX_UNFINISHED_PEER_BYTES,
  MAX_UNFINISHED_STRANGERS_BYTES,
} from '../../../../protocols/wire/limits.ts'
import { UnfinishedFrames } from '../../../../protocols/wire/unfinished-frames.ts'

const MIB = 1024 * 1024

function streamOf(name: string, givenUp: string[]) {
  return { giveUp: () => void givenUp.push(name) }
}

it('all streams of a peer have one account', () => {
  const frames = new UnfinishedFrames(() => false)
  const givenUp: string[] = []
  const [first, second] = [streamOf('first', givenUp), streamOf('second', givenUp)]
  frames.set('P' as PeerId, first, MAX_UNFINISHED_PEER_BYTES)
  expect(givenUp).toEqual([])
  frames.set('P' as PeerId, second, 1)
  expect(givenUp).toEqual(['first'])
  expect(frames.totalBytes).toBe(1)
  frames.set('P' as PeerId, second, 0)
  expect(frames.totalBytes).toBe(0)
})

it('in total, the peer that holds most is given up, and of several the one that began first', () => {
  const frames = new UnfinishedFrames(() => false)
  const givenUp: string[] = []
  const honest = streamOf('honest', givenUp)
  frames.set('honest' as PeerId, honest, MIB / 2)
  const count = MAX_UNFINISHED_BYTES / MIB + 10
  for (let i = 0; i < count; i++) frames.set(`P${i}` as PeerId, streamOf(`P${i}`, givenUp), MIB)
  expect(givenUp).toEqual(Array.from({ length: 11 }, (_, index) => `P${index}`))
  expect(frames.totalBytes).toBeLessThanOrEqual(MAX_UNFINISHED_BYTES)
})

it('frames of strangers count whole from their beginning on, those of others as they come', () => {
  const frames = new UnfinishedFrames((peer) => peer.startsWith('S'))
  const givenUp: string[] = []
  const whole = MAX_UNFINISHED_STRANGERS_BYTES / MIB
  for (let i = 0; i < 40; i++) {
    frames.set(`F${i}` as PeerId, streamOf(`F${i}`, givenUp), 10, MIB)
    frames.set(`S${i}` as PeerId, streamOf(`S${i}`, givenUp), 10, MIB)
  }
  expect(givenUp).toEqual(Array.from({ length: 40 - whole }, (_, index) => `S${index}`))
  const small = streamOf('small', givenUp)
  frames.set('S' as PeerId, small, 10, 20)
  expect(givenUp).not.toContain('small')
  expect(frames.totalBytes).toBe((40 + whole) * 10)
})

it('strangers have one account, and take nothing from peers that share a room', () => {
  const frames = new UnfinishedFrames((peer) => peer.startsWith('S'))
  const givenUp: string[] = []
  frames.set('friend' as PeerId, streamOf('friend', givenUp), MAX_UNFINISHED_PEER_BYTES)
  const count = MAX_UNFINISHED_STRANGERS_BYTES / MIB
  for (let i = 0; i < count; i++) frames.set(`S${i}` as PeerId, streamOf(`S${i}`, givenUp), MIB)
  expect(givenUp).toEqual([])
  frames.set('S' as PeerId, streamOf('S', givenUp), 1)
  expect(givenUp).toEqual(['S0'])
})

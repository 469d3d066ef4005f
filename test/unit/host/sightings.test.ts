import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_SIGHTINGS, MAX_TWINS } from '../../../src/host/constants.ts'
import { Sightings } from '../../../src/host/sightings.ts'

const peerOf = (index: number): PeerId => `peer ${index}` as PeerId

test('remembers when each peer was heard last, of too many those heard last', () => {
  const sightings = new Sightings()
  for (let index = 0; index < MAX_SIGHTINGS; index++) sightings.heard(peerOf(index), index)
  sightings.heard(peerOf(0), 1_000)
  sightings.heard(peerOf(MAX_SIGHTINGS), 1_001)
  expect(sightings.peers().size).toBe(MAX_SIGHTINGS)
  expect(sightings.peers().get(peerOf(0))).toBe(1_000)
  expect(sightings.peers().has(peerOf(1))).toBe(false)
})

test('remembers where the own key was heard, in a few places', () => {
  const sightings = new Sightings()
  for (let index = 0; index <= MAX_TWINS; index++) sightings.heardTwin(`10.0.0.${index}`, index)
  expect([...sightings.twins()]).toHaveLength(MAX_TWINS)
  expect(sightings.twins().has('10.0.0.0')).toBe(false)
})

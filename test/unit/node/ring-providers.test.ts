/** Who has a block, said in the ring and found there. */
import { beforeEach, expect, it } from 'vitest'
import { PROVIDER_OVERDUE_SECONDS, PROVIDER_PLACES, PROVIDER_TTL_SECONDS } from '../../../protocols/ring/constants.ts'
import { providerItem, providerPlaces } from '../../../protocols/ring/index.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { Signer } from '../../../protocols/wire/crypto.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import { RingProviders } from '../../../src/node/ring-providers.ts'
import { rootOf, signerOf } from '../room/history.ts'
import { FakeRing, KEEPER } from './fake-ring.ts'

const ID = blockIdOf('raw', Buffer.from('soup'))
const MS = 1_000
let room: RoomId
let ring: FakeRing
let nowMs: number

beforeEach(() => {
  room = rootOf().id as RoomId
  ring = new FakeRing()
  ring.hasOthers = true
  nowMs = 1_800_000_000_000
})

const recordOf = ({ author }: Signer): Uint8Array => Buffer.from(`addresses of ${author}`)

function nodeOf(index: number, { addresses = ['/ip4/10.0.0.1/tcp/1'], record = true } = {}) {
  const signer = signerOf(index)
  const host = { addresses: () => addresses, peerRecord: () => (record ? recordOf(signer) : undefined) }
  return { signer, providers: new RingProviders({ ring, host, signer, wallMs: () => nowMs }) }
}

const foundBy = async (providers: RingProviders) => (await providers.find(room, ID)).map(({ provider }) => provider)

it('a provider is found by others with the record of its addresses, and who gave it', async () => {
  const [anna, ben] = [nodeOf(0), nodeOf(1)]
  expect(await anna.providers.announce(room, ID)).toBe(true)
  expect(await ben.providers.find(room, ID)).toEqual([
    {
      ...{ provider: anna.signer.author, atSeconds: nowMs / MS, from: KEEPER },
      peerRecord: recordOf(anna.signer),
    },
  ])
  expect(await foundBy(anna.providers)).toEqual([])
  expect(ring.items.size).toBe(1)
})

it('a provider takes one place only, however often it says so', async () => {
  const anna = nodeOf(0)
  for (let times = 0; times < 3; times++) {
    nowMs += 60_000
    await anna.providers.announce(room, ID)
  }
  expect(ring.items.size).toBe(1)
  expect((await nodeOf(1).providers.find(room, ID))[0]?.atSeconds).toBe(nowMs / MS)
})

it('as many are found as there are places, and one more takes none of theirs', async () => {
  const nodes = Array.from({ length: PROVIDER_PLACES + 1 }, (_, index) => nodeOf(index))
  for (const { providers } of nodes) expect(await providers.announce(room, ID)).toBe(true)
  const found = await foundBy(nodeOf(9).providers)
  expect(new Set(found)).toEqual(new Set(nodes.slice(0, -1).map(({ signer }) => signer.author)))
})

it('a place is taken over once its provider did not come back in time', async () => {
  const nodes = Array.from({ length: PROVIDER_PLACES }, (_, index) => nodeOf(index))
  for (const { providers } of nodes) await providers.announce(room, ID)
  const late = nodeOf(PROVIDER_PLACES)
  nowMs += PROVIDER_OVERDUE_SECONDS * MS
  await late.providers.announce(room, ID)
  expect(await foundBy(nodeOf(9).providers)).not.toContain(late.signer.author)
  nowMs += MS
  await late.providers.announce(room, ID)
  expect(await foundBy(nodeOf(9).providers)).toContain(late.signer.author)
})

it('who does not say so again is not found after a day', async () => {
  await nodeOf(0).providers.announce(room, ID)
  nowMs += PROVIDER_TTL_SECONDS * MS - 1
  expect(await foundBy(nodeOf(1).providers)).toHaveLength(1)
  nowMs += 1
  expect(await foundBy(nodeOf(1).providers)).toEqual([])
})

it('forged records at all places hide nobody that comes then', async () => {
  const [anna, ben, mallory] = [nodeOf(0), nodeOf(1), signerOf(2)]
  for (const place of providerPlaces(room, ID)) {
    // It knows the room, but cannot sign for Anna.
    const forged = { author: anna.signer.author, sign: (content: Uint8Array) => mallory.sign(content) }
    await ring.putItem(providerItem(place, forged, { peerRecord: recordOf(mallory), atSeconds: nowMs / MS }))
  }
  expect(await foundBy(ben.providers)).toEqual([])
  expect(await anna.providers.announce(room, ID)).toBe(true)
  expect(await foundBy(ben.providers)).toEqual([anna.signer.author])
})

it('a sequence ahead of all clocks takes one place, and no more', async () => {
  const [anna, ben] = [nodeOf(0), nodeOf(1)]
  const [place] = providerPlaces(room, ID)
  await ring.putItem(providerItem(place!, signerOf(2), { peerRecord: new Uint8Array(1), atSeconds: nowMs }))
  for (const { providers } of [anna, ben]) expect(await providers.announce(room, ID)).toBe(true)
  expect(await foundBy(nodeOf(9).providers)).toHaveLength(2)
})

it('nobody is told where nobody is, or by whom nobody could dial', async () => {
  expect(await nodeOf(0, { addresses: [] }).providers.announce(room, ID)).toBe(false)
  expect(await nodeOf(0, { record: false }).providers.announce(room, ID)).toBe(false)
  ring.hasOthers = false
  expect(await nodeOf(0).providers.announce(room, ID)).toBe(false)
  expect(await foundBy(nodeOf(0).providers)).toEqual([])
  expect(ring.found).toEqual([])
})

it('a ring that does not answer has told nobody, and tells of nobody', async () => {
  ring.failure = new KithError('no-answer', 'no node of the ring answered')
  expect(await nodeOf(0).providers.announce(room, ID)).toBe(false)
  expect(await foundBy(nodeOf(0).providers)).toEqual([])
})

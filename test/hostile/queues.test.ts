/**
 * A member that packs much work into what it sends, within its credit and its rates: the node does a bounded part
 * of it, each input costs little, and what others write arrives meanwhile.
 */
import { beforeAll, expect, test } from 'vitest'
import { METADATA_STEPS_BURST, METADATA_STEPS_PER_SECOND } from '../../protocols/room-state/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { expectAgreement, joinRoom, useKith } from '../integration/kith-process.ts'
import type { NodeProcess } from '../integration/kith-process.ts'
import { floodMetadata } from './attacks/metadata.ts'
import { offers } from './attacks/offers.ts'
import { ranges } from './attacks/ranges.ts'

/** A room of which a comparison takes a while. */
const DOCUMENTS = 1_000

const kith = useKith()
let node: NodeProcess
let honest: NodeProcess
let room: RoomId
const said: string[] = []

beforeAll(async () => {
  node = await kith.start({ name: 'Node' })
  honest = await kith.start({ name: 'Honest', peers: [node.address] })
  room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  for (let i = 0; i < DOCUMENTS; i += 100) {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        node.api.call('documents.write', { room, kind: 'blob', body: Buffer.alloc(100).toString('base64') }),
      ),
    )
  }
})

async function refused(): Promise<Record<string, number>> {
  return (await node.api.call('status', {})).refused
}

/** What the honest node says arrives, whatever else goes on. */
async function expectSaid(text: string): Promise<void> {
  said.push(text)
  await honest.send(room, text)
  await expectAgreement([node, honest], room, said)
}

test.each([ranges, offers])('what an honest member says during $name arrives', async (attack) => {
  const attacking = attack.run({ address: node.address, room, signal: new AbortController().signal })
  await expectSaid(`during ${attack.name}`)
  await attacking
})

test('metadata is dropped beyond the rate, over all streams, as were comparisons and offers that had to wait', async () => {
  const startedMs = performance.now()
  const flood = floodMetadata({ address: node.address, room, signal: new AbortController().signal })
  await expectSaid('during metadata')
  const steps = await flood
  const seconds = (performance.now() - startedMs) / 1_000
  // A burst of its own for each of its streams would let through eight times as many.
  expect(steps).toBeLessThanOrEqual(METADATA_STEPS_BURST + METADATA_STEPS_PER_SECOND * seconds)
  expect(await refused()).toMatchObject({
    'metadata-flood': expect.any(Number) as number,
    'ranges-flood': expect.any(Number) as number,
    'offer-flood': expect.any(Number) as number,
  })
})

/**
 * A member that packs much work into what it sends, within its credit and its rates: the node does a bounded part
 * of it, each input costs little, and what others write arrives meanwhile.
 */
import { beforeAll, expect, test } from 'vitest'
import { MAX_FRONTIER_IDS, METADATA_STEPS, METADATA_STEPS_BURST } from '../../protocols/room-state/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { expectAgreement, joinRoom, useKith } from '../integration/kith-process.ts'
import type { NodeProcess } from '../integration/kith-process.ts'
import type { Attack } from './attacks/attack.ts'
import { metadata } from './attacks/metadata.ts'
import { offers } from './attacks/offers.ts'
import { ranges } from './attacks/ranges.ts'

/** A room of which a comparison takes a while. */
const DOCUMENTS = 3_000

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
  for (let i = 0; i < DOCUMENTS; i += 250) {
    await Promise.all(
      Array.from({ length: 250 }, () =>
        node.api.call('documents.write', { room, kind: 'blob', body: Buffer.alloc(100).toString('base64') }),
      ),
    )
  }
})

async function refused(code: string): Promise<number> {
  return (await node.api.call('status', {})).refused[code] ?? 0
}

/** Runs an attack while the honest node speaks; what it says arrives all the same. */
async function attackWhileSpeaking(attack: Attack): Promise<void> {
  const attacking = attack.run({ address: node.address, room, signal: new AbortController().signal })
  const text = `during ${attack.name}`
  said.push(text)
  await honest.send(room, text)
  await expectAgreement([node, honest], room, said)
  await attacking
}

test('comparisons of the whole room, 1,500 in a frame, are dropped beyond those that wait', async () => {
  await attackWhileSpeaking(ranges)
  expect(await refused('ranges-flood')).toBeGreaterThan(1_000)
})

test('offers of thousands of documents are dropped beyond those that wait', async () => {
  await attackWhileSpeaking(offers)
  expect(await refused('offer-flood')).toBeGreaterThan(0)
})

test('metadata is charged by the ids that it names, and no new stream renews its burst', async () => {
  const before = await refused('metadata-flood')
  await metadata.run({ address: node.address, room, signal: new AbortController().signal })
  await expect
    .poll(async () => (await refused('metadata-flood')) - before, { timeout: 30_000 })
    .toBeGreaterThan(10 * (METADATA_STEPS_BURST / (METADATA_STEPS + MAX_FRONTIER_IDS)))
  said.push('after metadata')
  await honest.send(room, 'after metadata')
  await expectAgreement([node, honest], room, said)
})

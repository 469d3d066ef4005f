/** Peers that fill the space for waiting documents keep nobody else from waiting. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { documentIdOfDigest, type RoomId } from '../../protocols/wire/ids.ts'
import { MAX_PENDING_PER_ROOM } from '../../src/room/constants.ts'
import { joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import { parking } from './attacks/parking.ts'
import { documentAfterRoot, enterRoom, inventedAuthor } from './attacks/room-entrance.ts'

const NEWCOMERS = 50

const kith = useKith()

test('all places are taken by peers that left: a newcomer finds some, and people go on', async () => {
  const node = await kith.start({ name: 'Node' })
  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  const target = { address: node.address, room, signal: new AbortController().signal }
  await parking.run(target)
  const pending = async (): Promise<number> => (await node.api.call('rooms.show', { room })).pending
  expect(await pending()).toBe(MAX_PENDING_PER_ROOM)

  const { peer, send } = await enterRoom(target)
  const signer = inventedAuthor()
  const blocks = Array.from({ length: NEWCOMERS }, () => {
    return documentAfterRoot(room, signer, { parents: [documentIdOfDigest(randomBytes(32))], clock: 9 }).block
  })
  expect(await send(blocks), 'acknowledged').toBe(NEWCOMERS)
  expect(await pending()).toBe(MAX_PENDING_PER_ROOM)
  await peer.stop()
  await honest.send(room, 'still here')
  await expect.poll(async () => (await node.read(room)).map(({ text }) => text), POLL).toEqual(['still here'])
}, 180_000)

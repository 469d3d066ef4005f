/** Invented names take no space that anything else needs, and the owner of a room can drop authors. */
import { expect, test } from 'vitest'
import { MAX_PROFILES } from '../../protocols/room/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { expectAgreement, joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import { INVENTED_PROFILES, profiles } from './attacks/profiles.ts'

const kith = useKith()

test(`${INVENTED_PROFILES} invented names leave a room of ${MAX_PROFILES} names, in which people go on`, async () => {
  const node = await kith.start({ name: 'Node' })
  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  const before = await node.api.call('rooms.show', { room })
  await profiles.run({ address: node.address, room, signal: new AbortController().signal })
  const named = async (): Promise<number> => {
    const members = await node.api.call('rooms.members', { room })
    return members.filter(({ name }) => name.startsWith('Invented')).length
  }
  await expect.poll(named, POLL).toBeGreaterThan(MAX_PROFILES - 10)
  expect(await named()).toBeLessThanOrEqual(MAX_PROFILES - 1)
  const after = await node.api.call('rooms.show', { room })
  expect(after.documents).toBeGreaterThanOrEqual(before.documents + INVENTED_PROFILES)
  expect(after.stateSizeBytes, 'names are not in what is limited').toBe(before.stateSizeBytes)
  expect((await node.api.call('rooms.members', { room })).find(({ self }) => self)?.name, 'the owner').toBe('Node')
  await node.send(room, 'still here')
  await honest.send(room, 'me too')
  await expectAgreement([node, honest], room, ['still here', 'me too'])

  const invented = (await node.api.call('rooms.members', { room })).find(({ name }) => name.startsWith('Invented'))!
  await expect(honest.api.call('rooms.drop', { room, author: invented.peer })).rejects.toMatchObject({
    code: 'not-owner',
  })
  await node.api.call('rooms.drop', { room, author: invented.peer })
  const dropped = async () => (await honest.api.call('rooms.show', { room })).dropped.map(({ peer }) => peer)
  await expect.poll(dropped, POLL).toEqual([invented.peer])
  await expectAgreement([node, honest], room, ['still here', 'me too'])
}, 240_000)

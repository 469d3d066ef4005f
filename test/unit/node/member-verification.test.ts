import { expect, test } from 'vitest'
import { memoryStore } from '../../../src/store/memory.ts'
import { signerOf } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'
import { failure, setUp } from './test-rooms.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'

const bob = signerOf(1).author

test('two people see the same words, and each notes the other when they say them', async () => {
  const [anna, other] = [setUp(0), setUp(1)]
  const here = await anna.rooms.create({ name: 'Family' })
  const there = await other.rooms.create({ name: 'Work' })
  const words = await here.safetyWords(bob)
  expect(await there.safetyWords(signerOf(0).author)).toMatchObject({ words: words.words, digits: words.digits })
  expect(words).toMatchObject({ peer: bob, verifiedMs: null })
  expect(await here.verify(bob, words.digits)).toMatchObject({ peer: bob, verifiedMs: expect.any(Number) as number })
  expect(await here.safetyWords(bob)).toMatchObject({ verifiedMs: expect.any(Number) as number })
})

test('other words note nobody', async () => {
  const { rooms } = setUp()
  const room = await rooms.create({ name: 'Family' })
  const { words } = await room.safetyWords(bob)
  const others = await room.safetyWords(signerOf(2).author)
  for (const said of [words.slice(1).join(' '), others.words.join(' '), '']) {
    expect(await failure(() => room.verify(bob, said))).toMatchObject({ code: 'wrong-words' })
  }
  expect(await room.safetyWords(bob)).toMatchObject({ verifiedMs: null })
})

test('a key is verified in all rooms and after a restart, until that is taken back, and no other key is', async () => {
  const store = memoryStore()
  const core = coreOf(0, store)
  const rooms = new LocalRooms(core, servicesOf(core))
  const [family, work] = [await rooms.create({ name: 'Family' }), await rooms.create({ name: 'Work' })]
  await family.verify(bob, (await family.safetyWords(bob)).words.join(' '))
  expect(await work.safetyWords(bob)).toMatchObject({ verifiedMs: expect.any(Number) as number })
  expect(await work.safetyWords(signerOf(2).author)).toMatchObject({ verifiedMs: null })
  store.commit()
  const restarted = coreOf(0, store)
  const again = new LocalRooms(restarted, servicesOf(restarted)).get('Work')
  expect(await again.safetyWords(bob)).toMatchObject({ verifiedMs: expect.any(Number) as number })
  expect(await again.unverify(bob)).toMatchObject({ verifiedMs: null })
  expect(await again.safetyWords(bob)).toMatchObject({ verifiedMs: null })
})

test('nobody is compared with itself', async () => {
  const { rooms, core } = setUp()
  const room = await rooms.create({ name: 'Family' })
  const [self] = room.members()
  for (const reference of [core.self, self?.name ?? '']) {
    expect(await failure(() => room.safetyWords(reference))).toMatchObject({
      code: 'no-such-peer',
      message: expect.stringContaining('nobody compares a key with itself') as string,
    })
  }
})

/** What locks may be called, and how they are referred to. */
import { expect, it } from 'vitest'
import { LOCK_KIND } from '../../../protocols/lock/constants.ts'
import { lockBody } from '../../../src/room/locks.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { failure, setUp } from './test-rooms.ts'

it('a lock has a name that can be seen and told from others', async () => {
  const { rooms } = setUp(0)
  const { locks } = await rooms.create({ name: 'Workshop' })
  expect(await locks.create('  café ')).toMatchObject({ name: 'café' })
  for (const name of ['', '\u200b', 'pre\u200bss', '\u202epress', 'a\nb', '-x']) {
    expect(await failure(() => locks.create(name)), name).toMatchObject({ code: 'bad-name' })
  }
  expect(await failure(() => locks.create('cafe\u0301'))).toMatchObject({ code: 'lock-exists' })
  expect(locks.get('cafe\u0301').name).toBe('café')
})

it('a lock that others gave a name with something invisible is found as it is shown', async () => {
  const { rooms } = setUp(0)
  const room = await rooms.create({ name: 'Workshop' })
  const name = 'pre\u200bss'
  await room.write(LOCK_KIND, lockBody({ name, electors: [room.self as PeerId] }))
  expect(room.locks.get('pre⟨U+200B⟩ss').name).toBe(name)
  const { id } = await room.write(LOCK_KIND, lockBody({ name: '\u200b', electors: [room.self as PeerId] }))
  expect(room.locks.get(`…${id.slice(-8)}`).name).toBe('\u200b')
})

it('the node itself can be named as an elector', async () => {
  const { rooms } = setUp(0)
  const room = await rooms.create({ name: 'Workshop' })
  const { electors } = await room.locks.create('press', { electors: ['Author 0'] })
  expect(electors.map(({ peer }) => peer)).toEqual([room.self])
})

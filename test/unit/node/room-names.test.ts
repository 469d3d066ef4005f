/** Names of rooms and keys, as people choose and type them. */
import { describe, expect, it, test } from 'vitest'
import { map } from '../../../src/apps/map/index.ts'
import { shownKey } from '../../../src/names.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { encodeRoot } from '../../../src/room/root.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { NOW_MS, rootOf, signerOf, Writer } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'
import { failure, setUp } from './test-rooms.ts'

describe('an alias', () => {
  it('is what the node calls a room, which answers to its name as long as no other has that', async () => {
    const { core, rooms } = setUp()
    const one = await rooms.create({ name: 'Kitchen' })
    await one.setAlias('Caf\u00e9 de\u0301co')
    const alias = 'Caf\u00e9 d\u00e9co'
    expect([one.name, one.summary().name, one.summary().originalName]).toEqual([alias, alias, 'Kitchen'])
    for (const reference of [alias, 'Cafe\u0301', 'Kitchen']) expect(rooms.get(reference)).toBe(one)
    const two = await rooms.create({ name: 'Kitchen' })
    expect(rooms.get('Kitchen')).toBe(two)
    // As after a restart.
    const again = coreOf(0, core.store)
    expect(new LocalRooms(again, servicesOf(again)).get(alias).id).toBe(one.id)
    await one.setAlias(undefined)
    expect(one.summary()).toMatchObject({ name: 'Kitchen' })
    expect(one.summary()).not.toHaveProperty('originalName')
    expect((await failure(() => rooms.get('Kitchen'))).code).toBe('ambiguous')
  })

  it('is kept while the room waits, when it opens, and when it is left and joined again', async () => {
    const { rooms, receive } = setUp()
    const writer = new Writer()
    const room = await rooms.join(writer.room)
    await room.setAlias('Home')
    expect([rooms.get('Home'), room.summary().originalName]).toEqual([room, ''])
    receive(writer.room, writer.documents)
    expect([room.status, room.name]).toEqual(['open', 'Home'])
    await room.leave()
    await rooms.join(writer.room)
    expect(room.name).toBe('Home')
  })

  it('must be a name', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    for (const bad of ['', ' ', 'a\nb', '\u200b', '--help', 'x'.repeat(1_000)]) {
      expect((await failure(() => room.setAlias(bad))).code).toBe('bad-name')
    }
    expect(room.name).toBe('Kitchen')
    await room.leave()
    expect((await failure(() => room.setAlias('a'))).code).toBe('no-such-room')
  })
})

describe('a name that commands would take for something else', () => {
  it('is given to no room', async () => {
    const { rooms } = setUp()
    const { id } = await rooms.create({ name: 'Kitchen' })
    for (const name of ['--help', '-x', ' -', id, id.toUpperCase(), id.slice(0, 12), `kith:${id}`, `kith://${id}`]) {
      expect([name, (await failure(() => rooms.create({ name }))).code]).toEqual([name, 'bad-name'])
    }
    for (const name of ['a-b', '\u2013', 'bafy', `our ${id}`]) expect((await rooms.create({ name })).name).toBe(name)
  })

  it('does not keep a room from being found by its id, or the beginning of it', async () => {
    const { rooms, receive } = setUp()
    const kitchen = await rooms.create({ name: 'Kitchen' })
    for (const name of [kitchen.id, kitchen.id.slice(0, 12)]) {
      const writer = new Writer(encodeRoot({ name, app: 'chat' }, signerOf(0), NOW_MS, seededRandom(1)))
      const posing = await rooms.join(writer.room)
      receive(writer.room, writer.documents)
      expect(posing.name).toBe(name)
      expect([rooms.get(name), rooms.get(posing.id)]).toEqual([kitchen, posing])
    }
  })
})

it('rooms whose names look alike know of each other', async () => {
  const { rooms } = setUp()
  const one = await rooms.create({ name: 'Kitchen' })
  expect(one.details().namesakes).toEqual([])
  const [two, garden] = [await rooms.create({ name: 'Kit\u0441hen' }), await rooms.create({ name: 'Garden' })]
  expect([one, two, garden].map((room) => room.details().namesakes)).toEqual([[two.id], [one.id], []])
  await two.setAlias('Home')
  expect(one.details().namesakes).toEqual([])
  await garden.setAlias('HOME')
  expect(garden.details().namesakes).toEqual([two.id])
  const waiting = await rooms.join(rootOf('chat', 7).id)
  expect(waiting.details().namesakes).toEqual([])
})

test('a room is found in any case if no other looks more like it', async () => {
  const { rooms } = setUp()
  const room = await rooms.create({ name: 'Z\u00fcrich' })
  for (const typed of ['z\u00fcrich', 'Z\u00dcRICH', 'zu\u0308rich']) expect(rooms.get(typed).id).toBe(room.id)
  const exact = await rooms.create({ name: 'z\u00fcrich' })
  expect(rooms.get('z\u00fcrich').id).toBe(exact.id)
  expect(rooms.get('Z\u00fcrich').id).toBe(room.id)
  expect(() => rooms.get('Z\u00dcRICH')).toThrow('could be 2 rooms')
})

const UNSEEN = [
  ['\n', 'U+000A'],
  ['\t', 'U+0009'],
  ['\u001b', 'U+001B'],
  ['\u200b', 'U+200B'],
  ['\u202e', 'U+202E'],
  ['\u2028', 'U+2028'],
  ['\u3164', 'U+3164'],
  ['\u{e0041}', 'U+E0041'],
] as const

describe('a key of a map', () => {
  const [composed, decomposed] = ['stra\u00dfe-\u00e9', 'stra\u00dfe-e\u0301']

  it('is one, whether it is typed composed or not', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    await room.put(decomposed, 1)
    expect(room.keys(), 'a new one').toEqual([composed])
    for (const key of [composed, decomposed]) expect(room.get(key)).toBe(1)
    await room.put(composed, 2)
    expect([room.keys(), room.get(decomposed)]).toEqual([[composed], 2])
    await room.delete(decomposed)
    expect(room.keys()).toEqual([])
  })

  it('that others wrote otherwise is that one still', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    await room.update('put', { key: decomposed, value: 1 })
    expect(room.get(composed)).toBe(1)
    await room.put(composed, 2)
    expect([room.keys(), room.get(decomposed)]).toEqual([[decomposed], 2])
    await room.update('put', { key: composed, value: 3 })
    expect([room.get(composed), room.get(decomposed)], 'of two, the very one').toEqual([3, 2])
    await room.delete(composed)
    expect(room.keys()).toEqual([decomposed])
    await room.delete(composed)
    expect(room.keys()).toEqual([])
  })

  it('keeps what does not depend on the keyboard: blanks and capitals', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    const keys = [' a', 'A', 'a', 'a\u00a0a', 'a a', 'a ', '\uff41']
    for (const [value, key] of keys.entries()) await room.put(key, value)
    for (const [value, key] of keys.entries()) expect(room.get(key)).toBe(value)
    for (const [value, key] of keys.entries()) expect(room.get(shownKey(key))).toBe(value)
  })

  it('cannot be set with something in it that nobody sees, which the error names', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    for (const [character, codePoint] of UNSEEN) {
      for (const key of [`a${character}b`, `a⟨${codePoint}⟩b`]) {
        expect(await failure(() => room.put(key, 1))).toMatchObject({
          ...{ code: 'bad-name', message: expect.stringContaining(`"a⟨${codePoint}⟩b" cannot be set: ${codePoint}`) },
        })
      }
    }
    expect(room.keys()).toEqual([])
  })

  it('that others wrote so is shown and found by its look, changed and removed', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    for (const [character, codePoint] of UNSEEN) {
      const key = `a${character}b`
      await room.update('put', { key, value: 1 })
      const shown = room.keys().map(shownKey)
      expect(shown).toEqual([`a⟨${codePoint}⟩b`])
      for (const typed of [key, ...shown]) expect(room.get(typed)).toBe(1)
      await room.put(shown[0]!, 2)
      expect([room.keys(), room.get(key)]).toEqual([[key], 2])
      await room.delete(shown[0]!)
      expect(room.keys()).toEqual([])
    }
  })
})

import { describe, expect, test } from 'vitest'
import { ABSENCE_MS, hereLine, leftLine, peopleHere, Presence } from '../../../../src/cli/chat/presence.ts'
import type { Member } from '../../../../src/kith.ts'

const people = (...names: string[]): Map<string, string> => new Map(names.map((name) => [`key of ${name}`, name]))

describe('presence', () => {
  test('says who comes, at once, but not who was there', () => {
    const presence = new Presence(people('Anna'))
    expect(presence.update(people('Anna', 'Bob'), 0)).toEqual({ came: ['Bob'], left: [] })
    expect(presence.update(people('Anna', 'Bob'), 1)).toEqual({ came: [], left: [] })
  })

  test('says who has left once that lasts, and since when', () => {
    const presence = new Presence(people('Anna'))
    expect(presence.update(people(), 1_000)).toEqual({ came: [], left: [] })
    expect(presence.update(people(), 999 + ABSENCE_MS)).toEqual({ came: [], left: [] })
    expect(presence.update(people(), 1_000 + ABSENCE_MS)).toEqual({ came: [], left: [{ name: 'Anna', atMs: 1_000 }] })
    expect(presence.update(people(), 3 * ABSENCE_MS)).toEqual({ came: [], left: [] })
    expect(presence.update(people('Anna'), 4 * ABSENCE_MS)).toEqual({ came: ['Anna'], left: [] })
  })

  test('says nothing of a short absence, however often', () => {
    const presence = new Presence(people('Anna'))
    for (let ms = 0; ms < 10 * ABSENCE_MS; ms += ABSENCE_MS / 2) {
      expect(presence.update(ms % ABSENCE_MS === 0 ? people() : people('Anna'), ms)).toEqual({ came: [], left: [] })
    }
  })
})

test('a person is here with any device, and oneself is not counted', () => {
  const member = (peer: string, person: string, more: Partial<Member> = {}): Member => ({
    ...{ peer, person, name: `name of ${peer}`, documents: 0, online: true, self: false, dropped: false, forks: 0 },
    ...{ verifiedMs: null, ...more },
  })
  const members = [
    member('me', 'me', { self: true }),
    member('my phone', 'me'),
    member('bob', 'bob', { online: false }),
    member('bobs phone', 'bob'),
    member('carla', 'carla', { online: false }),
    member('mallory', 'mallory', { dropped: true }),
  ]
  expect(peopleHere(members)).toEqual(new Map([['bob', 'name of bob']]))
})

test.each([
  [[], 'Nobody else is here'],
  [['Anna'], 'Anna is here'],
  [['Anna', 'Bob', 'Carla'], 'Anna, Bob and Carla are here'],
  [['A', 'B', 'C', 'D', 'E', 'F', 'G'], 'A, B, C, D, E and 2 others are here'],
  [['An\u001bna'], 'Anna is here'],
])('%j: %s', (names, line) => {
  expect(hereLine(names)).toBe(line)
})

test('many who leave at once are one line', () => {
  expect(leftLine(['Anna', 'Bob'])).toBe('Anna and Bob left')
})

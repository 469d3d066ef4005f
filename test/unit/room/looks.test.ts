import { describe, expect, it, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { PROFILE_KIND } from '../../../protocols/room/constants.ts'
import { looksOf } from '../../../src/room/looks.ts'
import { looksLikeAnother, profileBody, rosterOf, type RosterState } from '../../../src/room/roster.ts'
import { folded, updateOf } from '../apps/updates.ts'
import { signerOf } from './history.ts'

const roster = rosterOf()

const areAlike = (a: string, b: string): boolean => looksOf(a).some((look) => looksOf(b).includes(look))

describe('two names look alike', () => {
  it.each([
    ['case', 'Anna', 'aNNA'],
    ['a sharp s', 'Straße', 'STRASSE'],
    ['composition', 'Zo\u00eb', 'Zoe\u0308'],
    ['width', 'Anna', 'Ａｎｎａ'],
    ['what is not seen', 'Anna', 'An\u200bna\u3164'],
    ['blanks', 'Anna B', 'Anna\u2003\u00a0B '],
    ['the script', 'Anna', '\u0410nn\u0430'],
    ['a letter like another', 'Ivan', 'lvan'],
    ['a digit like a letter', 'Bob', 'B0b'],
    ['two letters like one', 'Tom', 'Torn'],
    ['the case of another script', 'Вова', 'ВОВА'],
  ])('but for %s', (_what, a, b) => {
    expect(areAlike(a, b)).toBe(true)
  })

  it.each([
    ['Anna', 'Anno'],
    ['Anna', 'Änna'],
    ['Anna', 'Anna B'],
    ['node 2', 'node 3'],
    ['\u200b', '\u00ad'],
  ])('but not %j and %j', (a, b) => {
    expect(areAlike(a, b)).toBe(false)
  })
})

const nameIn = ({ profiles }: RosterState, author: PeerId): string => profiles.get(author)?.name ?? ''

test('whose name looks like that of another is known while both have them, also from the encoded state', () => {
  const [anna, other, third] = [signerOf(1).author, signerOf(2).author, signerOf(3).author]
  const named = (author: string, name: string, clock: number) =>
    updateOf(PROFILE_KIND, profileBody(name), { clock, author })
  const updates = [named(anna, 'Anna', 1), named(other, '\u0410nna', 2), named(third, 'Carla', 3)]
  const alike = folded(roster, updates)
  for (const state of [alike, roster.decode(roster.encode(alike))]) {
    expect([anna, other, third].map((author) => looksLikeAnother(state, author, nameIn(state, author)))).toEqual([
      true,
      true,
      false,
    ])
  }
  const renamed = folded(roster, [...updates, named(other, 'Berta', 4), named(third, 'ANNA', 5)])
  expect([anna, other, third].map((author) => looksLikeAnother(renamed, author, nameIn(renamed, author)))).toEqual([
    true,
    false,
    true,
  ])
  const alone = folded(roster, [...updates, named(other, 'Berta', 4), named(anna, 'Anna', 5)])
  expect(looksLikeAnother(alone, anna, nameIn(alone, anna))).toBe(false)
})

import { encode } from '@ipld/dag-cbor'
import { expect, it } from 'vitest'
import { shownGuest } from '../../../src/guest-name.ts'
import { personName } from '../../../src/node/shown-names.ts'
import { shortNameOf } from '../../../src/node/short-name.ts'
import { rosterOf } from '../../../src/room/roster.ts'
import { rootOf, signerOf } from '../room/history.ts'

const self = signerOf(1).author
const other = signerOf(2).author

/** How a member is shown that took a name, beside another one called Anna. */
function shown(name: string): string {
  const { id } = rootOf()
  const profiles = [
    [self, name, 1, id],
    [other, 'Anna', 1, id],
  ]
  return personName(self, rosterOf().decode(encode(profiles)))
}

it.each(['Bob', 'Dr. Bob', 'J. R. R.', 'Bob (4rQ)', 'al-Khwārizmī', 'Bob · Carol', 'Guesto'])(
  '%s is shown as it is',
  (name) => {
    expect(shown(name)).toBe(name)
  },
)

it.each([
  `Anna ${shortNameOf(other)}`,
  `Anna (${shortNameOf(other)})`,
  'a (…4rQ)',
  'a (..4rQ)',
  'a [. . .4rQ]',
  'a ․․․4rQ',
  'a ⋯4rQ',
  'a ···4rQ',
  '。。。4rQ',
  shortNameOf(other),
  other,
  `Anna ${other.toLowerCase()}`,
])('%s, which looks as if the node had put an id there, has its own id behind it', (name) => {
  expect(shown(name)).toBe(`${name} ${shortNameOf(self)}`)
})

it.each([
  shownGuest('Kim', 'Anna'),
  shownGuest('Kim', 'Anna').toUpperCase(),
  'Kim [guest of Anna]',
  'Kim （guest of Anna）',
  'Kim (gu\u0435st \u043ef Anna)',
  'Kim (guest\u00a0of\u2003Anna)',
  'Kim (guestof Anna)',
])('%s, which looks like a guest of somebody, has its own id behind it', (name) => {
  expect(shown(name)).toMatch(new RegExp(` ${shortNameOf(self)}$`, 'u'))
})

it('the own id is not put there twice', () => {
  expect(shown(`Bob ${shortNameOf(self)}`)).toBe(`Bob ${shortNameOf(self)}`)
})

it.each(['\ufffc', '\u{1d159}', ' \u{13441} ', '\u2800', '\u3164'])('a blank name (%j) is no name', (name) => {
  expect(shown(name)).toBe(shortNameOf(self))
})

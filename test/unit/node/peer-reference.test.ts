import { describe, expect, it, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import { shortNameOf } from '../../../src/node/short-name.ts'
import { findPeer, type Candidate } from '../../../src/node/peer-reference.ts'

const ANNA = '12D3KooWAnnaAAAAAAAAAAAAAAAAAAGpEuX7Qq' as PeerId
const BOB = '12D3KooWBobBBBBBBBBBBBBBBBBBBBBBKz9w4Rt' as PeerId
const CANDIDATES: Candidate[] = [
  { peer: ANNA, names: ['Anna', 'Anni'] },
  { peer: BOB, names: ['Bob'] },
]

const find = (reference: string, others: Candidate[] = []): PeerId => findPeer(reference, [...CANDIDATES, ...others])

describe('a peer is meant by', () => {
  it.each([
    ['its name', 'Anna'],
    ['its name in another room', 'Anni'],
    ['the beginning of a name', 'Ann'],
    ['its short id, as logs print it', shortNameOf(ANNA)],
    ['its short id without the ellipsis', shortNameOf(ANNA).slice(1)],
    ['its short id with three dots', `...${shortNameOf(ANNA).slice(1)}`],
    ['its name with the short id, as rooms tell two of one name apart', `Anna ${shortNameOf(ANNA)}`],
    ['the end of its id', 'X7Qq'],
    ['the beginning of its id', '12D3KooWAn'],
  ])('%s', (_what, reference) => {
    expect(find(reference)).toBe(ANNA)
  })
})

test('a name is found in whichever form it is typed, the very name first', () => {
  const zoe = { peer: '12D3KooWzoeZZZZZZZZZZZZZZZZZZ' as PeerId, names: ['Zo\u00eb'] }
  const twin = { peer: '12D3KooWtwinTTTTTTTTTTTTTTTTTT' as PeerId, names: ['Zoe\u0308'] }
  for (const typed of ['Zo\u00eb', 'Zoe\u0308', ' Zo\u00eb\u200b', 'Zoe\u0308\u00ad'])
    expect(find(typed, [zoe])).toBe(zoe.peer)
  expect(find('Zoe\u0308', [zoe, twin])).toBe(twin.peer)
  expect(() => find('Zo\u00eb\u200b', [zoe, twin])).toThrow(expect.objectContaining({ code: 'ambiguous' }) as KithError)
})

test.each([' …GpEuX7Qq.', '(GpEuX7Qq)', '“Anna”', '<Anna>', `\u200b${ANNA}\u00a0`, `/p2p/${ANNA}`])(
  '%j is found as it was pasted',
  (pasted) => {
    expect(find(pasted)).toBe(ANNA)
  },
)

test('a name is looked for as it stands before it is taken for a pasted one', () => {
  const quoted = { peer: '12D3KooWquotedQQQQQQQQQQQQQQQQQ' as PeerId, names: ['“Anna”'] }
  expect(find('“Anna”', [quoted])).toBe(quoted.peer)
})

test.each(['Carla', '', '…', '…Anna', 'Qq', 'anna'])('%j matches no peer', (reference) => {
  expect(() => find(reference)).toThrow(expect.objectContaining({ code: 'no-such-peer' }) as KithError)
})

test('a reference that matches several is ambiguous, and the error lists them', () => {
  expect(() => find('12D3KooW')).toThrow(
    new KithError('ambiguous', `'12D3KooW' matches 2 peers; give more of the id: …GpEuX7Qq (Anna), …BKz9w4Rt (Bob)`),
  )
  const many = Array.from({ length: 10 }, (_, i) => ({ peer: `12D3KooWother${i}AAAAAAAA` as PeerId, names: [] }))
  expect(() => find('12D3KooW', many)).toThrow(/matches 12 peers; .* and 7 more$/)
})

test("a peer that chooses another's id as its name is not taken for that one", () => {
  const liar = { peer: '12D3KooWliarLLLLLLLLLLLLLLLLLL' as PeerId, names: ['GpEuX7Qq', '…GpEuX7Qq', 'Bob'] }
  const poser = { peer: '12D3KooWposerPPPPPPPPPPPPPPPPPPP' as PeerId, names: ['Anna …GpEuX7Qq'] }
  expect(() => find('Anna …GpEuX7Qq', [poser])).toThrow(expect.objectContaining({ code: 'ambiguous' }) as KithError)
  for (const reference of ['GpEuX7Qq', 'Bob']) {
    expect(() => find(reference, [liar])).toThrow(expect.objectContaining({ code: 'ambiguous' }) as KithError)
  }
  expect(find('…GpEuX7Qq', [liar])).toBe(ANNA)
})

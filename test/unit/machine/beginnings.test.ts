/** What a node says of documents that anybody could invent authors for. */
import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { Document } from '../../../protocols/document/document.ts'
import { beginningsOf } from '../../../src/machine/beginnings.ts'

const author = 'anna' as PeerId
const atSeq = (...seqs: number[]): Document[] => seqs.map((seq) => ({ seq }) as Document)

test('the first documents of authors and forks are beginnings, and others are not', () => {
  expect(beginningsOf({ accepted: [], forks: [] })).toBe(0)
  expect(beginningsOf({ accepted: atSeq(0, 0, 1, 3), forks: [] })).toBe(1)
  expect(beginningsOf({ accepted: atSeq(0, 4, 5, 6), forks: [] })).toBe(0.25)
  expect(
    beginningsOf({
      accepted: atSeq(9, 9, 9, 9),
      forks: [
        { author, seq: 9 },
        { author, seq: 9 },
      ],
    }),
  ).toBe(1.5)
  expect(beginningsOf({ accepted: atSeq(0), forks: [{ author, seq: 0 }] })).toBe(3)
  expect(beginningsOf({ accepted: atSeq(0), forks: Array.from({ length: 9 }, () => ({ author, seq: 0 })) })).toBe(3)
})

import { expect, test } from 'vitest'
import { lastKnown } from '../../../src/host/last-known.ts'

test('while nobody answers, the last answer stands', () => {
  const answers: (string | undefined)[] = [undefined, 'one', undefined, 'two']
  const ask = lastKnown(() => {
    const answer = answers.shift()
    if (answer === undefined) throw new Error('too many open files')
    return answer
  }, 'none')
  expect([ask(), ask(), ask(), ask(), ask()]).toEqual(['none', 'one', 'one', 'two', 'two'])
})

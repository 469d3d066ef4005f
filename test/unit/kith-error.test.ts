import { expect, test } from 'vitest'
import { errorReply } from '../../src/api/errors.ts'
import { KithError } from '../../src/kith.ts'

test('an error of another copy of the library is one, with its code', async () => {
  const copy = '../../src/kith-error.ts?copy'
  const other = (await import(copy)) as { KithError: typeof KithError }
  expect(other.KithError).not.toBe(KithError)
  const error = new other.KithError('todo/no-such-item', 'there is no item 3')
  expect(error).toBeInstanceOf(KithError)
  expect(errorReply(error).body.error.code).toBe('todo/no-such-item')
})

test('other errors are none', () => {
  for (const other of [new Error('KithError'), new RangeError('x'), { name: 'KithError', code: 'quota' }, null]) {
    expect(other).not.toBeInstanceOf(KithError)
  }
})

import { expect, onTestFinished, test, vi } from 'vitest'
import { isBug, MAX_BUG_WARNINGS, reportFailure } from '../../../src/host/failures.ts'
import { RecordedLogs } from './logs.ts'

test('a failure goes to the log, and a bug to the user as well, once', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const logs = new RecordedLogs()
  const log = logs.forComponent('kith:test')
  reportFailure(log, 'a dial failed', new Error('refused'))
  expect(warn).not.toHaveBeenCalled()
  for (let i = 0; i < 2; i++) reportFailure(log, 'a dial failed', new TypeError('x is no function'))
  expect(warn).toHaveBeenCalledTimes(1)
  expect(warn.mock.lastCall?.[0]).toBe('a dial failed: x is no function')
  expect(logs.lines).toEqual([
    'kith:test:error a dial failed: Error: refused',
    ...Array<string>(2).fill('kith:test:error a dial failed: TypeError: x is no function'),
  ])
  // However many a peer provokes.
  for (let i = 0; i < 2 * MAX_BUG_WARNINGS; i++) reportFailure(log, 'a dial failed', new RangeError(`bug ${i}`))
  expect(warn).toHaveBeenCalledTimes(MAX_BUG_WARNINGS)
})

test('a bug is a mistake in code', () => {
  expect([new TypeError('x'), new RangeError('x'), new ReferenceError('x')].map(isBug)).toEqual([true, true, true])
  expect([new Error('ECONNREFUSED'), new AggregateError([]), 'text', undefined].map(isBug)).toEqual(
    Array(4).fill(false),
  )
})

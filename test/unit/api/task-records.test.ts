import { expect, test } from 'vitest'
import { errorReply } from '../../../src/api/errors.ts'
import type { ErrorBody } from '../../../src/api/errors.ts'
import { taskRecords } from '../../../src/api/task-records.ts'
import { KithError } from '../../../src/kith.ts'

const errorBody = (error: unknown): ErrorBody => errorReply(error).body

/** A task whose progress and end the test controls. */
function begin(signal = new AbortController().signal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let report = (_step: number): void => {}
  const records = taskRecords<number, string>(
    (onProgress) => {
      report = onProgress
      return promise
    },
    signal,
    errorBody,
  )
  return { records, resolve, reject, report: (step: number) => report(step) }
}

async function rest<Item>(records: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = []
  for await (const record of records) read.push(record)
  return read
}

test('progress, then the result', async () => {
  const { records, report, resolve } = begin()
  report(1)
  expect((await records.next()).value).toEqual({ progress: 1 })
  const waiting = records.next()
  report(2)
  expect((await waiting).value).toEqual({ progress: 2 })
  resolve('done')
  expect(await rest(records)).toEqual([{ result: 'done' }])
})

test('a slow reader gets only the newest progress', async () => {
  const { records, report, resolve } = begin()
  for (let step = 0; step <= 1000; step++) report(step)
  expect((await records.next()).value).toEqual({ progress: 1000 })
  for (let step = 1001; step <= 2000; step++) report(step)
  resolve('done')
  expect(await rest(records)).toEqual([{ progress: 2000 }, { result: 'done' }])
})

test('an error in the middle is the last record', async () => {
  const { records, report, reject } = begin()
  report(1)
  reject(new KithError('disk-full', 'The disk is full.'))
  expect(await rest(records)).toEqual([{ progress: 1 }, { error: { code: 'disk-full', message: 'The disk is full.' } }])
})

test('an aborted task, whatever it rejects with, means that the node has stopped', async () => {
  const ending = new AbortController()
  const { records, reject } = begin(ending.signal)
  ending.abort()
  reject(ending.signal.reason)
  expect(await rest(records)).toEqual([{ error: { code: 'stopped', message: 'the node has stopped' } }])
})

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LogFlush } from '../../../src/store/log-flush.ts'

/** A log whose flushes take as long as `disk` says. */
function newLog() {
  const path = join(mkdtempSync(join(tmpdir(), 'kith-log-')), 'kith.db')
  writeFileSync(`${path}-wal`, '')
  const disk = { flushMs: 0 }
  let nowMs = 0
  const log = new LogFlush(
    path,
    () => {
      nowMs += disk.flushMs
      return () => undefined
    },
    () => nowMs,
  )
  return { disk, log }
}

/** Commits and flushes; returns whether that was done at once, and waits until it is done. */
async function isFlushedAtOnce(log: LogFlush): Promise<boolean> {
  let isFlushed = false
  log.committed()
  const flushed = new Promise<void>((resolve, reject) => {
    log.flush((error) => {
      isFlushed = true
      if (error === undefined) resolve()
      else reject(error)
    })
  })
  const isAtOnce = isFlushed
  await flushed
  return isAtOnce
}

test('a disk is flushed off the event loop until a flush was quick, and again after a slow one', async () => {
  const { disk, log } = newLog()
  disk.flushMs = 10
  expect(await isFlushedAtOnce(log)).toBe(false)
  disk.flushMs = 1
  expect(await isFlushedAtOnce(log)).toBe(false)
  expect(await isFlushedAtOnce(log)).toBe(true)
  disk.flushMs = 10
  expect(await isFlushedAtOnce(log)).toBe(true)
  expect(await isFlushedAtOnce(log)).toBe(false)
  log.close()
})

test('what is committed while a flush goes on is flushed by the next', async () => {
  const { log } = newLog()
  const order: string[] = []
  log.committed()
  log.flush(() => order.push('first'))
  log.committed()
  const second = new Promise<void>((resolve) => {
    log.flush(() => {
      order.push('second')
      resolve()
    })
  })
  expect(order).toEqual([])
  await second
  expect(order).toEqual(['first', 'second'])
  log.close()
})

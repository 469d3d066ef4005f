/** Nobody pays for the time in which other programs had the processor. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TurnCost } from '../../../src/runtime/turn-cost.ts'
import { Waited } from '../../../src/runtime/waited.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-waited-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a turn costs what it took without what the thread waited, and each wait counts once', () => {
  let waitedMs = 500
  const cost = new TurnCost(() => waitedMs)
  waitedMs += 100
  cost.begin()
  waitedMs += 12
  expect(cost.of(20)).toBe(8)
  expect(cost.of(20)).toBe(20)
  waitedMs += 30
  expect(cost.of(20)).toBe(0)
})

test('a short turn is taken as it is, without a look', () => {
  let looks = 0
  const cost = new TurnCost(() => looks++)
  cost.begin()
  expect(cost.of(0.5)).toBe(0.5)
  expect(looks).toBe(1)
})

test('what a thread waited is read from the system, as long as it is open', () => {
  const path = join(folder, 'schedstat')
  writeFileSync(path, '123456789 2500000 42\n')
  const waited = new Waited(path)
  expect(waited.ms).toBe(2.5)
  writeFileSync(path, '123456789 90000000000 43\n')
  expect(waited.ms).toBe(90_000)
  waited.close()
  expect(waited.ms).toBe(0)
})

test('where the system does not tell, nobody has waited', () => {
  expect(new Waited(join(folder, 'none')).ms).toBe(0)
})

test.runIf(process.platform === 'linux')('this thread has waited for some time, or none, in milliseconds', () => {
  const waited = new Waited()
  const before = waited.ms
  expect(before).toBeGreaterThanOrEqual(0)
  expect(waited.ms).toBeGreaterThanOrEqual(before)
  expect(waited.ms).toBeLessThan(performance.now() + 3_600_000)
  waited.close()
})

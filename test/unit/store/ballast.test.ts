import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Ballast, BALLAST_BYTES } from '../../../src/store/ballast.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-ballast-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('space is kept while there is much, and given up when there is little', () => {
  const ballast = new Ballast(path)
  const isKept = () => existsSync(`${path}-ballast`)
  ballast.adjust(2 * BALLAST_BYTES)
  expect(isKept()).toBe(false)
  ballast.adjust(3 * BALLAST_BYTES)
  expect(statSync(`${path}-ballast`).size).toBe(BALLAST_BYTES)
  ballast.adjust(BALLAST_BYTES)
  expect(isKept()).toBe(true)
  ballast.adjust(BALLAST_BYTES / 2 - 1)
  expect(isKept()).toBe(false)
  expect(ballast.release()).toBe(false)
})

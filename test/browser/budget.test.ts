/** What a browser has to load before it shows anything. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const BUILT = fileURLToPath(new URL('../../dist/web', import.meta.url))
/** A phone on a slow network takes a second for so much. */
const MAX_SCRIPT_BYTES = 120_000

test('the scripts of the page are few', () => {
  const scripts = globSync('**/*.js', { cwd: BUILT })
  expect(scripts.length).toBeGreaterThan(0)
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(`${BUILT}/${name}`)).length, 0)
  expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES)
})

test('nothing is loaded from elsewhere', () => {
  for (const name of globSync('**/*.{html,css}', { cwd: BUILT })) {
    expect(readFileSync(`${BUILT}/${name}`, 'utf8'), name).not.toMatch(/(?:src|href)="https?:|url\(["']?https?:/)
  }
})

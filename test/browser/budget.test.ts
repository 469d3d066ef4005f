/** What a browser has to load before it shows anything. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const BUILT = fileURLToPath(new URL('../../dist/web', import.meta.url))
/** A phone on a slow network takes a second for so much. */
const MAX_SCRIPT_BYTES = 120_000

/** Compressed. */
const bytesOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(`${BUILT}/${name}`)).length, 0)

test('the scripts of the page are few', () => {
  const html = readFileSync(`${BUILT}/index.html`, 'utf8')
  const scripts = [...html.matchAll(/src="\/([^"]+\.js)"/g)].map(([, name = '']) => name)
  expect(scripts.length).toBeGreaterThan(0)
  // They load no others before something needs those.
  for (const name of scripts)
    expect(readFileSync(`${BUILT}/${name}`, 'utf8')).not.toMatch(/\bimport\s*["{*]|\bfrom\s*["']/)
  expect(bytesOf(scripts)).toBeLessThan(MAX_SCRIPT_BYTES)
})

test('nothing is loaded from elsewhere', () => {
  for (const name of globSync('**/*.{html,css}', { cwd: BUILT })) {
    expect(readFileSync(`${BUILT}/${name}`, 'utf8'), name).not.toMatch(/(?:src|href)="https?:|url\(["']?https?:/)
  }
})

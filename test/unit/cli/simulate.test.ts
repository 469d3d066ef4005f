import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { kith } from './fake-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'kith-simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SMALL = `
duration: 5m
nodes: [Alice, Bob, Carol]
workload:
  writes: [{ by: [Alice], count: 3, every: 1m }]
`

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('kith simulate', () => {
  test('runs the example of the README', async () => {
    const readme = readFileSync(new URL('../../../src/simulate/README.md', import.meta.url), 'utf8')
    const example = /```yaml\n(?<yaml>.*?)```/s.exec(readme)?.groups?.yaml ?? ''
    const { exitCode, out, err } = await kith(['simulate', file('friends.yaml', example)])
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toMatch(/Scenario +friends, seed 1, 3 nodes, 2 h\n/)
    expect(out).toMatch(/Violations none\n$/)
  })

  test('prints deliveries and traffic', async () => {
    const { out } = await kith(['simulate', file('small.yaml', SMALL), '--seed', '7'])
    // A root, three introductions, three messages; each to two others.
    expect(out).toMatch(/Documents +7, with 14 of 14 deliveries made, 14 in the main phase\n/)
    expect(out).toMatch(/Delivery +half within \d+ ms, .*all within /)
    expect(out).toMatch(/ +message +[\d.]+ KiB in \d+ frames\n/)
  })

  test('prints JSON, the same for the same seed', async () => {
    const path = file('small.yaml', SMALL)
    const runs = await Promise.all([kith(['simulate', path, '--json']), kith(['simulate', path, '--json'])])
    expect(runs[0].out).toBe(runs[1].out)
    expect(JSON.parse(runs[0].out)).toMatchObject({ scenario: 'small', seed: 1, documents: 7, violations: [] })
  })

  test('writes a self-contained page', async () => {
    const page = join(folder, 'out.html')
    const text = SMALL.replaceAll('Alice', '"<b>&"')
    const { exitCode } = await kith(['simulate', file('page.yaml', text), '--report', page])
    expect(exitCode).toBe(0)
    const html = readFileSync(page, 'utf8')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html.match(/<svg /g)).toHaveLength(4)
    expect(html).toContain('&lt;b&gt;&amp;')
    expect(/<b>|<script|https?:|\b(src|href)=|NaN|undefined|Infinity/.exec(html)).toBeNull()
  })

  test('fails if a check does, and says which', async () => {
    const checks = 'checks: { bytes: 100, paths: [[Alice, Bob, Carol]], never-linked: [[Alice, Bob]] }'
    const { exitCode, out, err } = await kith(['simulate', file('strict.yaml', `${SMALL}${checks}`)])
    expect(exitCode).toBe(1)
    expect(out).toMatch(/KiB sent, but only 100 B allowed/)
    expect(out).toContain('a document of Alice went Alice → Carol instead of Alice → Bob → Carol')
    expect(out).toContain('Alice and Bob were linked')
    expect(err).toBe('kith: 3 violations with seed 1.\n')
  })

  test('fails if too little is delivered in the main phase', async () => {
    const absent = SMALL.replace('[Alice, Bob, Carol]', '{ Alice: , Bob: , Carol: { up: [[4m, 5m]] } }')
    const early = absent.replace('4m', '299s')
    const text = `${early}links: { delay: 2s }\nchecks: { delivered: 1 }`
    const { exitCode, out } = await kith(['simulate', file('late.yaml', text)])
    expect(exitCode).toBe(1)
    expect(out).toMatch(/0\.\d+ of the deliveries happened in the main phase, less than 1/)
  })

  test('reports what is wrong with a file', async () => {
    const one = file('one.yaml', SMALL.replace('5m', '5'))
    expect(await kith(['simulate', one])).toEqual({
      exitCode: 2,
      out: '',
      err: `kith: ${one}:2: duration: expected a time such as '200ms', '30s', '10m', '2h' or '30d', found 5\n`,
    })
    const two = file('two.yaml', SMALL.replace('5m', '5').replace('[Alice]', '[Eve]'))
    const { exitCode, err } = await kith(['simulate', two])
    expect({ exitCode, lines: err.split('\n').length }).toEqual({ exitCode: 2, lines: 4 })
    expect(err).toContain(
      `${two}:5: workload.writes.0.by.0: expected the name of a node (Alice, Bob, Carol), found "Eve"`,
    )
    expect(err).toContain(`kith: 2 mistakes in ${two}.\n`)
  })

  test('reports what is wrong with a path or seed', async () => {
    const missing = join(folder, 'missing.yaml')
    expect((await kith(['simulate', missing])).err).toBe(
      `kith: Cannot read the scenario file ${missing}: no such file or folder.\n`,
    )
    expect((await kith(['simulate', file('small.yaml', SMALL), '--report', folder])).err).toBe(
      `kith: Cannot write the report to ${folder}: it is a folder.\n`,
    )
    const { exitCode, err } = await kith(['simulate', missing, '--seed', '-1'])
    expect(exitCode).toBe(2)
    expect(err).toContain('kith: --seed must be a whole number from 0 to 2147483647, not "-1".')
  })
})

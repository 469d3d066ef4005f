import { readFileSync, globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { requireNode } from '../../src/needed-node.ts'

it('an older Node is refused in one line that says which is needed', () => {
  for (const version of ['20.20.2', '22.12.0', '23.11.1', '9.9.9']) {
    expect(() => requireNode(version)).toThrow(`@kith-p2p/kith needs Node 24 or newer, but this is Node ${version}`)
  }
  for (const version of ['24.0.0', '24.21.0', '25.1.0', '100.0.0']) requireNode(version)
})

it('is asked which Node it is before anything else runs, and imports nothing that older ones lack', () => {
  expect(readFileSync('src/node.ts', 'utf8')).toMatch(/^\/\*\*[^*]*\*\/\nimport '.\/needed-node.ts'\n/)
  const importing = globSync('{src,protocols}/**/*.ts').filter((path) => {
    return /^(?:import|export) (?!type)[^\n]*(?:'node:sqlite'|\bgetSystemErrorMessage\b)/m.test(
      readFileSync(path, 'utf8'),
    )
  })
  expect(importing).toEqual([])
})

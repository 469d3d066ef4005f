/** Files in scenarios: who wants which, and what is reported if one cannot be fetched. */
import { expect, test } from 'vitest'
import { readScenario } from '../../../src/simulate/read-scenario.ts'
import { simulate } from '../../../src/simulate/simulate.ts'

/** Anna adds a file of four blocks and a root, and a small file. */
const FILES = `
duration: 10m
nodes: [Anna, Bob, Carol, Box]
carriers: [Box]
workload:
  introductions: writers
  auto-fetch: 3KiB
  files:
    - { by: [Anna], count: 1, every: 1m, size: 8KiB, block: 2KiB, wanted-by: [Carol] }
    - { by: [Anna], count: 1, every: 1m, size: 1KiB }
`

function run(text: string, seed = 1) {
  return simulate(readScenario(text, 'my.yaml', 'my'), seed)
}

test('files reach those who want them, carriers, and, if they are small, everyone', () => {
  const { files, violations, documents, traffic } = run(FILES)
  expect(violations).toEqual([])
  expect(documents).toBe(1 + 1 + 2)
  // The large one goes to Carol and Box, the small one to all three.
  expect(files).toMatchObject({ wanted: 5, inLife: 5 })
  expect(files.neededBytes).toBeGreaterThan(2 * 8 * 1_024 + 3 * 1_024)
  expect(files.receivedBytes).toBe(files.neededBytes)
  expect(traffic.records.find(({ type }) => type === 'block')!.bytes).toBeGreaterThan(files.receivedBytes)
})

test('by default, nodes are expected to have what they fetch automatically', () => {
  const { files, violations } = run(FILES.replace('  auto-fetch: 3KiB\n', ''))
  expect(violations).toEqual([])
  expect(files.wanted).toBe(6)
})

test('a node that was down still gets what it wants', () => {
  const carol = 'Carol: { up: [[0s, 10s], [5m, 10m]] }'
  const { files, violations } = run(FILES.replace('[Anna, Bob, Carol, Box]', `{ Anna: , Bob: , ${carol}, Box: }`))
  expect(violations).toEqual([])
  expect(files).toMatchObject({ wanted: 5, inLife: 5 })
})

const BEHIND_A_LIAR = `
duration: 2m
nodes: [Anna, Liar, Carol]
topology: line
liars: { Liar: wrong-bytes }
workload:
  introductions: writers
  files: [{ by: [Anna], count: 1, every: 1m, size: 8KiB, block: 2KiB }]
`

test('a file that nobody gives is reported, and wrong bytes are not taken for it', () => {
  const { violations, misbehaviour } = run(BEHIND_A_LIAR)
  expect(violations).toContain("Carol lacks 5 of 5 blocks of 'Anna 1 of files 1', which is searching")
  expect(violations.filter((line) => /wrong bytes|keeps/.test(line))).toEqual([])
  expect(misbehaviour['bad-block']).toBeGreaterThan(0)
})

test('checks of files say what is missing', () => {
  const checks = 'checks: { fetched: 1, copies: 1, refused: [too-fast] }'
  const away = FILES.replace('[Anna, Bob, Carol, Box]', '{ Anna: , Bob: , Carol: { up: [[0s, 10s]] }, Box: }')
  const late = away.replaceAll('every: 1m', 'every: 1m, from: 2m')
  expect(run(late + checks).violations).toEqual([
    '3 of 5 wanted files arrived in the main phase, less than 1',
    'nobody was refused for too-fast',
  ])
  const doubled = `${FILES}links: { duplicate: 1 }\n${checks}`
  expect(run(doubled).violations).toContainEqual(
    expect.stringMatching(/^[\d.]+ KiB of blocks arrived for [\d.]+ KiB needed, more than 1 times as much$/),
  )
})

test('checks of deliveries say what is missing', () => {
  const text = `
duration: 5m
nodes: [Anna, Bob]
links: { delay: 200ms }
workload: { writes: [{ by: [Anna], count: 4, every: 1m }] }
checks: { delivered-by: { block: 0.5, message: 0.5 }, within: { 0.9: 50ms, 0.95: 1h } }
`
  expect(run(text).violations).toEqual([
    expect.stringMatching(/^0 of \d deliveries came by block, less than 0.5$/),
    expect.stringMatching(/^0.9 of the deliveries took up to .*, longer than 50 ms$/),
  ])
})

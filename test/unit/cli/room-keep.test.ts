import { beforeEach, expect, test } from 'vitest'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

const DAY_MS = 86_400_000

test('shows what is kept, and what was dropped', async () => {
  const room = node.add('Kitchen', 'chat')
  expect((await run(['room', 'keep', 'Kitchen'])).out).toBe('  Keeps  all documents\n')
  room.kept = { keep: { documents: 10_000 }, dropped: 2_000, fromClock: 2_001, keepers: [{ peer: 'x', name: 'Anna' }] }
  expect((await run(['room', 'keep', 'Kitchen'])).out).toMatch(
    /^ {2}Keeps {4}the last 10,000 documents\n {2}Dropped {2}2,000 older documents\n {2}Kept by {2}Anna\n$/,
  )
  room.kept = { ...room.kept, keep: 'all' }
  expect((await run(['room', 'keep', 'Kitchen'])).out).toContain('all from now on\n')
  room.kept = { keep: { ageMs: 90 * DAY_MS }, dropped: 0, fromClock: 0, keepers: [] }
  const { out } = await run(['room', 'keep', 'Kitchen'])
  expect(out).toBe(
    '  Keeps    the documents of the last 90 days\n  Dropped  nothing yet\n  Kept by  nobody who is here now\n',
  )
  room.kept = { keep: 'all', dropped: 2_000, fromClock: 2_001, keepers: [] }
  expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(/^ +Dropped\s+2,000 older documents/m)
})

test('read says that older documents were dropped', async () => {
  const room = node.add('Kitchen', 'chat')
  expect((await run(['read', 'Kitchen'])).err).toBe('')
  room.kept = { ...room.kept, dropped: 2_000, fromClock: 2_001 }
  expect((await run(['read', 'Kitchen'])).err).toContain('2,000 older documents were dropped here: ')
  expect((await run(['read', 'Kitchen', '--last', '5'])).err).toBe('')
})

test.each([
  [['--last', '10000'], { documents: 10_000 }],
  [['--last', '10,000'], { documents: 10_000 }],
  [['--last', '90d'], { ageMs: 90 * DAY_MS }],
  [['--last', '2 weeks'], { ageMs: 14 * DAY_MS }],
  [['--last', '12H'], { ageMs: DAY_MS / 2 }],
  [['--last', '1y'], { ageMs: 365 * DAY_MS }],
  [['all'], 'all'],
  [['ALL'], 'all'],
])('%j', async (given, kept) => {
  const room = node.add('Kitchen', 'chat')
  const { out, exitCode } = await run(['room', 'keep', 'Kitchen', ...given, '--json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ keep: kept })
  expect(room.kept.keep).toEqual(kept)
})

test.each([
  [['--last', '0']],
  [['--last', '-5']],
  [['--last', '5 apples']],
  [['--last', 'd']],
  [['--last', '1.5d']],
  [['some']],
  [['all', '--last', '5']],
])('%j is refused', async (given) => {
  const room = node.add('Kitchen', 'chat')
  expect((await run(['room', 'keep', 'Kitchen', ...given])).exitCode).toBe(2)
  expect(room.kept.keep).toBe('all')
})

import { expect, test } from 'vitest'
import { readScenario } from '../../../src/simulate/read-scenario.ts'
import { simulate } from '../../../src/simulate/simulate.ts'

const ROOMS = `
duration: 5m
nodes: 7
rooms: 2
workload:
  writes: [{ by: [N1, N5], count: 3, every: 1m }]
`

function run(text: string) {
  return simulate(readScenario(text, 'my.yaml', 'my'), 1)
}

test('each room is for its own nodes', () => {
  const { rooms, nodes, documents, delivery, edges, violations } = run(ROOMS)
  expect({ rooms, nodes: nodes.length, violations }).toEqual({ rooms: 2, nodes: 7, violations: [] })
  // In each room a root, three messages, and everyone's introduction.
  expect(documents).toBe(2 * 4 + 7)
  const expected = (1 + 3 + 4) * 3 + (1 + 3 + 3) * 2
  expect(delivery).toMatchObject({ expected, delivered: expected })
  const roomOf = (name: string): number => (Number(name.slice(1)) <= 4 ? 1 : 2)
  expect(edges.filter(({ from, to }) => roomOf(from) !== roomOf(to))).toEqual([])
})

test('if only writers introduce themselves, nobody else writes anything', () => {
  const { documents, violations } = run(ROOMS.replace('writes:', 'introductions: writers\n  writes:'))
  expect(documents).toBe(2 * 4 + 2)
  expect(violations).toEqual([])
})

import { expect, test } from 'vitest'
import { readScenario, ScenarioError } from '../../../src/simulate/read-scenario.ts'

const MINIMAL = `
duration: 10m
nodes: [A, B, C]
workload:
  writes:
    - { count: 2, every: 1m }
`

const PRIVATE = `${MINIMAL}access: private
`

function read(text: string) {
  return readScenario(text, 'my.yaml', 'my')
}

function mistakesOf(text: string): readonly string[] {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ScenarioError) return error.mistakes
    throw error
  }
  return []
}

test('all but the first node and carriers are writers in a room with members, unless it says something else', () => {
  const rolesOf = (text: string) => [...read(`${MINIMAL}access: public-read\n${text}`).roles]
  expect(rolesOf('')).toEqual([
    [1, 'writer'],
    [2, 'writer'],
  ])
  expect(rolesOf('carriers: [B]\nmembers: { C: reader }')).toEqual([[2, 'reader']])
  expect(rolesOf('members: { B: later }')).toEqual([[2, 'writer']])
})

/** A mistake, and the line that reports it. */
const WRONG: [text: string, mistake: string][] = [
  [`${MINIMAL}access: secret`, "my.yaml:7: access: expected one of 'open', 'public-read', 'private', found \"secret\""],
  [
    `${MINIMAL.replace('[A, B, C]', '[A, B, C, D]')}rooms: 2\naccess: private`,
    'my.yaml:8: access: expected only with a single room',
  ],
  [`${MINIMAL}members: { B: admin }`, "my.yaml:7: members: expected only with 'access: private' or"],
  [`${MINIMAL}cheats: []`, "my.yaml:7: cheats: expected only with 'access: private' or"],
  [`${PRIVATE}members: [B]`, 'my.yaml:8: members: expected a mapping of nodes to their roles'],
  [`${PRIVATE}members: { B: owner }`, "my.yaml:8: members.B: expected one of 'reader', 'writer', 'admin', 'later'"],
  [
    `${PRIVATE}members: { A: admin }`,
    'my.yaml:8: members.A: expected neither the first node, the owner, nor a carrier',
  ],
  [`${PRIVATE}membership: [{ by: A, remove: B }]`, "my.yaml:8: membership.0: expected 'by', 'at' and one of 'invite',"],
  [`${PRIVATE}membership: [{ by: A, remove: B, rekey: true, at: 1m }]`, "my.yaml:8: membership.0: expected 'by', 'at'"],
  [
    `${PRIVATE}membership: [{ by: A, remove: Z, at: 1m }]`,
    'my.yaml:8: membership.0.remove: expected the name of a node',
  ],
  [
    `${PRIVATE}membership: [{ by: A, remove: B, role: reader, at: 1m }]`,
    "my.yaml:8: membership.0.role: expected only with 'invite' or 'set'",
  ],
  [
    `${PRIVATE}carriers: [B]\nmembership: [{ by: A, remove: B, at: 1m }]`,
    'my.yaml:9: membership.0.remove: expected no carrier: carriers are no members',
  ],
  [
    `${PRIVATE}carriers: [B]\nmembership: [{ by: [B], count: 1, every: 1m }]`,
    'my.yaml:9: membership.0.by: expected no carrier',
  ],
  [
    `${PRIVATE}membership: [{ by: [B], count: 100, every: 1m }]`,
    'my.yaml:8: membership.0: takes 1.67 h, which is longer',
  ],
  [`${PRIVATE}cheats: [{ node: B, count: 1, every: 1m }]`, "my.yaml:8: cheats.0: expected 'node', 'how', 'count'"],
  [
    `${PRIVATE}cheats: [{ node: B, how: smile, count: 1, every: 1m }]`,
    "my.yaml:8: cheats.0.how: expected one of 'backdate'",
  ],
  [`${PRIVATE}cheats: [{ node: A, how: fork, count: 1, every: 1m }]`, 'my.yaml:8: cheats.0.node: expected neither the'],
  [`${MINIMAL}restores: [{ node: A, at: 1m }]`, "my.yaml:7: restores.0: expected 'node', 'backup' and 'at'"],
  [`${MINIMAL}restores: [{ node: A, backup: 2m, at: 1m }]`, 'my.yaml:7: restores.0: expected a backup that is older'],
]

test.each(WRONG)('%s', (text, mistake) => {
  expect(mistakesOf(text)).toEqual([expect.stringContaining(mistake)])
})

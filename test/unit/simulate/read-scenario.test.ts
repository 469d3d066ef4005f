import { describe, expect, test } from 'vitest'
import { chat } from '../../../src/apps/chat/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import { readScenario, ScenarioError } from '../../../src/simulate/read-scenario.ts'

const MINIMAL = `
duration: 10m
nodes: [A, B, C]
workload:
  writes:
    - { count: 2, every: 1m }
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

test('omitted keys have their defaults', () => {
  expect(read(MINIMAL)).toEqual({
    name: 'my',
    description: '',
    durationMs: 600_000,
    nodes: ['A', 'B', 'C'].map((name) => ({ name, availability: { kind: 'always' } })),
    roomSizes: [3],
    topology: { kind: 'full' },
    semiConnected: undefined,
    faults: { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 5 },
    gossip: undefined,
    modes: ['auto', 'auto', 'auto'],
    carriers: new Set(),
    liars: new Map(),
    ...{ access: 'open', roles: new Map(), steps: [], randomSteps: [], cheats: [] },
    crashes: [],
    restores: [],
    crowds: [],
    fullDisks: [],
    partitions: [],
    app: chat,
    introductions: 'all',
    checkpointDocuments: undefined,
    keeps: [],
    writes: [{ by: [0, 1, 2], count: 2, everyMs: 60_000, fromMs: 0, sizeBytes: { min: 40, max: 40 } }],
    files: [],
    autoFetchBytesMax: undefined,
    checks: {
      ...{ maxBytes: undefined, deliveredInLife: undefined, fetchedInLife: undefined, maxCopies: undefined },
      ...{ deliveredBy: new Map(), deliveryTimes: [], refused: [], paths: [], neverLinked: [] },
    },
  })
})

test('crowds of open rooms are read', () => {
  expect(read(`${MINIMAL}crowds: [{ node: C, authors: 7, at: 1m, over: 2m }, { node: A, authors: 1 }]`).crowds).toEqual(
    [
      { node: 2, authors: 7, atMs: 60_000, overMs: 120_000 },
      { node: 0, authors: 1, atMs: 0, overMs: 0 },
    ],
  )
})

test('every key is read', () => {
  const scenario = read(`
description: All of it.
duration: 1d
nodes:
  A:
  B: { reliability: 0.5, period: 1h }
  C: { up: [[0s, 1h], [2h, 3h]] }
availability: { reliability: 0.9 }
topology: { links: [[B, A], [B, C]], semi-connected: { node: B, turn: 5m } }
links: { loss: 0.25, duplicate: 0.5, delay: [2ms, 1s], batch-sync: { loss: 1 }, ensure-map: { delay: 3s } }
gossip: { loss: 1, delay: 20ms }
liars: { A: promises, B: wrong-bytes }
mode: { B: batch, C: interactive }
carriers: [B]
access: private
members: { C: admin }
membership:
  - { by: A, invite: C, at: 1m }
  - { by: A, invite: C, role: reader, at: 2m }
  - { by: C, set: A, role: admin, at: 3m }
  - { by: A, remove: C, at: 4m }
  - { by: A, withdraw: C, at: 5m }
  - { by: A, hand-over: C, at: 6m }
  - { by: A, rekey: true, at: 7m }
  - { by: [A, C], count: 3, every: 1h, from: 1m }
cheats: [{ node: C, how: fork, count: 2, every: 1m, from: 1h }, { node: C, how: write-on, count: 1, every: 1s }]
restores: [{ node: C, backup: 1m, at: 2m }]
crashes: [{ node: A, at: 1m, for: 2s }, { count: 3, for: [1s, 2s], kind: power-cut }]
full-disks: [{ node: B, at: 1m, for: [2s, 3s] }]
partitions: [{ sides: [[A], [B]], at: 1m, for: 1h }, { count: 2, for: 1m }]
checkpoints: 8
keep: [{ node: A, last: 20, at: 5m }, { node: A, last: all, at: 1h }, { node: C, last: 2h }]
workload:
  app: map
  introductions: writers
  writes: [{ by: [C], count: 5, every: 1h, from: 30m, size: [1KiB, 2KiB] }]
  files: [{ by: [C], count: 2, every: 1h, size: 1MiB, block: 64KiB, wanted-by: [A] }, { by: [C], count: 1, every: 1h }]
  auto-fetch: 0
checks:
  bytes: 2MiB
  delivered: 0.5
  delivered-by: { gossip: 0.25, block: 0 }
  within: { 0.5: 1s, 0.9: 2m }
  fetched: 0.75
  copies: 1.5
  refused: [bad-block]
  paths: [[A, B, C]]
  never-linked: [[A, C]]
`)
  expect(scenario).toEqual({
    name: 'my',
    description: 'All of it.',
    durationMs: 86_400_000,
    nodes: [
      { name: 'A', availability: { kind: 'reliability', probability: 0.9, periodMs: 600_000 } },
      { name: 'B', availability: { kind: 'reliability', probability: 0.5, periodMs: 3_600_000 } },
      {
        name: 'C',
        availability: {
          kind: 'intervals',
          intervals: [
            { fromMs: 0, toMs: 3_600_000 },
            { fromMs: 7_200_000, toMs: 10_800_000 },
          ],
        },
      },
    ],
    roomSizes: [3],
    topology: {
      kind: 'links',
      links: [
        [1, 0],
        [1, 2],
      ],
    },
    semiConnected: { node: 1, turnMs: 300_000 },
    faults: {
      ...{ lossProbability: 0.25, duplicateProbability: 0.5, delayMinMs: 2, delayMaxMs: 1_000 },
      ofProtocols: {
        'batch-sync': { lossProbability: 1, duplicateProbability: 0.5, delayMinMs: 2, delayMaxMs: 1_000 },
        'ensure-map': { lossProbability: 0.25, duplicateProbability: 0.5, delayMinMs: 3_000, delayMaxMs: 3_000 },
      },
    },
    gossip: { lossProbability: 1, duplicateProbability: 0, delayMinMs: 20, delayMaxMs: 20 },
    modes: ['auto', 'batch', 'interactive'],
    carriers: new Set([1]),
    liars: new Map([
      [0, 'promises'],
      [1, 'wrong-bytes'],
    ]),
    access: 'private',
    roles: new Map([[2, 'admin']]),
    steps: [
      { by: 0, atMs: 60_000, action: { type: 'invite', node: 2, role: 'writer' } },
      { by: 0, atMs: 120_000, action: { type: 'invite', node: 2, role: 'reader' } },
      { by: 2, atMs: 180_000, action: { type: 'role', node: 0, role: 'admin' } },
      { by: 0, atMs: 240_000, action: { type: 'remove', node: 2 } },
      { by: 0, atMs: 300_000, action: { type: 'withdraw', node: 2 } },
      { by: 0, atMs: 360_000, action: { type: 'owner', node: 2 } },
      { by: 0, atMs: 420_000, action: { type: 'rekey' } },
    ],
    randomSteps: [{ by: [0, 2], count: 3, everyMs: 3_600_000, fromMs: 60_000 }],
    cheats: [
      { node: 2, how: 'fork', count: 2, everyMs: 60_000, fromMs: 3_600_000 },
      { node: 2, how: 'write-on', count: 1, everyMs: 1_000, fromMs: 0 },
    ],
    restores: [{ node: 2, backupMs: 60_000, atMs: 120_000 }],
    crowds: [],
    fullDisks: [{ node: 1, atMs: 60_000, forMs: { min: 2_000, max: 3_000 } }],
    crashes: [
      { node: 0, atMs: 60_000, forMs: { min: 2_000, max: 2_000 }, kind: 'kill' },
      { count: 3, forMs: { min: 1_000, max: 2_000 }, kind: 'power-cut' },
    ],
    partitions: [
      {
        atMs: 60_000,
        forMs: { min: 3_600_000, max: 3_600_000 },
        sideOf: new Map([
          [0, 1],
          [1, 2],
        ]),
      },
      { count: 2, forMs: { min: 60_000, max: 60_000 } },
    ],
    app: map,
    introductions: 'writers',
    checkpointDocuments: 8,
    keeps: [
      { node: 0, atMs: 300_000, retention: { documents: 20 } },
      { node: 0, atMs: 3_600_000, retention: undefined },
      { node: 2, atMs: 0, retention: { ageMs: 7_200_000 } },
    ],
    writes: [{ by: [2], count: 5, everyMs: 3_600_000, fromMs: 1_800_000, sizeBytes: { min: 1024, max: 2048 } }],
    files: [
      {
        ...{ by: [2], count: 2, everyMs: 3_600_000, fromMs: 0, sizeBytes: { min: 1_048_576, max: 1_048_576 } },
        ...{ blockBytes: 65_536, wantedBy: [0] },
      },
      {
        ...{ by: [2], count: 1, everyMs: 3_600_000, fromMs: 0, sizeBytes: { min: 16_384, max: 16_384 } },
        ...{ blockBytes: 262_144, wantedBy: [] },
      },
    ],
    autoFetchBytesMax: 0,
    checks: {
      ...{ maxBytes: 2_097_152, deliveredInLife: 0.5, fetchedInLife: 0.75, maxCopies: 1.5, refused: ['bad-block'] },
      deliveredBy: new Map([
        ['gossip', 0.25],
        ['block', 0],
      ]),
      deliveryTimes: [
        { part: 0.5, maxMs: 1_000 },
        { part: 0.9, maxMs: 120_000 },
      ],
      ...{ paths: [[0, 1, 2]], neverLinked: [[0, 2]] },
    },
  })
})

test('nodes are assigned to rooms as evenly as possible', () => {
  const sizesOf = (nodes: number, rooms: number) =>
    read(`${MINIMAL.replace('[A, B, C]', String(nodes))}rooms: ${rooms}`).roomSizes
  expect(sizesOf(6, 3)).toEqual([2, 2, 2])
  expect(sizesOf(11, 3)).toEqual([4, 4, 3])
  expect(sizesOf(1_000, 100)).toEqual(Array.from({ length: 100 }, () => 10))
})

test('a mode can apply to all nodes, and carriers write nothing by default', () => {
  expect(read(`${MINIMAL}mode: batch`).modes).toEqual(['batch', 'batch', 'batch'])
  expect(read(`${MINIMAL}carriers: [B]`).writes.map(({ by }) => by)).toEqual([[0, 2]])
})

test('liars add no files by default', () => {
  const text = MINIMAL.replace('writes:', 'files: [{ count: 1, every: 1m }]\n  writes:')
  expect(read(`${text}carriers: [B]\nliars: { C: denies }`).files.map(({ by }) => by)).toEqual([[0]])
})

/** A mistake, and the line that reports it. */
const WRONG: [text: string, mistake: string][] = [
  [MINIMAL.replace('duration: 10m', ''), "my.yaml:1: the key 'duration' is missing"],
  ['3', "my.yaml:1: expected a mapping with the keys 'description', 'duration', 'nodes',"],
  ['a: [', 'my.yaml:1: Flow sequence in block collection must be'],
  ['a: 1\na: 2', 'my.yaml:2: Map keys must be unique'],
  [`${MINIMAL}color: red`, "my.yaml:7: color: unknown key, expected one of 'description', 'duration'"],
  [MINIMAL.replace('10m', 'ten'), `my.yaml:2: duration: expected a time such as '200ms', '30s', '10m', '2h' or '30d'`],
  [MINIMAL.replace('10m', '1m'), 'my.yaml:6: workload.writes.0: takes 2 m, which is longer than the duration'],
  [MINIMAL.replace('[A, B, C]', '1'), 'my.yaml:3: nodes: expected a number from 2 to 10000, found 1'],
  [MINIMAL.replace('[A, B, C]', '[A]'), 'my.yaml:3: nodes: expected at least two nodes'],
  [MINIMAL.replace('[A, B, C]', '[A, A]'), 'my.yaml:3: nodes: two nodes have the same name'],
  [MINIMAL.replace('[A, B, C]', '10001'), 'my.yaml:3: nodes: expected a number from 2 to 10000, found 10001'],
  [MINIMAL.replace('[A, B, C]', `[A, ${'B'.repeat(17)}]`), 'my.yaml:3: nodes: expected names of at most 16 characters'],
  [
    MINIMAL.replace('[A, B, C]', '{ A: { reliability: 3 }, B: }'),
    'my.yaml:3: nodes.A.reliability: expected a number from 0 to 1, found 3',
  ],
  [
    MINIMAL.replace('[A, B, C]', '{ A: { up: [[1h, 2h], [90m, 3h]] }, B: }'),
    'my.yaml:3: nodes.A.up: expected the times in order',
  ],
  [MINIMAL.replace('count: 2,', ''), "my.yaml:6: workload.writes.0: expected at least 'count' and 'every'"],
  [MINIMAL.replace('1m', '0s'), 'my.yaml:6: workload.writes.0.every: expected a time above 0'],
  [
    MINIMAL.replace('count: 2,', 'by: [Z], count: 2,'),
    'my.yaml:6: workload.writes.0.by.0: expected the name of a node (A, B, C), found "Z"',
  ],
  [
    MINIMAL.replace('count: 2,', 'size: 17KiB, count: 2,'),
    'my.yaml:6: workload.writes.0.size: expected a size of at most 16384 bytes',
  ],
  [`${MINIMAL}topology: star`, `my.yaml:7: topology: expected one of 'full', 'line', 'ring', found "star"`],
  [`${MINIMAL}topology: { links: [[A, B]] }`, 'my.yaml:7: topology: no chain of links connects 1 of the nodes'],
  [`${MINIMAL}topology: { links: [[A, B], [B, B]] }`, 'my.yaml:7: topology.links.1: expected a list of two nodes'],
  [`${MINIMAL}topology: { random: 1 }`, 'my.yaml:7: topology.random: expected a number from 2 to 1000, found 1'],
  [`${MINIMAL}rooms: 2`, 'my.yaml:7: rooms: expected at least two nodes per room, found 3 for 2'],
  [`${MINIMAL}rooms: 0`, 'my.yaml:7: rooms: expected a number from 1 to 1000000, found 0'],
  [
    `${MINIMAL.replace('[A, B, C]', '[A, B, C, D]')}rooms: 2\ntopology: { links: [[A, B], [B, C], [C, D]] }`,
    'my.yaml:8: topology.links: expected only with a single room',
  ],
  [
    MINIMAL.replace('workload:', 'workload:\n  introductions: none'),
    `my.yaml:5: workload.introductions: expected one of 'all', 'writers', found "none"`,
  ],
  [`${MINIMAL}mode: fast`, `my.yaml:7: mode: expected one of 'batch', 'interactive', 'auto', found "fast"`],
  [`${MINIMAL}mode: { Z: batch }`, 'my.yaml:7: mode.Z: expected the name of a node (A, B, C)'],
  [`${MINIMAL}mode: { A: fast }`, "my.yaml:7: mode.A: expected one of 'batch', 'interactive', 'auto'"],
  [`${MINIMAL}keep: [{ node: A }]`, "my.yaml:7: keep.0: expected 'node' and 'last'"],
  [
    `${MINIMAL}keep: [{ node: A, last: some }]`,
    "my.yaml:7: keep.0.last: expected a number of documents, a time such as '2h' or '30d', or 'all', found \"some\"",
  ],
  [
    `${MINIMAL}carriers: [B]\nkeep: [{ node: B, last: 9 }]`,
    'my.yaml:8: keep.0.node: expected a member: carriers keep all',
  ],
  [`${MINIMAL}carriers: [A]`, 'my.yaml:7: carriers: expected no node that creates a room'],
  [
    `${MINIMAL.replace('count: 2,', 'by: [B], count: 2,')}carriers: [B]`,
    'my.yaml:6: workload.writes.0.by: expected no carrier',
  ],
  [
    `${MINIMAL}links: { batch-sync: { speed: 3 } }`,
    "my.yaml:7: links.batch-sync.speed: unknown key, expected one of 'loss', 'duplicate', 'delay'",
  ],
  [`${MINIMAL}gossip: yes`, "my.yaml:7: gossip: expected a mapping with the keys 'loss', 'duplicate', 'delay'"],
  [`${MINIMAL}liars: [A]`, 'my.yaml:7: liars: expected a mapping of nodes to how they lie'],
  [`${MINIMAL}liars: { A: always }`, "my.yaml:7: liars.A: expected one of 'wrong-bytes', 'promises',"],
  [`${MINIMAL}liars: { Z: denies }`, 'my.yaml:7: liars.Z: expected the name of a node (A, B, C)'],
  [
    `${MINIMAL}liars: { B: denies }`.replace('writes:', 'files: [{ by: [B], count: 1, every: 1m }]\n  writes:'),
    'my.yaml:5: workload.files.0.by: expected no liar',
  ],
  [
    MINIMAL.replace('writes:', 'files: [{ count: 1, every: 1m, block: 512KiB }]\n  writes:'),
    'my.yaml:5: workload.files.0.block: expected a size of at most 262144 bytes',
  ],
  [
    MINIMAL.replace('writes:', 'files: [{ count: 1, every: 1m, block: 1000 }]\n  writes:'),
    'my.yaml:5: workload.files.0.block: expected blocks of at least 1024 bytes',
  ],
  [
    MINIMAL.replace('writes:', 'files: [{ count: 1, every: 1m, size: [63, 64] }]\n  writes:'),
    'my.yaml:5: workload.files.0.size: expected files of at least 64 bytes',
  ],
  [
    `${MINIMAL}checks: { delivered-by: { ack: 1 } }`,
    'my.yaml:7: checks.delivered-by.ack: unknown key, expected one of',
  ],
  [
    `${MINIMAL}checks: { within: { most: 1s } }`,
    'my.yaml:7: checks.within.most: expected a fraction of the deliveries',
  ],
  [`${MINIMAL}checks: { copies: 0.5 }`, 'my.yaml:7: checks.copies: expected a number from 1 to 1000, found 0.5'],
  [`${MINIMAL}links: { loss: 1 }`, 'my.yaml:7: links.loss: expected a number from 0 to 0.9, found 1'],
  [`${MINIMAL}links: { delay: [2s, 1s] }`, 'my.yaml:7: links.delay: expected one value, or two in a list'],
  [`${MINIMAL}crashes: [{ node: A, at: 1m }]`, "my.yaml:7: crashes.0: the key 'for' is missing"],
  [`${MINIMAL}crashes: [{ node: A, for: 1m }]`, "my.yaml:7: crashes.0: expected 'node', 'at' and 'for', or"],
  [`${MINIMAL}crowds: [{ node: A }]`, "my.yaml:7: crowds.0: expected at least 'node' and 'authors'"],
  [`${MINIMAL}carriers: [B]\ncrowds: [{ node: B, authors: 2 }]`, 'my.yaml:8: crowds.0.node: expected a member'],
  [
    `${MINIMAL}access: public-read\ncrowds: [{ node: A, authors: 2 }]`,
    'my.yaml:8: crowds: expected only in open rooms',
  ],
  [`${MINIMAL}full-disks: [{ node: A, at: 1m }]`, "my.yaml:7: full-disks.0: expected 'node', 'at' and 'for'"],
  [`${MINIMAL}partitions: [{ at: 1m, for: 1m }]`, "my.yaml:7: partitions.0: expected 'sides', 'at' and 'for', or"],
  [`${MINIMAL}checks: { paths: [[A]] }`, 'my.yaml:7: checks.paths.0: expected a list of two or more nodes'],
]

describe('one line reports', () => {
  test.each(WRONG)('%s', (text, mistake) => {
    expect(mistakesOf(text).filter((line) => line.startsWith(mistake))).toHaveLength(1)
  })

  test('each of several mistakes', () => {
    expect(mistakesOf('duration: 1x\nnodes: [A]\nworkload: { app: tetris }\n')).toEqual([
      `my.yaml:1: duration: expected a time such as '200ms', '30s', '10m', '2h' or '30d', found "1x"`,
      'my.yaml:2: nodes: expected at least two nodes',
      "my.yaml:3: workload: the key 'writes' is missing: who writes how much",
      `my.yaml:3: workload.app: expected one of 'chat', 'map', or a file such as './todo.ts', found "tetris"`,
    ])
  })
})

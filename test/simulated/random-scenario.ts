/** Random scenarios with any features that scenarios have, all from one seed. */
import { CHEATS } from '../../src/simulate/cheats.ts'
import { CRASH_KINDS } from '../../src/simulate/simulated-node.ts'
import { builtInApps } from '../../src/apps/index.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { LIES, type Lie } from '../../src/simulate/lies.ts'
import type { Faults } from '../../src/simulate/network.ts'
import { pick, randomInteger, seededRandom } from '../../src/simulate/random.ts'
import type { Availability, Cheats, FullDisk, InvitedRole, Keep, Scenario } from '../../src/simulate/scenario.ts'

const MINUTE_MS = 60_000

/** The fraction of the main phase that writing may take. */
const WRITING_PART = 0.9

/** Documents between two checkpoints: with so few, rooms of a few dozen documents have several. */
const CHECKPOINTS = [undefined, 8, 3, 16] as const

/** Retention has random numbers of its own, so that it changes nothing else in a scenario. */
const RETENTION_SEED = 1_000_000

/** Full disks, too. */
const FULL_DISKS_SEED = 2_000_000

export function randomScenario(seed: number): Scenario {
  const random = seededRandom(seed)
  const between = (min: number, max: number): number => randomInteger(random, min, max)
  const chance = (part: number): boolean => random() < part
  const nodes = Array.from({ length: between(2, 7) }, (_, i) => ({
    name: `N${i + 1}`,
    availability: randomAvailability(random),
  }))
  const all = nodes.map((_, i) => i)
  const someOf = (from: readonly number[]): number[] => {
    const some = from.filter(() => chance(0.5))
    return some.length > 0 ? some : from.slice(0, 1)
  }
  const kind = pick(random, ['full', 'line', 'ring'] as const)
  // Only if all nodes are linked does each have an honest peer that has what it wants.
  const isFull = kind === 'full'
  const carriers = new Set(all.slice(1).filter(() => chance(0.15)))
  const liars = new Map(
    all.slice(1).flatMap((node): [number, Lie][] => (isFull && chance(0.2) ? [[node, pick(random, LIES)]] : [])),
  )
  const members = all.filter((node) => !carriers.has(node))
  const durationMs = between(5, 40) * MINUTE_MS
  /** A number of times, throughout the main phase or in a burst. */
  const times = (count: number) => {
    const isBurst = chance(0.3)
    const everyMs = isBurst ? between(100, 2_000) : Math.floor((WRITING_PART * durationMs) / count)
    return { count, everyMs, fromMs: isBurst ? between(0, durationMs / 2) : 0 }
  }
  const anyOf = (...limits: readonly number[]): number | undefined => limits[between(0, limits.length)]
  return {
    ...{ name: `random ${seed}`, description: '', durationMs, nodes, roomSizes: [nodes.length] },
    ...{ topology: { kind }, semiConnected: undefined, carriers, liars },
    faults: {
      ...randomFaults(random),
      ofProtocols: {
        ...(chance(0.3) && { 'batch-sync': { ...randomFaults(random), lossProbability: 0.5 * random() } }),
        ...(chance(0.2) && { 'ensure-map': randomFaults(random) }),
      },
    },
    gossip: chance(0.5) ? { ...randomFaults(random), lossProbability: 0.6 * random() } : undefined,
    modes: all.map(() => pick(random, ['auto', 'batch', 'interactive'] as const)),
    crashes: CRASH_KINDS.filter(() => chance(0.4)).map((kind) => ({
      ...{ count: between(1, 12), forMs: { min: 1, max: MINUTE_MS }, kind },
    })),
    ...{ access: 'open' as const, roles: new Map(), steps: [], randomSteps: [], cheats: [], restores: [] },
    crowds: [],
    fullDisks: randomFullDisks(seed, { nodes: nodes.length, durationMs }),
    partitions: chance(0.5) ? [{ count: between(1, 5), forMs: { min: 1_000, max: 5 * MINUTE_MS } }] : [],
    app: pick(random, builtInApps),
    introductions: pick(random, ['all', 'writers'] as const),
    checkpointDocuments: CHECKPOINTS[seed % CHECKPOINTS.length],
    keeps: randomKeeps(seed, { kind, nodes: nodes.length, carriers, durationMs }),
    writes: [
      {
        ...times(between(1, 12)),
        by: someOf(members),
        sizeBytes: { min: 20, max: pick(random, [100, 2_000, 15_000]) },
      },
    ],
    files: [
      {
        ...times(between(1, 4)),
        by: someOf(members.filter((node) => !liars.has(node))),
        sizeBytes: { min: 64, max: pick(random, [5_000, 60_000]) },
        blockBytes: pick(random, [1_024, 4_096, 16_384]),
        wantedBy: someOf(members),
      },
    ],
    autoFetchBytesMax: isFull ? anyOf(0, 3_000, 20_000) : undefined,
    checks: {
      ...{ maxBytes: undefined, deliveredInLife: undefined, fetchedInLife: undefined, maxCopies: undefined },
      ...{ deliveredBy: new Map(), deliveryTimes: [], refused: [], paths: [], neverLinked: [] },
    },
  }
}

/** What is as it would be in an open room has the same random numbers. */
const MEMBERS_SEED = 2_000_000

/**
 * A random scenario of a room with members: private, or one that everybody reads. Whoever is removed is cut off, so the
 * others are linked without them.
 */
export function randomMembersScenario(seed: number): Scenario {
  const open = randomScenario(seed)
  const random = seededRandom(MEMBERS_SEED + seed)
  const between = (min: number, max: number): number => randomInteger(random, min, max)
  const { durationMs, carriers, nodes } = open
  const others = nodes.map((_, i) => i).filter((node) => node > 0 && !carriers.has(node))
  const some = (part: number): number[] => others.filter(() => random() < part)
  const roles = new Map<number, InvitedRole>()
  for (const node of some(0.8)) roles.set(node, pick(random, ['admin', 'admin', 'writer', 'writer', 'reader'] as const))
  const admins = [0, ...[...roles].flatMap(([node, role]) => (role === 'admin' ? [node] : []))]
  const everyMs = between(10_000, Math.floor(durationMs / 8))
  const times = { everyMs, count: Math.min(between(1, 8), Math.floor((0.8 * durationMs) / everyMs)), fromMs: 0 }
  const cheats = some(0.25).map((node): Cheats => {
    return {
      node,
      how: pick(random, CHEATS),
      count: between(1, 6),
      everyMs: 30_000,
      fromMs: between(0, durationMs / 2),
    }
  })
  const restores = some(0.15).map((node) => {
    const backupMs = between(0, Math.floor(durationMs / 2))
    return { node, backupMs, atMs: between(backupMs, durationMs - 1) }
  })
  return {
    ...{
      ...open,
      name: `random members ${seed}`,
      topology: { kind: 'full' },
      keeps: [],
    },
    ...{ access: random() < 0.8 ? 'private' : 'public-read', roles, steps: [], cheats, restores },
    randomSteps: [{ by: admins, ...times }],
    // Of what somebody wrote who was removed there may be no other source.
    liars: new Map(),
    // Others may be removed, with files that nobody else has yet.
    files: random() < 0.5 ? [] : open.files.map((files) => ({ ...files, by: [0] })),
  }
}

/** Some nodes keep only a part, some of them not for ever. Each has a neighbour that keeps all, and these are linked. */
function randomKeeps(
  seed: number,
  { kind, nodes, carriers, durationMs }: { kind: string; nodes: number; carriers: Set<number>; durationMs: number },
): Keep[] {
  const random = seededRandom(RETENTION_SEED + seed)
  const all = Array.from({ length: nodes }, (_, i) => i)
  const droppers = (kind === 'full' ? all.slice(1) : all.slice(-1)).filter((node) => !carriers.has(node))
  const keep = (node: number): Keep => ({
    ...{ node, atMs: randomInteger(random, 0, Math.floor(durationMs * 0.9)) },
    retention: pick(random, [
      { documents: randomInteger(random, 1, 30) },
      { documents: 1 },
      { ageMs: randomInteger(random, 1, 10) * MINUTE_MS },
    ]),
  })
  return droppers
    .filter(() => random() < 0.6)
    .flatMap((node) => {
      if (random() < 0.7) return [keep(node)]
      const [first, second] = [keep(node), keep(node)].sort((a, b) => a.atMs - b.atMs)
      return [first!, random() < 0.5 ? second! : { ...second!, retention: undefined }]
    })
}

function randomAvailability(random: Random): Availability {
  if (random() < 0.5) return { kind: 'always' }
  return { kind: 'reliability', probability: 0.3 + 0.7 * random(), periodMs: randomInteger(random, 10_000, 600_000) }
}

/** Losses are small: blocks are requested over streams, and if these lose something, only again after minutes. */
function randomFaults(random: Random): Faults {
  return {
    lossProbability: random() < 0.5 ? 0 : 0.08 * random(),
    duplicateProbability: random() < 0.7 ? 0 : 0.3 * random(),
    delayMinMs: randomInteger(random, 0, 20),
    delayMaxMs: pick(random, [20, 100, 1_000, 4_000]),
  }
}

function randomFullDisks(seed: number, { nodes, durationMs }: { nodes: number; durationMs: number }): FullDisk[] {
  const random = seededRandom(FULL_DISKS_SEED + seed)
  const all = Array.from({ length: nodes }, (_, node) => node)
  return all
    .filter(() => random() < 0.15)
    .map((node) => ({ node, atMs: randomInteger(random, 0, durationMs), forMs: { min: 1, max: 10 * MINUTE_MS } }))
}

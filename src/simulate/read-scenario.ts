/** Reads a scenario file (README.md is the reference) and reports every mistake in it. */
import { builtInApps, byName } from '../apps/index.ts'
import type { App } from '../kith.ts'
import { NodeNames } from './node-names.ts'
import { readAccess } from './read-access.ts'
import { readCrash, readGossip, readLiars, readLinks, readPartition, readRestore } from './read-faults.ts'
import { readKeep } from './read-keeps.ts'
import { readAvailability, readNodes } from './read-nodes.ts'
import { readCrowd, readFullDisk } from './read-strains.ts'
import { readWorkload, type Cast } from './read-workload.ts'
import type { Checks, Scenario } from './scenario.ts'
import { unreachable, pairsOf, type Topology } from './topology.ts'
import type { RecordType } from './traffic.ts'
import { parseYaml, type YamlValue } from './yaml-value.ts'

/** The scenario cannot be used; `mistakes` says why, one line each. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

const KEYS = [
  'description',
  'duration',
  'nodes',
  'availability',
  'rooms',
  'access',
  'members',
  'membership',
  'topology',
  'links',
  'gossip',
  'mode',
  'carriers',
  'liars',
  'cheats',
  'crashes',
  'restores',
  'crowds',
  'full-disks',
  'partitions',
  'checkpoints',
  'keep',
  'workload',
  'checks',
] as const

/**
 * Reads a scenario; messages call it `file`, reports call it `name`; `apps` are those it can name.
 * Throws a ScenarioError.
 */
export function readScenario(text: string, file: string, name: string, apps = byName(builtInApps)): Scenario {
  const { root, mistakes } = parseYaml(text, file)
  if (mistakes().length > 0) throw new ScenarioError(mistakes())
  const scenario = readRoot(root, name, apps)
  if (mistakes().length > 0) throw new ScenarioError(mistakes())
  return scenario
}

function readRoot(root: YamlValue, name: string, apps: ReadonlyMap<string, App>): Scenario {
  const { description, duration, nodes, availability, ...parts } = root.object(KEYS)
  for (const [key, value] of Object.entries({ duration, nodes, workload: parts.workload })) {
    if (value === undefined) root.problem(`the key '${key}' is missing`)
  }
  const always = availability === undefined ? ({ kind: 'always' } as const) : readAvailability(availability)
  const scenarioNodes = nodes === undefined ? [] : readNodes(nodes, always)
  const names = new NodeNames(scenarioNodes)
  const roomSizes = readRooms(parts.rooms, names.count)
  const carriers = readCarriers(parts.carriers, names, roomSizes)
  const liars = readLiars(parts.liars, names)
  const durationMs = duration?.positiveDuration() ?? NaN
  const cast: Cast = { names, carriers, liars, durationMs, apps }
  const access = readAccess(parts, cast, roomSizes.length)
  if (access.access !== 'open') parts.crowds?.problem('expected only in open rooms')
  return {
    name,
    description: description?.text('a sentence') ?? '',
    durationMs,
    nodes: scenarioNodes,
    roomSizes,
    ...readTopology(parts.topology, names, roomSizes.length),
    faults: readLinks(parts.links),
    gossip: readGossip(parts.gossip),
    modes: readModes(parts.mode, names),
    carriers,
    liars,
    ...access,
    crashes: parts.crashes?.list('a list of crashes').map((value) => readCrash(value, names)) ?? [],
    restores: parts.restores?.list('a list of nodes that are restored').map((value) => readRestore(value, names)) ?? [],
    crowds: parts.crowds?.list('a list of crowds').map((value) => readCrowd(value, names, carriers)) ?? [],
    fullDisks: parts['full-disks']?.list('a list of full disks').map((value) => readFullDisk(value, names)) ?? [],
    partitions: parts.partitions?.list('a list of partitions').map((value) => readPartition(value, names)) ?? [],
    checkpointDocuments: parts.checkpoints?.count(),
    keeps: parts.keep?.list('a list of how much nodes keep').map((value) => readKeep(value, names, carriers)) ?? [],
    ...readWorkload(parts.workload, cast),
    checks: readChecks(parts.checks, names),
  }
}

/** Assigns the nodes to rooms, as evenly as possible. */
function readRooms(value: YamlValue | undefined, nodes: number): number[] {
  const rooms = value?.count() ?? 1
  if (2 * rooms > nodes) value?.problem(`expected at least two nodes per room, found ${nodes} for ${rooms}`)
  const startOf = (room: number): number => Math.ceil((room * nodes) / rooms)
  return Array.from({ length: rooms }, (_, room) => startOf(room + 1) - startOf(room))
}

const MODES = ['batch', 'interactive', 'auto'] as const

/** One mode for all nodes, or a mapping of nodes to modes. */
function readModes(value: YamlValue | undefined, names: NodeNames): Scenario['modes'] {
  const modes = names.all.map((): Scenario['modes'][number] => 'auto')
  if (value?.isObject !== true) return modes.fill(value?.choice(MODES) ?? 'auto')
  for (const [name, mode] of value.entries()) modes[names.named(name, mode)] = mode.choice(MODES) ?? 'auto'
  return modes
}

function readCarriers(value: YamlValue | undefined, names: NodeNames, roomSizes: readonly number[]): Set<number> {
  const carriers = new Set(value ? names.list(value) : [])
  let first = 0
  for (const size of roomSizes) {
    if (carriers.has(first)) value?.problem('expected no node that creates a room (the first node of each)')
    first += size
  }
  return carriers
}

function readTopology(
  value: YamlValue | undefined,
  names: NodeNames,
  rooms: number,
): Pick<Scenario, 'topology' | 'semiConnected'> {
  if (value === undefined) return { topology: { kind: 'full' }, semiConnected: undefined }
  if (!value.isObject) {
    return { topology: { kind: value.choice(['full', 'line', 'ring']) ?? 'full' }, semiConnected: undefined }
  }
  const { random, links, 'semi-connected': semi } = value.object(['random', 'links', 'semi-connected'])
  if ((random === undefined) === (links === undefined)) value.problem("expected one of 'random' and 'links'")
  if (links && rooms > 1) links.problem('expected only with a single room')
  const topology: Topology = links
    ? { kind: 'links', links: links.list('a list of pairs of nodes').map((pair) => names.pair(pair)) }
    : { kind: 'random', degree: random?.number(2, 1_000) ?? 2 }
  if (topology.kind === 'links') {
    const apart = unreachable(
      pairsOf(topology, names.count, () => 0),
      names.count,
    ).length
    if (apart > 0) value.problem(`no chain of links connects ${apart} of the nodes with the first one`)
  }
  const { node, turn } = semi?.object(['node', 'turn']) ?? {}
  if (semi && !(node && turn)) semi.problem("expected 'node' and 'turn'")
  const semiConnected = node && turn && { node: names.one(node), turnMs: turn.positiveDuration() }
  return { topology, semiConnected }
}

/** How the first copy of a document can arrive. */
const CARRIED_BY: readonly RecordType[] = ['message', 'block', 'gossip']

function readChecks(value: YamlValue | undefined, names: NodeNames): Checks {
  const {
    bytes,
    delivered,
    'delivered-by': deliveredBy,
    within,
    fetched,
    copies,
    refused,
    paths,
    'never-linked': neverLinked,
  } = value?.object([
    'bytes',
    'delivered',
    'delivered-by',
    'within',
    'fetched',
    'copies',
    'refused',
    'paths',
    'never-linked',
  ]) ?? {}
  return {
    maxBytes: bytes?.size(Number.MAX_SAFE_INTEGER),
    deliveredInLife: delivered?.number(0, 1),
    fetchedInLife: fetched?.number(0, 1),
    deliveredBy: new Map(Object.entries(deliveredBy?.object(CARRIED_BY) ?? {}).map(readPart)),
    deliveryTimes: within?.entries().map(([part, time]) => readTime(Number(part), time)) ?? [],
    maxCopies: copies?.number(1, 1_000),
    refused: refused?.list('a list of codes').map((code) => code.text('the code of a misbehaviour')) ?? [],
    paths: paths?.list('a list of paths').map((path) => readPath(path, names)) ?? [],
    neverLinked: neverLinked?.list('a list of pairs of nodes').map((pair) => names.pair(pair)) ?? [],
  }
}

function readPart([record, part]: [string, YamlValue]): [RecordType, number] {
  return [record as RecordType, part.number(0, 1)]
}

function readTime(part: number, time: YamlValue): { part: number; maxMs: number } {
  if (!(part > 0 && part <= 1)) time.problem('expected a fraction of the deliveries, such as 0.9, and its time')
  return { part, maxMs: time.duration() }
}

function readPath(value: YamlValue, names: NodeNames): number[] {
  const path = names.list(value)
  if (path.length < 2) value.expected('a list of two or more nodes, the author first')
  return path
}

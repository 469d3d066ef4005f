/** Reads a scenario file (README.md is its reference) and says all that is wrong with it. */
import { MAX_TEXT_BYTES } from '../apps/chat.ts'
import { readAvailability, readNodes } from './read-nodes.ts'
import type { Checks, Crash, Partition, Range, Scenario, ScenarioNode, Writes } from './scenario.ts'
import { unreachable, pairsOf, type NodePair, type Topology } from './topology.ts'
import { formatDuration } from './units.ts'
import { parseYaml, type YamlValue } from './yaml-value.ts'

/** The scenario cannot be used: `mistakes` says why, one line each. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

const MAX_COUNT = 1_000_000

const KEYS = [
  'description',
  'duration',
  'nodes',
  'availability',
  'rooms',
  'topology',
  'links',
  'mode',
  'carriers',
  'crashes',
  'partitions',
  'workload',
  'checks',
] as const

/** Reads a scenario; `file` is how messages name it, `name` how reports do. Throws a ScenarioError. */
export function readScenario(text: string, file: string, name: string): Scenario {
  const { root, mistakes } = parseYaml(text, file)
  if (mistakes().length > 0) throw new ScenarioError(mistakes())
  const scenario = readRoot(root, name)
  if (mistakes().length > 0) throw new ScenarioError(mistakes())
  return scenario
}

function readRoot(root: YamlValue, name: string): Scenario {
  const { description, duration, nodes, availability, ...parts } = root.object(KEYS)
  for (const [key, value] of Object.entries({ duration, nodes, workload: parts.workload })) {
    if (value === undefined) root.problem(`the key '${key}' is missing`)
  }
  const always = availability === undefined ? ({ kind: 'always' } as const) : readAvailability(availability)
  const scenarioNodes = nodes === undefined ? [] : readNodes(nodes, always)
  const names = new NodeNames(scenarioNodes)
  const roomSizes = readRooms(parts.rooms, names.count)
  const carriers = readCarriers(parts.carriers, names, roomSizes)
  const durationMs = duration?.positiveDuration() ?? NaN
  return {
    name,
    description: description?.text('a sentence') ?? '',
    durationMs,
    nodes: scenarioNodes,
    roomSizes,
    ...readTopology(parts.topology, names, roomSizes.length),
    faults: readFaults(parts.links),
    modes: readModes(parts.mode, names),
    carriers,
    crashes: parts.crashes?.list('a list of crashes').map((value) => readCrash(value, names)) ?? [],
    partitions: parts.partitions?.list('a list of partitions').map((value) => readPartition(value, names)) ?? [],
    ...readWorkload(parts.workload, names, carriers, durationMs),
    checks: readChecks(parts.checks, names),
  }
}

/** Nodes by their names. */
class NodeNames {
  readonly count: number
  readonly #numbers: ReadonlyMap<string, number>

  constructor(nodes: readonly ScenarioNode[]) {
    this.count = nodes.length
    this.#numbers = new Map(nodes.map(({ name }, index) => [name, index]))
  }

  /** The numbers of all. */
  get all(): number[] {
    return [...this.#numbers.values()]
  }

  one(value: YamlValue): number {
    return this.named(String(value.value), value)
  }

  /** The number of a node; a mistake in `where` if there is none of that name. */
  named(name: string, where: YamlValue): number {
    const index = this.#numbers.get(name)
    if (index === undefined) where.expected(`the name of a node (${this.#some()})`)
    return index ?? 0
  }

  list(value: YamlValue): number[] {
    return value.list('a list of nodes').map((name) => this.one(name))
  }

  pair(value: YamlValue): NodePair {
    const [a, b, ...more] = this.list(value)
    if (a === undefined || b === undefined || more.length > 0 || a === b) value.expected('a list of two nodes')
    return [a ?? 0, b ?? 0]
  }

  #some(): string {
    const names = [...this.#numbers.keys()]
    return names.length > 8 ? `${names.slice(0, 3).join(', ')} … ${names.at(-1)}` : names.join(', ')
  }
}

/** Deals the nodes out to so many rooms, as evenly as it goes. */
function readRooms(value: YamlValue | undefined, nodes: number): number[] {
  const rooms = value?.wholeNumber(1, MAX_COUNT) ?? 1
  if (2 * rooms > nodes) value?.problem(`expected two nodes or more for each room, found ${nodes} for ${rooms}`)
  const startOf = (room: number): number => Math.ceil((room * nodes) / rooms)
  return Array.from({ length: rooms }, (_, room) => startOf(room + 1) - startOf(room))
}

const MODES = ['batch', 'interactive', 'auto'] as const

/** One mode for all, or a mapping of nodes to theirs. */
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
    if (carriers.has(first)) value?.problem('expected no node that makes a room, which is the first of its nodes')
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
  if (links && rooms > 1) links.problem('expected where there is one room only')
  const topology: Topology = links
    ? { kind: 'links', links: links.list('a list of pairs of nodes').map((pair) => names.pair(pair)) }
    : { kind: 'random', degree: random?.number(2, 1_000) ?? 2 }
  if (topology.kind === 'links') {
    const apart = unreachable(
      pairsOf(topology, names.count, () => 0),
      names.count,
    ).length
    if (apart > 0) value.problem(`no chain of links joins ${apart} of the nodes with the first one`)
  }
  const { node, turn } = semi?.object(['node', 'turn']) ?? {}
  if (semi && !(node && turn)) semi.problem("expected 'node' and 'turn'")
  const semiConnected = node && turn && { node: names.one(node), turnMs: turn.positiveDuration() }
  return { topology, semiConnected }
}

function readFaults(value: YamlValue | undefined): Scenario['faults'] {
  const { loss, duplicate, delay } = value?.object(['loss', 'duplicate', 'delay']) ?? {}
  const { min, max } = delay?.range((time) => time.duration()) ?? { min: 1, max: 5 }
  return {
    lossProbability: loss?.number(0, 0.9) ?? 0,
    duplicateProbability: duplicate?.number(0, 1) ?? 0,
    delayMinMs: min,
    delayMaxMs: max,
  }
}

function readCrash(value: YamlValue, names: NodeNames): Crash {
  const { node, at, count, for: time } = value.object(['node', 'at', 'count', 'for'])
  const forMs = readFor(value, time)
  if (count && !node && !at) return { count: count.wholeNumber(1, MAX_COUNT), forMs }
  if (!node || !at || count) value.problem("expected 'node', 'at' and 'for', or 'count' and 'for'")
  return { node: node ? names.one(node) : 0, atMs: at?.duration() ?? 0, forMs }
}

function readPartition(value: YamlValue, names: NodeNames): Partition {
  const { sides, at, count, for: time } = value.object(['sides', 'at', 'count', 'for'])
  const forMs = readFor(value, time)
  if (count && !sides && !at) return { count: count.wholeNumber(1, MAX_COUNT), forMs }
  if (!sides || !at || count) value.problem("expected 'sides', 'at' and 'for', or 'count' and 'for'")
  const lists = sides?.list('a list of lists of nodes').map((side) => names.list(side)) ?? []
  const sideOf = new Map(lists.flatMap((side, index) => side.map((node): NodePair => [node, index + 1])))
  return { atMs: at?.duration() ?? 0, forMs, sideOf }
}

function readFor(parent: YamlValue, value: YamlValue | undefined): Range {
  if (value === undefined) parent.problem("the key 'for' is missing: how long it lasts")
  return value?.range((time) => time.duration()) ?? { min: 0, max: 0 }
}

function readWorkload(
  value: YamlValue | undefined,
  names: NodeNames,
  carriers: ReadonlySet<number>,
  durationMs: number,
): Pick<Scenario, 'app' | 'introductions' | 'writes'> {
  const { app, introductions, writes } = value?.object(['app', 'introductions', 'writes']) ?? {}
  if (value !== undefined && writes === undefined) value.problem("the key 'writes' is missing: who writes how much")
  return {
    app: app?.choice(['chat', 'map']) ?? 'chat',
    introductions: introductions?.choice(['all', 'writers']) ?? 'all',
    writes: writes?.list('a list of writers').map((write) => readWrites(write, names, carriers, durationMs)) ?? [],
  }
}

function readWrites(value: YamlValue, names: NodeNames, carriers: ReadonlySet<number>, durationMs: number): Writes {
  const { by, count, every, from, size } = value.object(['by', 'count', 'every', 'from', 'size'])
  if (!count || !every) value.problem("expected at least 'count' and 'every'")
  const writes = {
    by: by ? names.list(by) : names.all.filter((node) => !carriers.has(node)),
    count: count?.wholeNumber(1, MAX_COUNT) ?? 1,
    everyMs: every?.positiveDuration() ?? NaN,
    fromMs: from?.duration() ?? 0,
    sizeBytes: size?.range((bytes) => bytes.size(MAX_TEXT_BYTES)) ?? { min: 40, max: 40 },
  }
  if (writes.by.some((node) => carriers.has(node))) by?.problem('expected no carrier: carriers write nothing')
  const endMs = writes.fromMs + writes.count * writes.everyMs
  if (endMs > durationMs) value.problem(`takes ${formatDuration(endMs)}, which is longer than the duration`)
  return writes
}

function readChecks(value: YamlValue | undefined, names: NodeNames): Checks {
  const {
    bytes,
    delivered,
    paths,
    'never-linked': neverLinked,
  } = value?.object(['bytes', 'delivered', 'paths', 'never-linked']) ?? {}
  return {
    maxBytes: bytes?.size(Number.MAX_SAFE_INTEGER),
    deliveredInLife: delivered?.number(0, 1),
    paths: paths?.list('a list of paths').map((path) => readPath(path, names)) ?? [],
    neverLinked: neverLinked?.list('a list of pairs of nodes').map((pair) => names.pair(pair)) ?? [],
  }
}

function readPath(value: YamlValue, names: NodeNames): number[] {
  const path = names.list(value)
  if (path.length < 2) value.expected('a list of two or more nodes, the author first')
  return path
}

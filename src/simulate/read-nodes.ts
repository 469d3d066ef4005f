/** Reads the nodes of a scenario file, and when each is up. */
import { grouped } from '../grouped.ts'
import type { Availability, Interval, ScenarioNode } from './scenario.ts'
import type { YamlValue } from './yaml-value.ts'

/** More do not fit into the memory of an ordinary machine. */
const MAX_NODES = 10_000

/** Longer names do not fit into the charts. */
const MAX_NAME_LENGTH = 16

/** The default length of the periods in which a node is up or down. */
const DEFAULT_PERIOD_MS = 600_000

/** A number of nodes, a list of names, or a mapping of names to their own availability. */
export function readNodes(value: YamlValue, availability: Availability): ScenarioNode[] {
  const nodes = value.isObject ? namedNodes(value, availability) : plainNodes(value, availability)
  if (nodes.length < 2) value.problem('expected at least two nodes')
  if (nodes.length > MAX_NODES) value.problem(`expected at most ${grouped(MAX_NODES)} nodes`)
  const long = nodes.find(({ name }) => name.length > MAX_NAME_LENGTH)
  if (long) value.problem(`expected names of at most ${MAX_NAME_LENGTH} characters, found '${long.name}'`)
  if (new Set(nodes.map(({ name }) => name)).size < nodes.length) value.problem('two nodes have the same name')
  return nodes
}

function namedNodes(value: YamlValue, availability: Availability): ScenarioNode[] {
  return value.entries().map(([name, node]) => ({
    name,
    availability: node.value === null ? availability : readAvailability(node),
  }))
}

function plainNodes(value: YamlValue, availability: Availability): ScenarioNode[] {
  if (Array.isArray(value.value)) {
    return value.list('').map((name) => ({ name: name.text("a node's name"), availability }))
  }
  const count = value.wholeNumber(2, MAX_NODES)
  return Array.from({ length: count }, (_, index) => ({ name: `N${index + 1}`, availability }))
}

/** `{ reliability, period }` or `{ up: [[from, to], …] }`. */
export function readAvailability(value: YamlValue): Availability {
  const { reliability, period, up } = value.object(['reliability', 'period', 'up'])
  if ((reliability === undefined) === (up === undefined)) value.problem("expected one of 'reliability' and 'up'")
  if (period && !reliability) period.problem("expected only together with 'reliability'")
  if (up) return { kind: 'intervals', intervals: readIntervals(up) }
  const periodMs = period?.positiveDuration() ?? DEFAULT_PERIOD_MS
  return { kind: 'reliability', probability: reliability?.number(0, 1) ?? 1, periodMs }
}

function readIntervals(value: YamlValue): Interval[] {
  const intervals = value.list("a list of times, such as [['0s', '10m'], ['1h', '2h']]").map((interval) => {
    const { min, max } = interval.range((time) => time.duration())
    if (min === max) interval.problem('expected a time to start and a later one to stop')
    return { fromMs: min, toMs: max }
  })
  const overlap = intervals.some(({ fromMs }, i) => fromMs <= (intervals[i - 1]?.toMs ?? -1))
  if (overlap) value.problem('expected the times in order, without overlap')
  return intervals
}

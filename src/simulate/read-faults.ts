/** Reads the faults in a scenario file: of links and gossip, lies, crashes and partitions. */
import { LIES, type Lie } from './lies.ts'
import type { Faults, LinkFaults } from './network.ts'
import type { NodeNames } from './node-names.ts'
import { PROTOCOLS } from './protocols.ts'
import type { Crash, Partition, Range, Restore } from './scenario.ts'
import { CRASH_KINDS } from './simulated-node.ts'
import type { NodePair } from './topology.ts'
import type { YamlValue } from './yaml-value.ts'

const FAULT_KEYS = ['loss', 'duplicate', 'delay'] as const

const NO_FAULTS: Faults = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 5 }

/** More would keep nodes from ever settling. */
const MAX_LOSS = 0.9

/** `{ loss, duplicate, delay }`, and the same for single protocols. */
export function readLinks(value: YamlValue | undefined): LinkFaults {
  const keys = value?.object([...FAULT_KEYS, ...PROTOCOLS]) ?? {}
  const faults = faultsOf(keys, NO_FAULTS, MAX_LOSS)
  const ofProtocols = PROTOCOLS.flatMap((protocol) => {
    const own = keys[protocol]
    // Nodes can settle without one protocol if the others can do its work.
    return own === undefined ? [] : [[protocol, faultsOf(own.object(FAULT_KEYS), faults, 1)] as const]
  })
  return ofProtocols.length === 0 ? faults : { ...faults, ofProtocols: Object.fromEntries(ofProtocols) }
}

/** `{ loss, duplicate, delay }`; undefined: no gossip. */
export function readGossip(value: YamlValue | undefined): Faults | undefined {
  return value && faultsOf(value.object(FAULT_KEYS), NO_FAULTS, 1)
}

function faultsOf(
  { loss, duplicate, delay }: Partial<Record<(typeof FAULT_KEYS)[number], YamlValue>>,
  otherwise: Faults,
  maxLoss: number,
): Faults {
  const range = delay?.range((time) => time.duration())
  return {
    lossProbability: loss?.number(0, maxLoss) ?? otherwise.lossProbability,
    duplicateProbability: duplicate?.number(0, 1) ?? otherwise.duplicateProbability,
    delayMinMs: range?.min ?? otherwise.delayMinMs,
    delayMaxMs: range?.max ?? otherwise.delayMaxMs,
  }
}

/** A mapping of nodes to how they lie. */
export function readLiars(value: YamlValue | undefined, names: NodeNames): Map<number, Lie> {
  if (value?.isObject === false) value.expected('a mapping of nodes to how they lie')
  const liars = (value?.entries() ?? []).map(([name, lie]): [number, Lie] => {
    return [names.named(name, lie), lie.choice(LIES) ?? 'denies']
  })
  return new Map(liars)
}

/** `{ node, at, for }` or `{ count, for }`, and optionally the kind. */
export function readCrash(value: YamlValue, names: NodeNames): Crash {
  const { node, at, count, for: time, kind: given } = value.object(['node', 'at', 'count', 'for', 'kind'])
  const forMs = readFor(value, time)
  const kind = given?.choice(CRASH_KINDS) ?? 'kill'
  if (count && !node && !at) return { count: count.count(), forMs, kind }
  if (!node || !at || count) value.problem("expected 'node', 'at' and 'for', or 'count' and 'for'")
  return { node: node ? names.one(node) : 0, atMs: at?.duration() ?? 0, forMs, kind }
}

/** `{ node, backup, at }`. */
export function readRestore(value: YamlValue, names: NodeNames): Restore {
  const { node, backup, at } = value.object(['node', 'backup', 'at'])
  if (!node || !backup || !at) value.problem("expected 'node', 'backup' and 'at'")
  const restore = { backupMs: backup?.duration() ?? 0, atMs: at?.duration() ?? 0 }
  if (restore.backupMs > restore.atMs) value.problem('expected a backup that is older than what it replaces')
  return { node: node ? names.one(node) : 0, ...restore }
}

/** `{ sides, at, for }` or `{ count, for }`. */
export function readPartition(value: YamlValue, names: NodeNames): Partition {
  const { sides, at, count, for: time } = value.object(['sides', 'at', 'count', 'for'])
  const forMs = readFor(value, time)
  if (count && !sides && !at) return { count: count.count(), forMs }
  if (!sides || !at || count) value.problem("expected 'sides', 'at' and 'for', or 'count' and 'for'")
  const lists = sides?.list('a list of lists of nodes').map((side) => names.list(side)) ?? []
  const sideOf = new Map(lists.flatMap((side, index) => side.map((node): NodePair => [node, index + 1])))
  return { atMs: at?.duration() ?? 0, forMs, sideOf }
}

function readFor(parent: YamlValue, value: YamlValue | undefined): Range {
  if (value === undefined) parent.problem("the key 'for' is missing: the duration")
  return value?.range((time) => time.duration()) ?? { min: 0, max: 0 }
}

/** Reads what strains nodes in a scenario file: authors who are invented, and disks that are full. */
import type { NodeNames } from './node-names.ts'
import type { Crowd, FullDisk } from './scenario.ts'
import type { YamlValue } from './yaml-value.ts'

/** `{ node, authors, at, over }`. */
export function readCrowd(value: YamlValue, names: NodeNames, carriers: ReadonlySet<number>): Crowd {
  const { node, authors, at, over } = value.object(['node', 'authors', 'at', 'over'])
  if (!node || !authors) value.problem("expected at least 'node' and 'authors'")
  const index = node ? names.one(node) : 0
  if (carriers.has(index)) node?.problem('expected a member: carriers write nothing')
  return { node: index, authors: authors?.count() ?? 1, atMs: at?.duration() ?? 0, overMs: over?.duration() ?? 0 }
}

/** `{ node, at, for }`. */
export function readFullDisk(value: YamlValue, names: NodeNames): FullDisk {
  const { node, at, for: lasting } = value.object(['node', 'at', 'for'])
  if (!node || !at || !lasting) value.problem("expected 'node', 'at' and 'for'")
  const forMs = lasting?.range((time) => time.duration()) ?? { min: 0, max: 0 }
  return { node: node ? names.one(node) : 0, atMs: at?.duration() ?? 0, forMs }
}

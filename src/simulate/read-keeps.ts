/** Reads how much of the history nodes keep. */
import type { Retention } from '../store/store.ts'
import type { NodeNames } from './node-names.ts'
import type { Keep } from './scenario.ts'
import { parseDuration } from './units.ts'
import type { YamlValue } from './yaml-value.ts'

/** `{ node, last, at }`. */
export function readKeep(value: YamlValue, names: NodeNames, carriers: ReadonlySet<number>): Keep {
  const { node, last, at } = value.object(['node', 'last', 'at'])
  if (!node || !last) value.problem("expected 'node' and 'last'")
  const index = node ? names.one(node) : 0
  if (carriers.has(index)) node?.problem('expected a member: carriers keep all')
  return { node: index, atMs: at?.duration() ?? 0, retention: last && readLast(last) }
}

/** A number of documents, an age, or `all`. */
function readLast(value: YamlValue): Retention | undefined {
  if (value.value === 'all') return undefined
  if (typeof value.value === 'number') return { documents: value.count() }
  const ageMs = parseDuration(value.value)
  if (ageMs !== undefined && ageMs > 0) return { ageMs }
  value.expected("a number of documents, a time such as '2h' or '30d', or 'all'")
  return undefined
}

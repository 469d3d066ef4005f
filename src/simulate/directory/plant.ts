/** The tree that records lead to, made by the protocol's own code for nodes of it, and without a message. */
import { PrefixNode, type Rights } from '../../../protocols/directory/prefix-node.ts'
import type { DirectoryRecord, Place } from '../../../protocols/directory/index.ts'

/** Calls `hold` with each node. Throws an Error if an author has more in a node than one may have. */
export function plant(
  records: readonly DirectoryRecord[],
  rights: Rights,
  hold: (node: PrefixNode) => void,
  prefix: Place = '',
): void {
  const node = new PrefixNode(prefix, undefined, [])
  const further: DirectoryRecord[] = []
  for (const record of records) {
    const added = node.add(record, rights)
    if (added.type === 'over-quota') throw new Error(`an author has too much that begins with '${prefix}'`)
    if (added.type === 'beyond') further.push(record)
    if (added.type !== 'kept') continue
    if (added.dropped.length > 0) throw new Error(`an author has too much that begins with '${prefix}'`)
    further.push(...added.spilled)
  }
  hold(node)
  for (const [child, of] of Map.groupBy(further, ({ place }) => place.slice(0, prefix.length + 1))) {
    plant(of, rights, hold, child)
  }
}

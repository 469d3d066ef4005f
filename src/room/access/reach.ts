/** How much of a member's documents an act knows that takes something away: those are not touched by it. */
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessReach } from '../../store/access.ts'
import { ancestorsOf } from '../ancestors.ts'

/** The accepted documents around an act. */
export interface Around {
  find: (id: DocumentId) => Document | undefined
  /** All of an author. Costs a look at every document of the room. */
  documentsOf(author: PeerId): Document[]
  /** The author's last one; `forks`: how many others share their place with one. */
  newestOf(author: PeerId): { seq: number; clock: number; forks: number } | undefined
  /** Whether the act comes after all others. */
  isLast: boolean
}

export function reachOf(act: Document, member: PeerId, around: Around): AccessReach {
  const newest = around.newestOf(member)
  if (newest === undefined) return { seq: -1, clock: 0, beside: [] }
  if (around.isLast) return { seq: newest.seq, clock: newest.clock, beside: [] }
  const isForked = newest.forks > 0
  const known = new Set<DocumentId>()
  let last: Document | undefined
  for (const document of backwards(act, around)) {
    if (document.author !== member) continue
    if (last === undefined || document.seq > last.seq) last = document
    if (!isForked) break
    known.add(document.id)
  }
  if (last === undefined) return { seq: -1, clock: 0, beside: [] }
  const { seq, clock } = last
  const others = isForked ? around.documentsOf(member).filter((other) => other.seq <= seq && !known.has(other.id)) : []
  return { seq, clock, beside: others.map(({ id }) => id) }
}

/** The ancestors of a document, those with the largest clocks first. */
function* backwards(document: Document, { find }: Around): Generator<Document> {
  const seen = new Set<DocumentId>()
  const byClock = new Map<number, Document[]>()
  const add = (descendant: Document): void => {
    for (const id of ancestorsOf(descendant)) {
      const ancestor = seen.has(id) ? undefined : find(id)
      seen.add(id)
      if (ancestor === undefined) continue
      const same = byClock.get(ancestor.clock)
      if (same === undefined) byClock.set(ancestor.clock, [ancestor])
      else same.push(ancestor)
    }
  }
  add(document)
  for (let clock = document.clock - 1; clock > 0; clock--) {
    for (const next of byClock.get(clock) ?? []) {
      yield next
      add(next)
    }
    byClock.delete(clock)
  }
}

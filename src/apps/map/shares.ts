/**
 * What gives way in a full map: the oldest entries of those authors whose entries take the most, as long as that is
 * more than those of the author who writes take. So nobody can keep others from writing by filling the map, and who
 * has filled it alone is refused and told, instead of losing what is there.
 */
import type { Map as ImmutableMap } from 'immutable'
import { MAKE_ROOM_TO_BYTES } from '../../../protocols/apps/map/constants.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'

interface Entry {
  author: string
  writtenAt: Position
  sizeBytes: number
}

interface Entries {
  entries: ImmutableMap<string, Entry>
  sizeBytes: number
}

type KeyedEntry = [key: string, entry: Entry]

/** What an author has in a map. */
interface Holding {
  author: string
  sizeBytes: number
  entries: KeyedEntry[]
}

/** Largest first. Computed once per state: writes that are refused leave it as it was. */
const holdingsOfStates = new WeakMap<Entries, readonly Holding[]>()

/** The keys of `next` that give way, where `written` was just written to `state`. */
export function givingWay(state: Entries, next: Entries, written: string): string[] {
  const holdings = holdingsOf(state)
  const { author, sizeBytes: writtenBytes } = next.entries.get(written) ?? { author: '', sizeBytes: 0 }
  const replaced = state.entries.get(written)
  const before = holdings.find((holding) => holding.author === author)?.sizeBytes ?? 0
  const ownBytes = before + writtenBytes - (replaced?.author === author ? replaced.sizeBytes : 0)
  const keys: string[] = []
  let excessBytes = next.sizeBytes - MAKE_ROOM_TO_BYTES
  for (const holding of holdings) {
    if (excessBytes <= 0 || holding.sizeBytes <= ownBytes) break
    if (holding.author === author) continue
    let { sizeBytes } = holding
    for (const [key, entry] of oldestFirst(holding)) {
      if (excessBytes <= 0 || sizeBytes <= ownBytes) break
      sizeBytes -= entry.sizeBytes
      if (key === written) continue // replaced, so it takes nothing any more
      excessBytes -= entry.sizeBytes
      keys.push(key)
    }
  }
  return keys
}

function holdingsOf(state: Entries): readonly Holding[] {
  const known = holdingsOfStates.get(state)
  if (known !== undefined) return known
  const holdings = new Map<string, Holding>()
  for (const keyed of state.entries) {
    const [, { author, sizeBytes }] = keyed
    const holding = holdings.get(author)
    if (holding === undefined) holdings.set(author, { author, sizeBytes, entries: [keyed] })
    else {
      holding.sizeBytes += sizeBytes
      holding.entries.push(keyed)
    }
  }
  const sorted = [...holdings.values()].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.author < b.author ? -1 : 1))
  holdingsOfStates.set(state, sorted)
  return sorted
}

function oldestFirst({ entries }: Holding): KeyedEntry[] {
  return entries.toSorted(([, a], [, b]) => comparePositions(a.writtenAt, b.writtenAt))
}

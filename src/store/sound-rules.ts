/** Whether what says who may write and read in rooms is what was signed. */
import { documentIdOf } from '../../protocols/document/document.ts'
import { damaged } from './store-errors.ts'
import type { StoreReads } from './store.ts'

/**
 * Throws a StoreError `corrupt` if the root of a room, or an act in it, is not what its id says: others would write there
 * than those who may. A read for each of them.
 */
export function requireSoundRules(path: string, store: Pick<StoreReads, 'rooms' | 'document' | 'accessRows'>): void {
  for (const { id: room } of store.rooms()) {
    const acts = store.accessRows(room).flatMap(({ act = [] }) => act)
    for (const id of [room, ...acts]) {
      const row = store.document(id)
      if (row !== undefined && documentIdOf(row.block) !== id) throw damaged(path)
    }
  }
}

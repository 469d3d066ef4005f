/** Of what the state of a room is while its history is still to come. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Room } from './room.ts'

/**
 * `checkpoint`: the state is that of a checkpoint by `author`. `newest`: it is made of the newest documents alone, which are
 * sealed with the key of an invite by `author`. `documents`: how many there are before that, about.
 */
export interface Provisional {
  of: 'checkpoint' | 'newest'
  author: PeerId
  documents: number
}

/** Null once the state is that of the history. */
export function provisionalOf({ isPreview, record, states }: Room): Provisional | null {
  const { newest } = states
  if (newest !== undefined) return { of: 'newest', author: newest.by, documents: newest.from.clock - 1 }
  const { checkpoint } = record
  if (checkpoint === undefined || !isPreview) return null
  return { of: 'checkpoint', author: checkpoint.author, documents: checkpoint.documents }
}

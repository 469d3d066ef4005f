/** The heads of a room, as far as one record can name them. They identify its history. */
import type { DocumentId, HeadsDigest } from './ids.ts'

export interface Frontier {
  /** The newest heads: all of them, unless there is a digest. */
  ids: readonly DocumentId[]
  /** Of all heads, if they are too many to be named. */
  headsDigest?: HeadsDigest | undefined
}

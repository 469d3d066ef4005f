/** Who lacks keys of a private room, and why. */
import type { Document } from '../../../protocols/document/document.ts'

/**
 * Why a node does not have the key that is written with. `missing`: somebody can still send it; `stale`: there is none
 * that only readers have; `lost`: the secret is gone with which this node would open it; `carrier` and `outsider`: it is
 * for readers only.
 */
export type KeyLack = 'missing' | 'stale' | 'lost' | 'carrier' | 'outsider'

/** Why who lacks what may be another thing than before. */
export interface Revision {
  /** From this clock on others of the documents count. */
  ruledFrom?: number
  /** Documents that are not part of the room any more. */
  left: readonly Document[]
}

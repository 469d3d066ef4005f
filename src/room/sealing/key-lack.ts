/** Who lacks keys of a private room, and why. */
import type { Document } from '../../../protocols/document/document.ts'
import type { BoxKey } from '../../../protocols/sealing/index.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from '../access/access-control.ts'
import { isReader, memberBoxes } from './recipients.ts'

/**
 * Why a node does not have the key that is written with. `missing`: somebody can still send it; `stale`: there is none
 * that only readers have; `behind`: so it is, as somebody was removed from
 * the room above; `lost`: the secret is gone with which this node would open it; `carrier` and `outsider`: it is
 * for readers only.
 */
export type KeyLack = 'missing' | 'stale' | 'behind' | 'lost' | 'carrier' | 'outsider'

/** Why who lacks what may be another thing than before. */
export interface Revision {
  /** From this clock on others of the documents count. */
  ruledFrom?: number
  /** Documents that are not part of the room any more. */
  left: readonly Document[]
}

/** Why a node that holds these boxes gets no key, whoever sends it; undefined if it can open one. */
export function lackFor(
  self: PeerId,
  control: AccessControl,
  held: readonly BoxKey[],
): Exclude<KeyLack, 'missing' | 'stale' | 'behind'> | undefined {
  if (!isReader(control, self)) return control.rank(self) > 0 ? 'carrier' : 'outsider'
  const told = memberBoxes(control).find(({ author }) => author === self)?.box
  const isHeld = told !== undefined && held.some(({ publicKey }) => Buffer.compare(publicKey, told) === 0)
  return isHeld ? undefined : 'lost'
}

/** Finds members of a private room who were given no key. */
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { AccessControl } from '../access/access-control.ts'
import type { Epochs } from '../access/epochs.ts'
import { memberBoxes, withoutKey, type MemberBox } from './recipients.ts'
import { recipientsIn, type RecipientId } from './sealed-keys.ts'

/** Members without a key. */
export interface LeftOut {
  key: KeyId
  members: readonly MemberBox[]
}

/** Members to whom nobody has sealed a key that leads to others. `held`: by this node. `givenOf`: to whom else one is sealed. */
export function leftOutOf(
  control: AccessControl,
  { tops, current }: Epochs,
  held: ReadonlyMap<KeyId, unknown>,
  givenOf: (key: KeyId) => readonly RecipientId[],
): LeftOut[] {
  const boxes = memberBoxes(control)
  // Of others that nobody may have, there can be many.
  const known = tops.filter(({ key }) => key === current.key || held.has(key))
  return known.flatMap(({ key, acts }) => {
    const sealed = acts.flatMap(({ saying }) => recipientsIn(saying.keys))
    const members = withoutKey(boxes, control, key, new Set([...sealed, ...givenOf(key)]))
    return members.length === 0 ? [] : [{ key, members }]
  })
}

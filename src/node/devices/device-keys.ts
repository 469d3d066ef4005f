/** Which keys are devices, and which ever were, by the acts of the devices room. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from '../../room/access/access-control.ts'
import { isOfType, rankOf, type Act } from '../../room/access/acts.ts'

/** What devices have: they let others in, and remove them. */
export const DEVICE = rankOf('admin')

export interface DeviceKeys {
  /** All that are devices now. Whoever came first comes first: by its id, a key could be made to come before others. */
  members: readonly PeerId[]
  /** All that have become devices by their own signature, also for an invite that does not count any more. */
  ever: ReadonlySet<PeerId>
}

/** For as long as the same acts are here: it is asked for again and again. */
const found = new WeakMap<readonly Act[], DeviceKeys>()

export function deviceKeysOf(control: AccessControl): DeviceKeys {
  const all = control.allActs()
  const keys = found.get(all) ?? keysIn(control)
  found.set(all, keys)
  return keys
}

function keysIn(control: AccessControl): DeviceKeys {
  const acts = control.acts()
  const accepted = control.allActs().flatMap((act) => (isOfType(act, 'accept') ? [act.author] : []))
  const came = acts.flatMap((act) => {
    if (isOfType(act, 'accept')) return [act.author]
    return isOfType(act, 'device') ? [act.saying.member] : []
  })
  const inOrder = new Set([control.founder, ...came, ...control.authors()])
  return {
    members: [...inOrder].filter((peer) => control.rank(peer) >= DEVICE),
    ever: new Set([control.founder, ...came, ...accepted]),
  }
}

/** What has become of invites, by the acts that count. */
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from './access-control.ts'
import { isOfType, type Act, type ActOf } from './acts.ts'

/** An invite that counts. That it has ended by its date follows from no act. */
export interface InviteState {
  readonly invite: ActOf<'invite'>
  readonly status: 'open' | 'used-up' | 'withdrawn'
  /** Who accepted it. */
  readonly users: ReadonlySet<PeerId>
  /** The act by which it is that. */
  readonly last: Act
}

/** For as long as the same acts are here: it is asked for each peer that shows an invite, for example. */
const found = new WeakMap<readonly Act[], ReadonlyMap<DocumentId, InviteState>>()

/** In the room's order. */
export function inviteStates(control: AccessControl): ReadonlyMap<DocumentId, InviteState> {
  const all = control.allActs()
  const states = found.get(all) ?? statesIn(control)
  found.set(all, states)
  return states
}

function statesIn(control: AccessControl): Map<DocumentId, InviteState> {
  const states = new Map<
    DocumentId,
    { -readonly [Key in keyof InviteState]: InviteState[Key] } & { users: Set<PeerId> }
  >()
  for (const act of control.acts()) {
    const { saying } = act
    if (isOfType(act, 'invite')) states.set(act.id, { invite: act, status: 'open', users: new Set(), last: act })
    const state = 'invite' in saying ? states.get(saying.invite) : undefined
    if (state === undefined) continue
    if (saying.type === 'accept') state.users.add(act.author)
    const { uses = Infinity } = state.invite.saying
    const status = saying.type === 'withdraw' ? 'withdrawn' : state.users.size < uses ? 'open' : 'used-up'
    // What was withdrawn stays so.
    if (state.status === 'withdrawn' || status === state.status) continue
    Object.assign(state, { status, last: act })
  }
  return states
}

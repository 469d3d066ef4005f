/** What changes of who may do what in a room, as lines of text. */
import { setTimeout as delay } from 'node:timers/promises'
import type { AccessChange, InviteChange, KeyChange, MemberChange } from '../kith.ts'
import type { Context } from './context.ts'
import { withArticle } from './held-invite.ts'
import { clean, clockTime, shortId } from './text.ts'

/** Whoever joins says its name right after that. */
const NAME_WAIT_MS = 2_000

/** For example `Alice removed Bob`; undefined if another line says it. */
export function accessLine(change: AccessChange): string | undefined {
  switch (change.what) {
    case 'member':
      return memberLine(change)
    case 'invite':
      return inviteLine(change)
    case 'key':
      return keyLine(change)
  }
}

/** What concerns whoever talks in the room: who may, and why nobody can. */
function isForTalkers(change: AccessChange): boolean {
  return change.what === 'member' || (change.what === 'key' && change.lack !== null)
}

function memberLine({ peer, person, self, before, role, set, ...change }: MemberChange): string {
  const name = self ? 'This node' : clean(change.name)
  const by = set === null ? '' : clean(set.by.name)
  const isDevice = peer !== person
  if (before === role)
    return isDevice ? `${name} is a device of ${shortId(person)} now` : `${name} is no device any more`
  if (role === 'none') {
    if (set === null) return `${name} is no member any more: who let ${self ? 'it' : name} in had no right to`
    return `${by} removed ${self ? 'this node' : name}${isDevice ? `, a device (${shortId(peer)})` : ''}`
  }
  const as = role === 'owner' ? 'the owner' : withArticle(role)
  if (role === 'owner' && set !== null) return `${by} handed the room over to ${self ? 'this node' : name}`
  if (set?.how === 'device') return `${by} added a device, ${shortId(peer)}, as ${as}`
  if (before === 'none' && set?.how === 'invite') return `${name} joined as ${as}, invited by ${by}`
  if (before === 'none' && set?.how === 'role') return `${by} let ${self ? 'this node' : name} in as ${as}`
  if (set?.how === 'role') return `${by} made ${self ? 'this node' : name} ${as}`
  return `${name} is ${as} now`
}

/** Of one that is used up, the lines of those who joined speak. */
function inviteLine({ id, role, status, set }: InviteChange): string | undefined {
  const which = `the invite ${shortId(id)} (${role})`
  const by = set === null ? '' : clean(set.by.name)
  if (status === 'open') return `${by} made ${which}`
  if (status === 'withdrawn') return `${by} withdrew ${which}`
  return status === 'void' ? `${which.replace('the', 'The')} counts no more: who made it had no right to` : undefined
}

function keyLine({ isNew, lack, set }: KeyChange): string {
  switch (lack) {
    case 'missing':
      return 'This node lacks the key for what is written now: it comes from the node of a member that has it'
    case 'lost':
      return 'This node cannot open the key of the room any more: ask an admin for an invite'
    case null:
      if (!isNew) return 'This node has the key of the room now'
      return set === null ? 'The room has its first key again' : `${clean(set.by.name)} made a new key for the room`
  }
}

/** Shows what changes from now on, most of it with a line, until `signal` aborts. */
export async function followAccess(
  { api }: Context,
  room: string,
  show: (change: AccessChange, line: string | undefined) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for await (const change of api.stream('rooms.access', { room }, signal)) {
    const named = await withName(change)
    const line = accessLine(named)
    const atMs = named.set?.atMs
    const time = atMs === undefined ? '' : `${clockTime(atMs, Date.now())}  `
    await show(named, line && `${time}${line}`)
  }

  async function withName(change: AccessChange): Promise<AccessChange> {
    const isNameless = change.what === 'member' && change.before === 'none' && change.name === shortId(change.peer)
    if (!isNameless || change.self) return change
    await delay(NAME_WAIT_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return change
    const members = await api.call('rooms.members', { room })
    return { ...change, name: members.find(({ peer }) => peer === change.peer)?.name ?? change.name }
  }
}

/** Says what concerns whoever talks in a room, until the room is followed no more. */
export async function tellAccess(
  context: Context,
  room: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await followAccess(
      context,
      room,
      (change, line) => {
        if (line !== undefined && isForTalkers(change)) say(line)
      },
      signal,
    )
  } catch {
    // Whoever follows the room is told if the node has stopped.
  }
}

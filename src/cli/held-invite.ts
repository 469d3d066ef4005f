/** What is said of an invite that was not accepted, or was. */
import { setTimeout as delay } from 'node:timers/promises'
import { KithError, type HeldInvite, type RoomDetails } from '../kith.ts'
import type { Context } from './context.ts'
import { FailedError } from './exit.ts'
import { LiveLine } from './terminal.ts'
import { clean, clockTime } from './text.ts'

/** Often enough to look live; a query costs the node well under a millisecond. */
const ASK_EVERY_MS = 250

/** Names of one line. */
const MAX_NAMED = 3

/** Throws a KithError `bad-invite` if the invite holds no more: which room, what is wrong, what to do. */
export function requireInvite(details: RoomDetails): void {
  const { invited } = details
  if (invited === null || invited.status === 'awaited') return
  throw new KithError('bad-invite', `${problemOf(details, invited)} ${stateOf(details)}`)
}

/** What is wrong with an invite that holds no more, and what to do. */
export function problemOf(details: RoomDetails, { status, invite }: HeldInvite): string {
  const room = nameOf(details)
  const by = invite === null ? 'an admin' : `${clean(invite.by.name)} or another admin`
  const again = `Ask ${by} for a new one.`
  switch (status) {
    case 'withdrawn':
      return `The invite to ${room} was withdrawn. ${again}`
    case 'expired':
      return `The invite to ${room} ended ${clockTime(invite?.expiresMs ?? 0, Date.now())}. ${again}`
    case 'used-up':
      return `The invite to ${room} is used up: ${namesOf(invite?.usedBy ?? [])} accepted it. ${again}`
    case 'refused':
      return `The invite to ${room} was made before this node was removed there. ${again}`
    case 'other-role':
      return `The invite to ${room} makes ${withArticle(invite?.role ?? 'writer')}, but a carrier does not read: use it with kith join, or ask ${by} for one with --role carrier.`
    case 'awaited':
      return `The invite to ${room} has not arrived.`
  }
}

/** What this node does without the invite. */
function stateOf(details: RoomDetails): string {
  if (details.carried !== undefined) return `This node carries ${nameOf(details)} all the same, without being a member.`
  if (details.role !== null && details.role !== 'none') return `This node stays ${withArticle(details.role)} there.`
  return `This node has joined ${nameOf(details)} without it, and is no member.`
}

/** In which role one is a member, and by whom, to follow what was joined; empty in an open room or without a role. */
export async function membershipOf(context: Context, { id, role }: RoomDetails): Promise<string> {
  if (role === null || role === 'none' || role === 'owner') return ''
  const members = await context.api.call('rooms.members', { room: id })
  const by = members.find(({ self }) => self)?.standing?.set?.by
  return `, as ${withArticle(role)}${by === undefined ? '' : `, by ${clean(by.name)}`}`
}

/** Waits until an invite is accepted, or cannot be; throws a FailedError that says `stopped` on Ctrl-C. */
export async function untilAccepted(context: Context, carried: RoomDetails, stopped: string): Promise<RoomDetails> {
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const live = new LiveLine(context.terminal)
  let details = carried
  try {
    while (details.invited?.status === 'awaited') {
      const reason = details.waitingFor || 'the invite to arrive'
      const hint = context.terminal.stderr.isTTY === true ? ' (Ctrl-C to stop waiting)' : ''
      if (!context.output.json) live.show(`Waiting for ${clean(reason)}…${hint}`)
      await delay(ASK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {})
      if (stop.signal.aborted) throw new FailedError(stopped)
      details = await context.api.call('rooms.show', { room: carried.id })
    }
    return details
  } finally {
    live.clear()
    forget()
  }
}

/** A role as a noun, such as `an admin`. */
export function withArticle(role: string): string {
  return `${role === 'admin' ? 'an' : 'a'} ${role}`
}

function namesOf(people: readonly { name: string }[]): string {
  const more = people.length - MAX_NAMED
  const names = people.slice(0, MAX_NAMED).map(({ name }) => clean(name))
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** The room's name, or its id as long as that is not known. */
export function nameOf({ name, id }: RoomDetails): string {
  return clean(name) || `room ${id.slice(0, 16)}`
}

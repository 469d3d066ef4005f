/**
 * What a browser that is logged in may use of the API: nothing that reads or writes files of the machine, stops the node
 * or makes other browsers log in.
 */
import type { CallName, StreamName } from './contract.ts'

const CALLS = [
  'children.follow',
  'children.list',
  'children.unfollow',
  'files.check',
  'files.limits',
  'files.link',
  'files.list',
  'files.pin',
  'files.setLimits',
  'files.show',
  'guests.allow',
  'guests.invite',
  'guests.list',
  'guests.remove',
  'guests.withdraw',
  'messages.page',
  'peers',
  'rename',
  'rooms.announce',
  'rooms.carry',
  'rooms.create',
  'rooms.do',
  'rooms.invite',
  'rooms.invites',
  'rooms.join',
  'rooms.keep',
  'rooms.leave',
  'rooms.limit',
  'rooms.markRead',
  'rooms.members',
  'rooms.nearby',
  'rooms.setRole',
  'rooms.show',
  'rooms.sync',
  'rooms.withdrawInvite',
  'threads.about',
  'threads.start',
  'wants.list',
  'wants.remove',
] as const satisfies readonly CallName[]
const STREAMS = ['rooms.watch'] as const satisfies readonly StreamName[]

export type PageCallName = (typeof CALLS)[number]

const ALLOWED: ReadonlySet<string> = new Set<string>([...CALLS, ...STREAMS])

/** Whether a page may use a call, stream or task. */
export function isForPage(name: string): boolean {
  return ALLOWED.has(name)
}

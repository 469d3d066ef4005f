/** Answers the calls of guests, after `GuestAccess` has allowed them. */
import { GuestSpace } from '../../guest-space.ts'
import { guestWriting } from '../../guest-writing.ts'
import type { JsonValue, Room } from '../../kith.ts'
import type { ApiInput, CallOutputs } from '../contract.ts'
import type { FileLinks } from '../file-links.ts'
import { given } from '../given.ts'
import { fileLink } from '../page-files.ts'
import type { SessionSecrets } from '../secrets.ts'
import type { GuestAccess, GuestCallName } from './guest-access.ts'
import type { StoredGuest } from './guest-file.ts'
import type { Causer, GuestLimits } from './guest-limits.ts'
import type { GuestViews } from './guest-views.ts'

/** Who asks, and for which room, which is open to it. */
export interface GuestAsking {
  guest: StoredGuest
  secrets: SessionSecrets
  causer: Causer
  room: Room
}

type GuestAnswers = {
  [Name in GuestCallName]: (
    input: ApiInput<Name>,
    asking: GuestAsking,
  ) => Promise<CallOutputs[Name]> | CallOutputs[Name]
}

/** What answers them. */
export function guestAnswers(
  access: GuestAccess,
  views: GuestViews,
  { limits, links }: { limits: GuestLimits; links: FileLinks },
): GuestAnswers {
  const space = new GuestSpace()
  return {
    'files.check': async ({ name, sizeBytes }, { guest, room }) => {
      access.requireFile(guest, sizeBytes)
      await room.files.checkAdd({ name, sizeBytes })
      return {}
    },
    'files.link': ({ file }, { room, secrets }) =>
      fileLink(room, file, { type: 'page', secrets }, { toFile: (session, linked) => links.make(session, linked) }),
    'files.list': (_input, { room }) => room.files.list().map((file) => views.file(file)),
    'files.show': ({ file }, { room }) => views.file(room.files.get(file)),
    'messages.page': ({ before, after, limit }, { room }) => {
      const { messages, next } = room.messagePage(given({ before, after, limit }))
      return { messages: messages.map((message) => views.message(message)), next }
    },
    'rooms.show': (_input, { guest, room }) => views.details(guest, room),
    'rooms.do': async ({ command, args = {} }, { guest, room, causer }) => {
      const { right, requests } = access.requireCommand(guest, room, command)
      // One was counted when it came.
      limits.take('requests', causer, requests - 1)
      if (right === 'read') return { value: (await room.do(command, args)) as JsonValue }
      limits.take('writes', causer)
      const writing = guestWriting(room, guest.name, command, args)
      limits.take('kept', causer, writing.sizeBytes)
      const { id, clock } = await writing.write(space)
      return { value: { id, room: views.nameOf(room), clock } }
    },
  }
}

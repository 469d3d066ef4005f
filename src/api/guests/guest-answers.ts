/** Answers the calls of guests, after `GuestAccess` has allowed them. */
import { isForGuestsToSay, sayAsGuest } from '../../guest-message.ts'
import type { JsonValue, Room } from '../../kith.ts'
import type { ApiInput, CallOutputs } from '../contract.ts'
import { ApiError } from '../errors.ts'
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
      // One was counted when it came.
      limits.take('requests', causer, access.requireCommand(guest, room, command) - 1)
      if (!isForGuestsToSay(room)) return { value: (await room.do(command, args)) as JsonValue }
      const { text, replyTo } = args
      if (typeof text !== 'string') throw new ApiError('bad-request', 'A message needs a text.')
      if (replyTo !== undefined && typeof replyTo !== 'string') {
        throw new ApiError('bad-request', 'What a message answers is an id.')
      }
      limits.take('writes', causer)
      limits.take('kept', causer, Buffer.byteLength(text))
      const { id, clock } = await sayAsGuest(room, guest.name, text, { replyTo })
      return { value: { id, room: views.nameOf(room), clock } }
    },
  }
}

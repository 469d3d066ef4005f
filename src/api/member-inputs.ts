/** The inputs of the calls about members and authors of a room. */
import { COUNT, field, FILLED, FLAG, oneOf, roomField } from './fields.ts'

const room = { required: { room: roomField }, optional: {} } as const
const ruling = {
  required: { room: roomField, author: field('Its id, the start or end of its id, or its name.', FILLED) },
  optional: {},
} as const
const ROLES = ['carrier', 'reader', 'writer', 'admin'] as const
const memberField = field('Its name, its id, or the start or end of its id.', FILLED)

export const accessField = field(
  'Who may read and write: `open`, everybody with the id; `public-read`, members write; `private`, only members. Default: `open`.',
  oneOf('open', 'public-read', 'private'),
)

export const memberInputs = {
  'rooms.drop': ruling,
  'rooms.restore': ruling,
  'rooms.members': room,
  'rooms.invite': {
    required: { room: roomField },
    optional: {
      role: field('What whoever accepts it becomes. Default: `writer`.', oneOf(...ROLES)),
      expiresInMs: field('Default: 7 days.', COUNT),
      uses: field('How many may accept it. Default: 1.', COUNT),
    },
  },
  'rooms.invites': room,
  'rooms.withdrawInvite': {
    required: { room: roomField, invite: field('Its id, or the beginning or end of it.', FILLED) },
    optional: {},
  },
  'rooms.setRole': {
    required: {
      room: roomField,
      member: memberField,
      role: field('`none` removes the member.', oneOf('none', ...ROLES)),
    },
    optional: {},
  },
  'rooms.announce': {
    required: { room: roomField },
    optional: {
      off: field('Tell nobody any more.', FLAG),
      anyone: field('In a private room: anyone on this network may get an invite.', FLAG),
    },
  },
  'rooms.ring': {
    required: { room: roomField },
    optional: {
      on: field('Keep the files there, or no longer. Default: as it is.', FLAG),
      anyone: field('In a room that is not private: whoever keeps a part of a file may read it.', FLAG),
    },
  },
  'rooms.network': {
    required: { room: roomField },
    optional: { copy: field('Keep only a copy of the room, or follow it again. Default: as it is.', FLAG) },
  },
  'rooms.nearby': { required: {}, optional: {} },
  'rooms.rekey': { required: { room: roomField }, optional: {} },
  'rooms.safetyWords': { required: { room: roomField, member: memberField }, optional: {} },
  'rooms.verify': {
    required: {
      room: roomField,
      member: memberField,
      said: field('The words or the digits that the other person sees.', FILLED),
    },
    optional: {},
  },
  'rooms.unverify': { required: { room: roomField, member: memberField }, optional: {} },
  'rooms.handOver': { required: { room: roomField, member: memberField }, optional: {} },
} as const

/** What a diagnosis finds about rooms: who is in them, and which nobody knows. */
import type { DiagnosedRoom, DiagnosisFacts, Finding } from '../../kith.ts'
import { fine, namesOf, unknown, warning } from './wording.ts'

/** Findings about single rooms that are shown; `kith doctor ROOM` tells of any. */
const MAX_ROOMS = 8

export function roomFindings({ node }: DiagnosisFacts): Finding[] {
  if (node === null) return []
  const connected = node.peers.filter((peer) => peer.connected).length
  const findings = node.rooms.map((room) => roomFinding(room, connected))
  const shown = findings.filter(({ severity }) => severity !== 'fine').slice(0, MAX_ROOMS)
  const hidden = findings.filter(({ severity }) => severity !== 'fine').length - shown.length
  return [
    ...shown,
    ...findings.filter(({ severity }) => severity === 'fine').slice(0, MAX_ROOMS),
    ...(hidden > 0
      ? [
          unknown(
            'rooms-more',
            `Nobody is in ${hidden} more rooms.`,
            'kith doctor ROOM tells of one; kith doctor --json has all.',
          ),
        ]
      : []),
  ]
}

/** One for each room. */
function roomFinding(room: DiagnosedRoom, connected: number): Finding {
  const { id, present, away, status, waitingFor } = room
  const name = room.name === '' ? `the room ${id}` : room.name
  const about = { room: id }
  if (present.length > 0) {
    const here = `${namesOf(present)} ${present.length === 1 ? 'is' : 'are'} in ${name}`
    if (waitingFor === '') return fine('room-met', `${here} now.`, about)
    return unknown(
      'room-waiting',
      `${here}, and this node waits for ${waitingFor}.`,
      `kith sync ${id.slice(0, 16)} shows how far each has got.`,
      about,
    )
  }
  if (status === 'waiting') {
    if (connected > 0) {
      return warning(
        'room-unknown',
        `${connected === 1 ? 'The one connected peer does not know' : `None of the ${connected} connected peers knows`} ${name}: its id may be wrong, or whoever has it is not connected.`,
        'Compare the id with that of the invite; or connect to whoever invited you: kith connect ADDRESS.',
        about,
      )
    }
    return warning(
      'room-unmet',
      `${name} has never been here, as no peer is connected.`,
      'See above why nobody is connected.',
      about,
    )
  }
  if (away.length === 0) {
    return unknown(
      'room-alone',
      `Nobody else has been in ${name} as far as this node knows.`,
      `Pass on its invite: kith room show ${id.slice(0, 16)}.`,
      about,
    )
  }
  const who = `${namesOf(away)}, known from ${name},`
  const are = away.length === 1 ? 'is' : 'are'
  const todo = `kith doctor PEER says what keeps one of them away.`
  return unknown('room-empty', `${who} ${are} not connected.`, todo, about)
}

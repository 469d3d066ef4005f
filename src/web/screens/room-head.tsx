/** What stands above a room: its name, and who is there. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../api/page-calls.ts'
import { isForGuests } from '../connection/served-for.ts'
import { Icon } from '../parts/icon.tsx'
import { nameOf } from '../state/node.ts'
import { addressOf } from '../state/route.ts'

interface RoomHeadProps {
  room: RoomOverview
  /** What of the room is shown, if not the room itself. */
  part?: string
}

export function RoomHead({ room, part }: RoomHeadProps): JSX.Element {
  const back = part === undefined ? ({ at: 'home' } as const) : ({ at: 'room', room: room.id } as const)
  return (
    <header class="head">
      <a class={part === undefined ? 'icon-button head-back' : 'icon-button'} href={addressOf(back)} aria-label="Back">
        <Icon name="back" />
      </a>
      <div class="head-words">
        <h1 dir="auto" title={nameOf(room)}>
          {nameOf(room)}
        </h1>
        <p>{part ?? (isForGuests ? '' : presence(room))}</p>
      </div>
      {part === undefined && (
        <a class="icon-button" href={addressOf({ at: 'files', room: room.id })} aria-label="Files" title="Files">
          <Icon name="file" />
        </a>
      )}
      {part === undefined && !isForGuests && (
        <a
          class="icon-button"
          href={addressOf({ at: 'people', room: room.id })}
          aria-label="People and invites"
          title="People and invites"
        >
          <Icon name="people" />
        </a>
      )}
    </header>
  )
}

function presence({ neighbours, status }: RoomOverview): string {
  if (status === 'waiting') return 'Waiting'
  if (neighbours === 0) return 'Nobody else is here now'
  return `${neighbours} ${neighbours === 1 ? 'other is' : 'others are'} here`
}

/** What stands above a room: its name, and who is there. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../api/page-calls.ts'
import { isForGuests } from '../connection/served-for.ts'
import { Icon } from '../parts/icon.tsx'
import { nameOf } from '../state/node.ts'
import { addressOf } from '../state/route.ts'
import { t } from '../language/language.ts'

interface RoomHeadProps {
  room: RoomOverview
  /** What of the room is shown, if not the room itself. */
  part?: string
}

export function RoomHead({ room, part }: RoomHeadProps): JSX.Element {
  const back = part === undefined ? ({ at: 'home' } as const) : ({ at: 'room', room: room.id } as const)
  return (
    <header class="head">
      <a
        class={part === undefined ? 'icon-button head-back' : 'icon-button'}
        href={addressOf(back)}
        aria-label={t('Back')}
      >
        <Icon name="back" />
      </a>
      <div class="head-words">
        <h1 dir="auto" title={nameOf(room)}>
          {nameOf(room)}
        </h1>
        <p>{part ?? (isForGuests ? '' : presence(room))}</p>
      </div>
      {part === undefined && (
        <a
          class="icon-button"
          href={addressOf({ at: 'files', room: room.id })}
          aria-label={t('Files')}
          title={t('Files')}
        >
          <Icon name="file" />
        </a>
      )}
      {part === undefined && !isForGuests && (
        <a
          class="icon-button"
          href={addressOf({ at: 'people', room: room.id })}
          aria-label={t('People and invites')}
          title={t('People and invites')}
        >
          <Icon name="people" />
        </a>
      )}
    </header>
  )
}

function presence({ neighbours, status }: RoomOverview): string {
  if (status === 'waiting') return t('Waiting')
  if (neighbours === 0) return t('Nobody else is here now')
  return t('{{count}} others are here', { count: neighbours })
}

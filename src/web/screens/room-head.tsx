/** What stands above a room: its name, and who is there. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../api/page-calls.ts'
import { isForGuests } from '../connection/served-for.ts'
import { Icon } from '../parts/icon.tsx'
import { call } from '../connection/call.ts'
import { rooms } from '../state/node.ts'
import { nameOf } from '../state/room-name.ts'
import { addressOf, go } from '../state/route.ts'
import { said } from '../language/said.tsx'
import { t } from '../language/language.ts'

interface RoomHeadProps {
  room: RoomOverview
  /** What of the room is shown, if not the room itself. */
  part?: string
}

export function RoomHead({ room, part }: RoomHeadProps): JSX.Element {
  const above = rooms.value.get(room.parent ?? '')
  const back =
    part !== undefined
      ? ({ at: 'room', room: room.id } as const)
      : above === undefined
        ? ({ at: 'home' } as const)
        : ({ at: 'room', room: above.id } as const)
  return (
    <header class="head">
      <a
        class={part === undefined && above === undefined ? 'icon-button head-back' : 'icon-button'}
        href={addressOf(back)}
        aria-label={t('Back')}
      >
        <Icon name="back" />
      </a>
      <div class="head-words">
        <h1 dir="auto" title={nameOf(room)}>
          {nameOf(room)}
        </h1>
        <p>
          {part === undefined && above !== undefined && <Above room={room} above={above} />}
          {part ?? (isForGuests ? '' : presence(room))}
        </p>
      </div>
      {part === undefined && above !== undefined && <Unfollow room={room} above={above} />}
      {part === undefined && !isForGuests && room.status === 'open' && room.carried === undefined && (
        <a
          class="icon-button"
          href={addressOf({ at: 'below', room: room.id })}
          aria-label={t('Threads and rooms below')}
          title={t('Threads and rooms below')}
        >
          <Icon name="thread" />
        </a>
      )}
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

/** What a room is below. */
function Above({ room, above }: { room: RoomOverview; above: RoomOverview }): JSX.Element {
  const name = (
    <a href={addressOf({ at: 'room', room: above.id })} dir="auto">
      {nameOf(above)}
    </a>
  )
  const isThread = (room.link?.about ?? null) !== null
  return <>{isThread ? said('Thread in {{room}}', { room: name }) : said('Room below {{room}}', { room: name })} · </>
}

/** The link in the room above stays: whoever wants it back finds it there. */
function Unfollow({ room, above }: { room: RoomOverview; above: RoomOverview }): JSX.Element {
  const leave = async (): Promise<void> => {
    await call('children.unfollow', { path: `${above.id}/${room.id}` }).catch(() => undefined)
    go({ at: 'below', room: above.id })
  }
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t('Follow no more')}
      title={t('Follow no more')}
      onClick={() => void leave()}
    >
      <Icon name="unfollow" />
    </button>
  )
}

function presence({ neighbours, status }: RoomOverview): string {
  if (status === 'waiting') return t('Waiting')
  if (neighbours === 0) return t('Nobody else is here now')
  return t('{{count}} others are here', { count: neighbours })
}

/** How much is new in a room, and how much of that is for the user. */
import type { JSX } from 'preact'
import type { RoomSummary } from '../../kith.ts'
import { t } from '../language/language.ts'

/** So many new messages or more. */
const MANY = 100

export function NewBadges({ room }: { room: Pick<RoomSummary, 'newMessages' | 'newMentions'> }): JSX.Element {
  const mentions = room.newMentions ?? 0
  const count = room.newMessages ?? 0
  return (
    <span class="badges">
      {mentions > 0 && (
        <span class="badge badge-mention" aria-label={t('{{count}} are for you', { count: mentions })}>
          @{mentions > 1 ? mentions : ''}
        </span>
      )}
      {count > 0 && (
        <span
          class="badge"
          aria-label={count >= MANY ? t('at least {{count}} new', { count }) : t('{{count}} new', { count })}
        >
          {count >= MANY ? `${MANY - 1}+` : count}
        </span>
      )}
    </span>
  )
}

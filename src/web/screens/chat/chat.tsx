/** A conversation. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { openChat, showChat } from '../../state/open-chat.ts'
import { useDetails } from '../../state/details.ts'
import { link } from '../../state/node.ts'
import { obstacleOf } from '../obstacle.ts'
import { Composer } from './composer.tsx'
import { MessageList } from './message-list.tsx'
import { t } from '../../language/language.ts'

export function Chat({ room }: { room: RoomOverview }): JSX.Element {
  useEffect(() => showChat(room.id), [room.id])
  const details = useDetails(room)
  const { value: chat } = openChat
  const isMoved = room.moved !== undefined
  return (
    <>
      <Sealed count={details?.unread ?? 0} />
      {chat === undefined || chat.room !== room.id || !chat.window.isReady.value ? (
        <div class="messages" aria-busy="true">
          {link.value === 'lost' && <p class="hint">{t('The messages come as soon as the node answers.')}</p>}
        </div>
      ) : (
        <MessageList chat={chat} canAnswer={!isMoved && obstacleOf(details ?? room) === ''} />
      )}
      {isMoved ? (
        <p class="closed">
          {t('This room goes on in another one. Ask {{name}} for an invite.', { name: room.moved?.by.name ?? '' })}
        </p>
      ) : (
        <Composer room={room} details={details} />
      )}
    </>
  )
}

/** What is here and cannot be read. */
function Sealed({ count }: { count: number }): JSX.Element | null {
  if (count === 0) return null
  return (
    <p class="notice">
      {t('{{count, number}} documents of this room cannot be shown: this machine has no key for them yet.', { count })}
    </p>
  )
}

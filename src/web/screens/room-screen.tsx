/** A room, by what it is. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../api/page-calls.ts'
import { Bar } from '../parts/bar.tsx'
import { node, progress } from '../state/node.ts'
import { nameOf } from '../state/room-name.ts'
import { addressOf } from '../state/route.ts'
import { Chat } from './chat/chat.tsx'
import { MapTable } from './map/map-table.tsx'
import { Removed } from './removed.tsx'
import { RoomHead } from './room-head.tsx'
import { t } from '../language/language.ts'

export function RoomScreen({ room }: { room: RoomOverview }): JSX.Element {
  return (
    <>
      <RoomHead room={room} />
      {room.removed !== undefined && <Removed removed={room.removed} />}
      <Coming room={room} />
      <Inside room={room} />
    </>
  )
}

function Inside({ room }: { room: RoomOverview }): JSX.Element {
  if (room.carried !== undefined)
    return <Empty title={t('Carried for others')}>{t('This machine keeps and passes on what it cannot read.')}</Empty>
  if (room.status === 'waiting') return <Waiting room={room} />
  if (!room.isAppKnown)
    return (
      <Empty title={t('Cannot be shown here')}>
        {t('This is a room of the app “{{app}}”, which this node does not have.', { app: room.app })}
      </Empty>
    )
  if (room.app === 'chat') return <Chat room={room} />
  if (room.app === 'map') return <MapTable room={room} />
  return (
    <Empty title={t('Cannot be shown here')}>
      {t('This page shows chats and tables. The command kith do uses this room.')}
    </Empty>
  )
}

function Empty({ title, children }: { title: string; children: (string | undefined)[] | string }): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  )
}

/** How much of the history is still to come. */
function Coming({ room }: { room: RoomOverview }): JSX.Element | null {
  const told = progress.value.get(room.id)
  if (told === undefined || told.missing === 0) return null
  const { have, known, what, perSecond } = told
  const about =
    perSecond === 0
      ? t('Older messages are missing until somebody who has them is here')
      : t('Older messages are coming')
  const words =
    what === 'state' ? about : t('{{what}}: {{have, number}} of {{known, number}}', { what: about, have, known })
  return <Bar have={have} known={known} words={words} />
}

/** A room that was joined and of which nothing is here yet. */
function Waiting({ room }: { room: RoomOverview }): JSX.Element {
  return (
    <div class="empty">
      <h2>{t('{{room}} is on its way', { room: nameOf(room) })}</h2>
      <p>
        {whomFor(room)} {t('It opens by itself as soon as one of its people is reached; you may close this page.')}
      </p>
      <a href={addressOf({ at: 'people', room: room.id })}>{t('Not what you wanted? Leave it')}</a>
    </div>
  )
}

/** Whom such a room waits for. */
function whomFor({ neighbours }: RoomOverview): string {
  const connected = node.value?.connectedPeers
  if (neighbours > 0) return t('Somebody who has it is connected, and sends it.')
  if (connected === undefined) return t('It waits for somebody who has it.')
  if (connected === 0) return t('It waits for somebody who has it: nobody is connected yet.')
  return t('It waits for somebody who has it: {{count}} are connected, but not in this room.', { count: connected })
}

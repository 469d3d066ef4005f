/** A room, by what it is. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../api/page-calls.ts'
import { Bar, counted } from '../parts/bar.tsx'
import { useDetails } from '../state/details.ts'
import { nameOf, progress } from '../state/node.ts'
import { addressOf } from '../state/route.ts'
import { Chat } from './chat/chat.tsx'
import { MapTable } from './map/map-table.tsx'
import { Removed } from './removed.tsx'
import { RoomHead } from './room-head.tsx'

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
    return <Empty title="Carried for others">This machine keeps and passes on what it cannot read.</Empty>
  if (room.status === 'waiting') return <Waiting room={room} />
  if (!room.isAppKnown)
    return (
      <Empty title="Cannot be shown here">This is a room of the app “{room.app}”, which this node does not have.</Empty>
    )
  if (room.app === 'chat') return <Chat room={room} />
  if (room.app === 'map') return <MapTable room={room} />
  return (
    <Empty title="Cannot be shown here">This page shows chats and tables. The command kith do uses this room.</Empty>
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
  const parts = what === 'state' ? '' : `: ${counted(have)} of ${counted(known)}`
  const words =
    perSecond === 0
      ? `Older messages are missing until somebody who has them is here${parts}`
      : `Older messages are coming${parts}`
  return <Bar have={have} known={known} words={words} />
}

/** A room that was joined and of which nothing is here yet. */
function Waiting({ room }: { room: RoomOverview }): JSX.Element {
  const details = useDetails(room)
  return (
    <div class="empty">
      <h2>{nameOf(room)} is on its way</h2>
      <p>
        It waits for {details?.waitingFor || 'somebody who has it'}. It opens by itself as soon as one of its people is
        reached; you may close this page.
      </p>
      <a href={addressOf({ at: 'people', room: room.id })}>Not what you wanted? Leave it</a>
    </div>
  )
}

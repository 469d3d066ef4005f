/** All rooms, with what is new in them. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { shortTime } from '../../parts/time.ts'
import { link, nameOf, node, roomList } from '../../state/node.ts'
import { outbox } from '../../state/outbox.ts'
import { addressOf, route } from '../../state/route.ts'
import { networkWords } from './network-words.ts'

/** So many new messages or more. */
const MANY = 100

export function RoomList(): JSX.Element {
  return (
    <>
      <header class="side-head">
        <h1>Rooms</h1>
        <a
          class="icon-button"
          href={addressOf({ at: 'enter' })}
          aria-label="Create or join a room"
          title="Create or join"
        >
          <Icon name="add" />
        </a>
      </header>
      <ul class="rooms">
        {roomList.value.map((room) => (
          <RoomItem key={room.id} room={room} />
        ))}
      </ul>
      {roomList.value.length === 0 && link.value === 'open' && (
        <p class="side-empty">No rooms yet. The plus above creates one, or joins one with an invite.</p>
      )}
      <Footer />
    </>
  )
}

function RoomItem({ room }: { room: RoomOverview }): JSX.Element {
  const { value: at } = route
  const isHere = 'room' in at && at.room === room.id
  const { newMessages, newMentions, last } = room
  const mentions = newMentions ?? 0
  const count = newMessages ?? 0
  return (
    <li>
      <a class="room" href={addressOf({ at: 'room', room: room.id })} aria-current={isHere ? 'page' : undefined}>
        <span class="room-mark" style={hueStyle(room.id)} aria-hidden="true">
          {room.app === 'map' ? <Icon name="table" /> : initialOf(nameOf(room))}
        </span>
        <span class="room-name" dir="auto">
          {nameOf(room)}
        </span>
        <time class="room-time">{last === null ? '' : shortTime(last.timeMs, Date.now())}</time>
        <span class="room-last">{lastLine(room)}</span>
        <span class="badges">
          {mentions > 0 && (
            <span
              class="badge badge-mention"
              aria-label={mentions === 1 ? 'One is for you' : `${mentions} are for you`}
            >
              @{mentions > 1 ? mentions : ''}
            </span>
          )}
          {count > 0 && (
            <span class="badge" aria-label={`${count >= MANY ? 'at least ' : ''}${count} new`}>
              {count >= MANY ? `${MANY - 1}+` : count}
            </span>
          )}
        </span>
      </a>
    </li>
  )
}

function lastLine(room: RoomOverview): JSX.Element | string {
  if (outbox.value.some((each) => each.room === room.id && each.state === 'failed')) return 'A message was not sent.'
  if (room.status === 'waiting') return 'Waiting for somebody who has this room…'
  if (room.isJoining) return 'Getting what others have…'
  if (room.removed?.isProven === true) return 'You were removed'
  if (room.moved !== undefined) return 'Goes on in another room'
  if (room.carried !== undefined) return 'Carried for others'
  const { last } = room
  if (last === null) return room.app === 'map' ? 'Keys and values' : room.app === 'chat' ? 'Nothing said yet' : room.app
  const who = last.author === node.value?.peer ? 'You' : last.name
  return (
    <>
      <bdi>{who}</bdi>: <bdi>{last.text}</bdi>
    </>
  )
}

function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name)
  return first?.segment.toUpperCase() ?? ''
}

function Footer(): JSX.Element {
  const { words, isWarning } = networkWords(node.value, link.value)
  const isHere = route.value.at === 'settings'
  return (
    <a class="side-foot" href={addressOf({ at: 'settings' })} aria-current={isHere ? 'page' : undefined}>
      <span class={isWarning ? 'dot dot-warning' : 'dot'} aria-hidden="true" />
      <span class="side-foot-words">
        <strong dir="auto">{node.value?.name ?? 'Kith'}</strong>
        <span role="status">{words}</span>
      </span>
      <Icon name="settings" />
    </a>
  )
}

/** All rooms, with what is new in them. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { isForGuests } from '../../connection/served-for.ts'
import { guest, isOwn } from '../../state/self.ts'
import { GuestFooter, NoRooms } from '../guest/guest-screens.tsx'
import { hueStyle } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { shortTime } from '../../parts/time.ts'
import { link, nameOf, node, roomList } from '../../state/node.ts'
import { outbox } from '../../state/outbox.ts'
import { addressOf, route } from '../../state/route.ts'
import { networkWords } from './network-words.ts'
import { t } from '../../language/language.ts'

/** So many new messages or more. */
const MANY = 100

export function RoomList(): JSX.Element {
  return (
    <>
      <header class="side-head">
        <h1>{t('Rooms')}</h1>
        {!isForGuests && (
          <a
            class="icon-button"
            href={addressOf({ at: 'enter' })}
            aria-label={t('Create or join a room')}
            title={t('Create or join')}
          >
            <Icon name="add" />
          </a>
        )}
      </header>
      <ul class="rooms">{roomList.value.map(itemOf)}</ul>
      {roomList.value.length === 0 && link.value === 'open' && (
        <p class="side-empty">
          {guest.value === undefined ? (
            t('No rooms yet. The plus above creates one, or joins one with an invite.')
          ) : (
            <NoRooms host={guest.value.host} />
          )}
        </p>
      )}
      <Footer />
    </>
  )
}

/** The same elements as long as their rooms are: a message in one of very many draws one. */
const items = new WeakMap<RoomOverview, JSX.Element>()

function itemOf(room: RoomOverview): JSX.Element {
  const item = items.get(room) ?? <RoomItem key={room.id} room={room} />
  items.set(room, item)
  return item
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
      </a>
    </li>
  )
}

function lastLine(room: RoomOverview): JSX.Element | string {
  if (outbox.value.some((each) => each.room === room.id && each.state === 'failed')) return t('A message was not sent.')
  if (room.status === 'waiting') return t('Waiting for somebody who has this room…')
  if (room.isJoining) return t('Getting what others have…')
  if (room.removed?.isProven === true) return t('You were removed')
  if (room.moved !== undefined) return t('Goes on in another room')
  if (room.carried !== undefined) return t('Carried for others')
  const { last } = room
  if (last === null)
    return room.app === 'map' ? t('Keys and values') : room.app === 'chat' ? t('Nothing said yet') : room.app
  const who = isOwn(last) ? t('You') : last.name
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
  if (isForGuests) return <GuestFooter />
  const { words, isWarning } = networkWords(node.value, link.value)
  const { at } = route.value
  return (
    <div class="side-foot">
      <a
        class="side-foot-link"
        href={addressOf({ at: 'network' })}
        aria-current={at === 'network' ? 'page' : undefined}
      >
        <span class={isWarning ? 'dot dot-warning' : 'dot'} aria-hidden="true" />
        <span class="side-foot-words">
          <strong dir="auto">{node.value?.name ?? 'Kith'}</strong>
          <span role="status">{words}</span>
        </span>
      </a>
      <a
        class="icon-button"
        href={addressOf({ at: 'settings' })}
        aria-label={t('Settings')}
        title={t('Settings')}
        aria-current={at === 'settings' ? 'page' : undefined}
      >
        <Icon name="settings" />
      </a>
    </div>
  )
}

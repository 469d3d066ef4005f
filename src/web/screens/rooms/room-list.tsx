/** All rooms, with what is new in them. */
import type { JSX } from 'preact'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { isForGuests } from '../../connection/served-for.ts'
import { guest, isOwn } from '../../state/self.ts'
import { GuestFooter, NoRooms } from '../guest/guest-screens.tsx'
import { hueStyle } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { NewBadges } from '../../parts/new-badges.tsx'
import { shortTime } from '../../parts/time.ts'
import { link, node, roomList, rooms, roomTree } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import type { ListedRoom } from '../../state/room-tree.ts'
import { outbox } from '../../state/outbox.ts'
import { addressOf, route } from '../../state/route.ts'
import { networkWords } from './network-words.ts'
import { t } from '../../language/language.ts'

/** What is deeper stands no further to the right. */
const MAX_DEPTH = 3

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
      <ul class="rooms">{roomTree.value.map(itemOf)}</ul>
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
const items = new WeakMap<RoomOverview, { depth: number; item: JSX.Element }>()

function itemOf({ room, depth }: ListedRoom): JSX.Element {
  const known = items.get(room)
  if (known?.depth === depth) return known.item
  const item = <RoomItem key={room.id} room={room} depth={depth} />
  items.set(room, { depth, item })
  return item
}

function RoomItem({ room, depth }: ListedRoom): JSX.Element {
  const { value: at } = route
  const isHere = 'room' in at && at.room === room.id
  const { last } = room
  return (
    <li>
      <a
        class={depth === 0 ? 'room' : 'room room-below'}
        style={`--depth: ${Math.min(depth, MAX_DEPTH)}`}
        href={addressOf({ at: 'room', room: room.id })}
        aria-current={isHere ? 'page' : undefined}
      >
        <span class="room-mark" style={hueStyle(room.id)} aria-hidden="true">
          <Mark room={room} />
        </span>
        <span class="room-name">
          <bdi>{nameOf(room)}</bdi>
          {depth > 0 && <span class="unseen">, {aboveWords(room)}</span>}
        </span>
        <time class="room-time">{last === null ? '' : shortTime(last.timeMs, Date.now())}</time>
        <span class="room-last">{lastLine(room)}</span>
        <NewBadges room={room} />
      </a>
    </li>
  )
}

function Mark({ room }: { room: RoomOverview }): JSX.Element {
  if (room.app === 'map') return <Icon name="table" />
  if ((room.link?.about ?? null) !== null) return <Icon name="thread" />
  return <>{initialOf(nameOf(room))}</>
}

/** For screen readers, in place of the indent. */
function aboveWords({ parent, link: found }: RoomOverview): string {
  const above = rooms.value.get(parent ?? found?.room ?? '')
  return t('below {{room}}', { room: above === undefined ? '' : nameOf(above) })
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

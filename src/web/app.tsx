/** The page as a whole: the rooms at the side, and what the user looks at. */
import { effect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { isForGuests } from './connection/served-for.ts'
import { session } from './connection/session.ts'
import { Icon } from './parts/icon.tsx'
import { GuestLogin } from './screens/login/guest-login.tsx'
import { Login } from './screens/login/login.tsx'
import { Enter } from './screens/enter/enter.tsx'
import { Below } from './screens/below/below.tsx'
import { Files } from './screens/shared-files/files.tsx'
import { Network } from './screens/network/network.tsx'
import { People } from './screens/people/people.tsx'
import { RoomScreen } from './screens/room-screen.tsx'
import { RoomList } from './screens/rooms/room-list.tsx'
import { GuestHome, GuestSettings } from './screens/guest/guest-screens.tsx'
import { Settings } from './screens/settings/settings.tsx'
import { link, node, roomList, rooms, unread } from './state/node.ts'
import { addressOf, go, route } from './state/route.ts'
import { t } from './language/language.ts'
import { said } from './language/said.tsx'

export function App(): JSX.Element | null {
  useEffect(() => effect(() => void (document.title = unread.value > 0 ? `(${unread.value}) Kith` : 'Kith')), [])
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const { value: now } = session
  if (now.state === 'entering') return null
  if (now.state === 'out') {
    return isForGuests ? <GuestLogin secret={now.secret} reason={now.reason} /> : <Login reason={now.reason} />
  }
  return (
    <>
      {link.value === 'lost' && node.value !== undefined && <Lost />}
      <div class="page" data-at={route.value.at === 'home' ? 'list' : 'screen'}>
        <nav class="side" aria-label={t('Rooms')}>
          <RoomList />
        </nav>
        <main class="main">
          <Screen />
        </main>
      </div>
    </>
  )
}

function Screen(): JSX.Element {
  const { value: at } = route
  if (isForGuests && !('room' in at)) return at.at === 'settings' ? <GuestSettings /> : <GuestHome />
  if (at.at === 'enter') return <Enter />
  if (at.at === 'network') return <Network />
  if (at.at === 'settings') return <Settings />
  if (at.at === 'home') return <Home />
  const room = rooms.value.get(at.room)
  if (room === undefined) {
    if (link.value === 'lost') return <Away />
    return link.value === 'open' ? <NoRoom /> : <div class="empty" aria-busy="true" />
  }
  if (at.at === 'people' && !isForGuests) return <People key={room.id} room={room} />
  if (at.at === 'below' && !isForGuests) return <Below key={room.id} room={room} />
  return at.at === 'files' ? <Files key={room.id} room={room} /> : <RoomScreen key={room.id} room={room} />
}

/** The node has told nothing yet, and does not answer. */
function Away(): JSX.Element {
  return (
    <div class="empty">
      <Icon name="network" />
      <h1>{t('The node is not running')}</h1>
      <p>
        {said(
          'Start it with {{start}} on this machine, or {{own}} in the project’s own folder. This page goes on by itself then.',
          { start: <code>kith start</code>, own: <code>npm start</code> },
        )}
      </p>
    </div>
  )
}

function Home(): JSX.Element {
  if (rooms.value.size === 0 && link.value === 'lost') return <Away />
  return (
    <div class="empty">
      <Icon name="chat" />
      <h1>{rooms.value.size === 0 ? t('No rooms yet') : t('Choose a room')}</h1>
      <p>
        {rooms.value.size === 0
          ? t('Create one and invite others, or join one with an invite that somebody gave you.')
          : t('Everything you read here is on this machine, also without internet.')}
      </p>
      {rooms.value.size === 0 && (
        <a class="button" href={addressOf({ at: 'enter' })}>
          {t('Create or join a room')}
        </a>
      )}
    </div>
  )
}

function NoRoom(): JSX.Element {
  return (
    <div class="empty">
      <h1>{t('This room is not here')}</h1>
      <p>{t('You left it, or this address is of another machine.')}</p>
      <a class="button" href={addressOf({ at: 'home' })}>
        {t('All rooms')}
      </a>
    </div>
  )
}

/** Said only when it lasts: a restart of the node takes a moment. */
function Lost(): JSX.Element {
  return (
    <p class="lost" role="status">
      {t('The node does not answer. This page goes on by itself when it is back; what you type is kept.')}
    </p>
  )
}

/** Alt with an arrow goes to the room above or below. */
function onKey(event: KeyboardEvent): void {
  if (!event.altKey || event.ctrlKey || event.metaKey) return
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const { value: at } = route
  if (step === 0) return
  const list = roomList.value
  const index = 'room' in at ? list.findIndex(({ id }) => id === at.room) : -1
  const next = list[(Math.max(index, step > 0 ? -1 : 0) + step + list.length) % list.length]
  if (next === undefined) return
  event.preventDefault()
  go({ at: 'room', room: next.id })
}

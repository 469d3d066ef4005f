/** How to get into a room: with an invite, or by making one. */
import type { JSX } from 'preact'
import { Icon } from '../../parts/icon.tsx'
import { addressOf } from '../../state/route.ts'
import { CreateRoom } from './create-room.tsx'
import { JoinRoom } from './join-room.tsx'
import { NearbyRooms } from './nearby-rooms.tsx'
import { t } from '../../language/language.ts'

export function Enter(): JSX.Element {
  return (
    <>
      <header class="head">
        <a class="icon-button head-back" href={addressOf({ at: 'home' })} aria-label={t('Back')}>
          <Icon name="back" />
        </a>
        <div class="head-words">
          <h1>{t('Create or join a room')}</h1>
        </div>
      </header>
      <div class="sheet">
        <JoinRoom />
        <NearbyRooms />
        <CreateRoom />
      </div>
    </>
  )
}

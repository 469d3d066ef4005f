/** How to get into a room: with an invite, or by making one. */
import type { JSX } from 'preact'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { CreateRoom } from './create-room.tsx'
import { JoinRoom } from './join-room.tsx'
import { NearbyRooms } from './nearby-rooms.tsx'
import { t } from '../../language/language.ts'

export function Enter(): JSX.Element {
  return (
    <>
      <ScreenHead title={t('Create or join a room')} />
      <div class="sheet">
        <JoinRoom />
        <NearbyRooms />
        <CreateRoom />
      </div>
    </>
  )
}

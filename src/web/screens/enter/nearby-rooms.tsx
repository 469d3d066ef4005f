/** Rooms that nodes on this network announce to newcomers. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { NearbyRoom } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useReload } from '../../parts/reload.ts'
import { link, nameOf, node, putRoom, rooms } from '../../state/node.ts'
import { addressOf, go } from '../../state/route.ts'
import { t } from '../../language/language.ts'

/** As often as the node asks its peers anew. */
const LOOK_EVERY_MS = 5_000

const ACCESS_WORDS = {
  open: t('Whoever joins reads and writes.'),
  'public-read': t('Whoever joins reads. Members write.'),
  private: t('Members read and write. Joining makes you one.'),
} as const

export function NearbyRooms(): JSX.Element {
  const [found, setFound] = useState<readonly NearbyRoom[] | undefined>(undefined)
  const [look, setLook] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setLook((count) => count + 1)
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const load = async (): Promise<void> => {
    const told = await call('rooms.nearby', {}).catch(() => undefined)
    if (told !== undefined) setFound(told)
  }
  useReload(load, [look, node.value?.connectedPeers, link.value])
  return (
    <section class="card">
      <h2>{t('On this network')}</h2>
      {found === undefined ? (
        <p class="hint">{t('Asking the others on this network…')}</p>
      ) : found.length === 0 ? (
        <p class="hint">
          {t(
            'Nobody on this network offers a room now. Whoever has one can offer it where its people and invites are.',
          )}
        </p>
      ) : (
        <ul class="nearby" aria-label={t('Rooms on this network')}>
          {found.map((room) => (
            <Offered key={room.invite} room={room} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Offered({ room }: { room: NearbyRoom }): JSX.Element {
  const { id, app, access, offeredBy, invite } = room
  const { problem, isBusy, begin } = useAttempt(async () => {
    const joined = await call('rooms.join', { room: invite })
    putRoom(joined)
    go({ at: 'room', room: joined.id })
  })
  const isHere = room.isHere || rooms.value.has(id)
  return (
    <li>
      <span class="room-mark" style={hueStyle(id)} aria-hidden="true">
        <Icon name={app === 'map' ? 'table' : access === 'private' ? 'lock' : 'chat'} />
      </span>
      <div class="member-words">
        <strong dir="auto">{nameOf(room)}</strong>
        <small dir="auto">{t('Offered by {{names}}', { names: offeredBy.map(({ name }) => name).join(', ') })}</small>
        <small>{ACCESS_WORDS[access]}</small>
        <Problem text={problem} />
      </div>
      {isHere ? (
        <a class="button quiet" href={addressOf({ at: 'room', room: id })}>
          {t('Open')}
        </a>
      ) : (
        <button type="button" class="quiet" disabled={isBusy} onClick={() => void begin()}>
          {t('Join')}
        </button>
      )}
    </li>
  )
}

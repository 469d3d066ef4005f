/** Rooms that nodes on this network announce to newcomers. */
import { Fragment, type JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { NearbyRoom } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useReload } from '../../parts/reload.ts'
import { link, node, putRoom, rooms } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { addressOf, go } from '../../state/route.ts'
import { said } from '../../language/said.tsx'
import { t } from '../../language/language.ts'

/** As often as the node asks its peers anew. */
const LOOK_EVERY_MS = 5_000

/** Anybody on the network may offer as many as are kept. */
const FIRST_OFFERS = 20
/** Of those who offer the same room. */
const MAX_NAMED = 3

const ACCESS_WORDS = {
  open: t('Whoever joins reads and writes.'),
  'public-read': t('Whoever joins reads. Members write.'),
  private: t('Members read and write. Joining makes you one.'),
} as const

export function NearbyRooms(): JSX.Element {
  const [found, setFound] = useState<readonly NearbyRoom[] | undefined>(undefined)
  const [look, setLook] = useState(0)
  const [isWhole, setWhole] = useState(false)
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
          {found.slice(0, isWhole ? found.length : FIRST_OFFERS).map((room) => (
            <Offered key={JSON.stringify([room.id, room.name, room.app, room.access])} room={room} />
          ))}
        </ul>
      )}
      {(found?.length ?? 0) > FIRST_OFFERS && !isWhole && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {t('Show all {{number}} rooms', { number: found?.length ?? 0 })}
        </button>
      )}
    </section>
  )
}

function Names({ of: names }: { of: readonly string[] }): JSX.Element {
  const left = names.length - MAX_NAMED
  return (
    <>
      {names.slice(0, MAX_NAMED).map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <bdi>{name}</bdi>
        </Fragment>
      ))}
      {left > 0 && ` ${t('and {{count}} more', { count: left })}`}
    </>
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
        <small>{said('Offered by {{names}}', { names: <Names of={offeredBy.map(({ name }) => name)} /> })}</small>
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

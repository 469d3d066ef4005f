/** The threads and rooms below a room: to follow them, and to put another one there. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { ChildPage, ChildRoom } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { NewBadges } from '../../parts/new-badges.tsx'
import { useReload } from '../../parts/reload.ts'
import { shortTime } from '../../parts/time.ts'
import { useDetails } from '../../state/details.ts'
import { link, putRoom, rooms } from '../../state/node.ts'
import { addressOf, go } from '../../state/route.ts'
import { obstacleOf } from '../obstacle.ts'
import { RoomHead } from '../room-head.tsx'
import { openBelow } from './open-below.ts'
import { t } from '../../language/language.ts'

/** As many as a call gives. */
const PAGE = 100

export function Below({ room }: { room: RoomOverview }): JSX.Element {
  const details = useDetails(room)
  const canCreate = obstacleOf(details ?? room) === '' && room.moved === undefined
  return (
    <>
      <RoomHead room={room} part={t('Threads and rooms below')} />
      <div class="sheet">
        <List room={room} areThreads={false} />
        <List room={room} areThreads />
        {canCreate && <CreateBelow room={room} />}
      </div>
    </>
  )
}

function List({ room, areThreads }: { room: RoomOverview; areThreads: boolean }): JSX.Element {
  const [children, setChildren] = useState<readonly ChildRoom[] | undefined>(undefined)
  const [pages, setPages] = useState(1)
  const [isMore, setMore] = useState(false)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> => {
    try {
      const all: ChildRoom[] = []
      let next: string | null = null
      for (let page = 0; page < pages && (page === 0 || next !== null); page++) {
        const before = next === null ? {} : { before: next }
        const told: ChildPage = await call('children.list', {
          room: room.id,
          threads: areThreads,
          limit: PAGE,
          ...before,
        })
        all.push(...told.children)
        next = told.next
      }
      setChildren(all)
      setMore(next !== null)
      setProblem('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  useReload(load, [room, link.value, pages, rooms.value.size])
  return (
    <section class="card">
      <h2>{areThreads ? t('Threads') : t('Rooms')}</h2>
      <Problem text={problem} />
      {children?.length === 0 && (
        <p class="hint">
          {areThreads
            ? t('No threads yet. Beside each message is a button that starts one.')
            : t('No rooms are below this one yet.')}
        </p>
      )}
      <ul class="nearby">
        {children?.map((child) => (
          <Child key={child.link} above={room.id} child={child} />
        ))}
      </ul>
      {isMore && (
        <button type="button" class="link" onClick={() => setPages(pages + 1)}>
          {t('Show more')}
        </button>
      )}
    </section>
  )
}

function Child({ above, child }: { above: string; child: ChildRoom }): JSX.Element {
  const { id, title, about, startedBy, startedAtMs, status } = child
  const { problem, isBusy, begin } = useAttempt(() => openBelow(above, id))
  const here = status === 'foreign' ? undefined : rooms.value.get(id)
  return (
    <li>
      <span class="room-mark" style={hueStyle(id)} aria-hidden="true">
        <Icon name={about === null ? 'chat' : 'thread'} />
      </span>
      <div class="member-words">
        <strong dir="auto">{title}</strong>
        <small>
          {t('by {{name}}', { name: startedBy.name })} · {shortTime(startedAtMs, Date.now())}
        </small>
        {status === 'foreign' && <small>{t('It says itself that it belongs elsewhere.')}</small>}
        <Problem text={problem} />
      </div>
      {here !== undefined && <NewBadges room={here} />}
      {here !== undefined ? (
        <a
          class="button quiet"
          href={addressOf({ at: 'room', room: id })}
          aria-label={t('Open {{room}}', { room: title })}
        >
          {t('Open')}
        </a>
      ) : (
        status !== 'foreign' && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy}
            aria-label={t('Follow {{room}}', { room: title })}
            onClick={() => void begin()}
          >
            {t('Follow')}
          </button>
        )
      )}
    </li>
  )
}

function CreateBelow({ room }: { room: RoomOverview }): JSX.Element {
  const [name, setName] = useState('')
  const { problem, isBusy, begin } = useAttempt(async () => {
    const created = await call('rooms.create', { name, app: 'chat', in: room.id })
    putRoom(created)
    go({ at: 'room', room: created.id })
  })
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        void begin()
      }}
    >
      <h2>{t('Put a room here')}</h2>
      <p class="hint">
        {t(
          'Everybody in this room sees its name, and only who follows it gets what is said there. Roles are those of this room.',
        )}
      </p>
      <label>
        {t('Name')}
        <input value={name} dir="auto" autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <Problem text={problem} />
      <div class="buttons">
        <button type="submit" disabled={isBusy || name.trim() === ''}>
          {t('Create')}
        </button>
      </div>
    </form>
  )
}

/** Threads under the messages that they are about, and how one starts. */
import type { JSX } from 'preact'
import type { ChildRoom, Message } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { NewBadges } from '../../parts/new-badges.tsx'
import { rooms } from '../../state/node.ts'
import { addressOf } from '../../state/route.ts'
import { putThread, threads } from '../../state/threads.ts'
import { openBelow } from '../below/open-below.ts'
import { t } from '../../language/language.ts'

/** As much as a label says of a message. */
const MAX_QUOTED_CHARACTERS = 100

/** The threads about a message. */
export function Threads({ room, message }: { room: string; message: string }): JSX.Element | null {
  const about = threads.value.get(message) ?? []
  if (about.length === 0) return null
  return (
    <ul class="threads" aria-label={t('Threads about this message')}>
      {about.map((thread) => (
        <li key={thread.id}>
          <ThreadLink room={room} thread={thread} />
        </li>
      ))}
    </ul>
  )
}

function ThreadLink({ room, thread }: { room: string; thread: ChildRoom }): JSX.Element {
  const { problem, isBusy, begin } = useAttempt(() => openBelow(room, thread.id))
  const here = rooms.value.get(thread.id)
  const last = here?.last ?? null
  if (here !== undefined) {
    return (
      <a class="thread" href={addressOf({ at: 'room', room: thread.id })}>
        <Icon name="thread" />
        <bdi class="thread-title">{thread.title}</bdi>
        <span class="thread-last">
          {last === null ? (
            t('Nothing said yet')
          ) : (
            <>
              <bdi>{last.name}</bdi>: <bdi>{last.text}</bdi>
            </>
          )}
        </span>
        <NewBadges room={here} />
      </a>
    )
  }
  return (
    <>
      <button type="button" class="thread" disabled={isBusy} onClick={() => void begin()}>
        <Icon name="thread" />
        <bdi class="thread-title">{thread.title}</bdi>
        <span class="thread-last">{t('by {{name}}', { name: thread.startedBy.name })}</span>
        <span class="thread-follow">{t('Follow')}</span>
      </button>
      <Problem text={problem} />
    </>
  )
}

/** Opens the thread about a message that is followed, or starts one. */
export function StartThread({ room, message }: { room: string; message: Message }): JSX.Element {
  const { id, name, text } = message
  const start = async (): Promise<void> => {
    const followed = threads.value.get(id)?.find((thread) => rooms.value.has(thread.id))
    const thread = followed ?? (await call('threads.start', { room, message: id }))
    putThread(thread)
    await openBelow(room, thread.id)
  }
  const { problem, begin } = useAttempt(start)
  const quoted = text.slice(0, MAX_QUOTED_CHARACTERS).toWellFormed()
  return (
    <>
      <button
        type="button"
        class="answer-button"
        aria-label={t('Thread about {{name}}: {{quoted}}', { name, quoted })}
        title={problem === '' ? t('Start a thread') : problem}
        onClick={() => void begin()}
      >
        <Icon name="thread" />
      </button>
      {problem !== '' && (
        <span class="held-words" role="alert">
          {problem}
        </span>
      )}
    </>
  )
}

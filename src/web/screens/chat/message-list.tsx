/** The messages of a chat. What somebody reads stays where it is, whatever comes above or below. */
import type { ComponentProps, JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { dayName } from '../../parts/time.ts'
import { selfKey } from '../../state/self.ts'
import { link, rooms } from '../../state/node.ts'
import { lookedAt, markRead, type OpenChat } from '../../state/open-chat.ts'
import { outbox } from '../../state/outbox.ts'
import { askThreads } from '../../state/threads.ts'
import { GROWN } from '../shared-files/grown.ts'
import { MessageRow } from './message-row.tsx'
import { OutgoingRow } from './outgoing-row.tsx'
import { firstNewOf, notShownYet, rowsOf, type Row } from './rows.ts'
import { useReadingPlace } from './reading-place.ts'
import { useHeldWatch } from './held-watch.ts'
import { t } from '../../language/language.ts'

/** How near to an end the next messages are asked for: about a screen. */
const NEAR_PX = 800

export function MessageList({ chat, canAnswer }: { chat: OpenChat; canAnswer: boolean }): JSX.Element {
  const { window: loaded, room } = chat
  const scroller = useRef<HTMLDivElement>(null)
  const { value: messages } = loaded.messages
  const ofRoom = outbox.value.filter((each) => each.room === room)
  const outgoing = notShownYet(ofRoom, messages, selfKey.value)
  const place = useReadingPlace(scroller)
  const firstNew = useRef(firstNewOf(messages, selfKey.value, chat.wasNew))
  const [isAtEnd, setAtEnd] = useState(true)
  const newest = messages.at(-1)?.id
  useHeldWatch(room, messages)

  const look = (): void => {
    const element = scroller.current
    if (element === null) return
    place.note()
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    if (element.scrollTop < NEAR_PX) void loaded.loadOlder().catch(() => undefined)
    if (below < NEAR_PX) void loaded.loadNewer().catch(() => undefined)
    const isNow = place.isAtEnd() && loaded.newer.value === null
    setAtEnd(isNow)
    if (isNow) loaded.trim()
  }

  const toEnd = async (): Promise<void> => {
    place.stayAtEnd()
    if (loaded.newer.value !== null) await loaded.open().catch(() => undefined)
    place.keep(true)
    setAtEnd(true)
  }
  // Whoever sends something sees it.
  const sent = ofRoom.at(-1)?.key
  const shownSent = useRef(sent)
  useLayoutEffect(() => {
    if (sent !== undefined && sent !== shownSent.current) void toEnd()
    shownSent.current = sent
  }, [sent])
  // After each change, also of how far a message has got.
  useLayoutEffect(() => place.keep(loaded.newer.value === null))
  useEffect(look, [messages])
  const ids = messages.map(({ id }) => id)
  useEffect(() => void askThreads(room, ids), [room, messages, link.value])
  useEffect(() => {
    const { current } = scroller
    const keep = (): void => place.keep(loaded.newer.value === null)
    current?.addEventListener(GROWN, keep)
    return () => current?.removeEventListener(GROWN, keep)
  }, [chat])
  useEffect(() => {
    const read = (): void => {
      if (isAtEnd && newest !== undefined && document.hasFocus()) markRead(room, newest)
    }
    read()
    addEventListener('focus', read)
    return () => removeEventListener('focus', read)
  }, [newest, isAtEnd])

  const wanted = lookedAt.value
  useLayoutEffect(() => {
    if (wanted === '' || !place.show(wanted)) return
    lookedAt.value = ''
    look()
  }, [wanted, messages])

  const unseen = loaded.missed.value
  const isWhole = (rooms.value.get(room)?.provisional ?? null) === null
  return (
    <div class="messages-frame">
      <div
        class="messages"
        ref={scroller}
        onScroll={look}
        tabIndex={0}
        role="log"
        aria-label={t('Messages')}
        aria-live="polite"
      >
        {loaded.older.value === null ? (
          <Beginning isEmpty={messages.length + outgoing.length === 0} isWhole={isWhole} />
        ) : (
          <p class="loading">…</p>
        )}
        {rowsOf(messages, firstNew.current).map((row) => (
          <RowView key={row.key} row={row} room={room} canAnswer={canAnswer} />
        ))}
        {outgoing.map((each) => (
          <OutgoingRow key={each.key} outgoing={each} />
        ))}
      </div>
      {!isAtEnd && (
        <button type="button" class="to-end" onClick={() => void toEnd()}>
          <Icon name="down" />
          {unseen > 0 ? t('{{count}} new', { count: unseen }) : t('Newest')}
        </button>
      )}
    </div>
  )
}

/** `isWhole`: nothing of the history is still to come. */
function Beginning({ isEmpty, isWhole }: { isEmpty: boolean; isWhole: boolean }): JSX.Element {
  if (!isWhole) return <p class="beginning">{t('Older messages are not here yet.')}</p>
  if (isEmpty) {
    return (
      <div class="empty">
        <Icon name="chat" />
        <h2>{t('Nothing said yet')}</h2>
        <p>{t('Whoever is away gets what you write when they come back.')}</p>
      </div>
    )
  }
  return <p class="beginning">{t('This is the beginning.')}</p>
}

/** The same element as long as nothing about it changes: others come and go around it all the time. */
function SteadyRow({ message, isFirst, room, canAnswer }: ComponentProps<typeof MessageRow>): JSX.Element {
  return useMemo(
    () => <MessageRow message={message} isFirst={isFirst} room={room} canAnswer={canAnswer} />,
    [message, isFirst, room, canAnswer],
  )
}

function RowView({ row, room, canAnswer }: { row: Row; room: string; canAnswer: boolean }): JSX.Element {
  if (row.type === 'day') return <h2 class="day">{dayName(row.timeMs, Date.now())}</h2>
  if (row.type === 'new') {
    return (
      <p class="new-line">
        <span>{t('New')}</span>
      </p>
    )
  }
  return <SteadyRow message={row.message} isFirst={row.isFirst} room={room} canAnswer={canAnswer} />
}

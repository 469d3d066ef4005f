/** Where one writes. Enter sends; with Shift, and on a phone, it begins a line. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { Member, RoomDetails } from '../../../kith.ts'
import { Icon } from '../../parts/icon.tsx'
import { useMembers } from '../../state/members.ts'
import { nameOf } from '../../state/room-name.ts'
import { send } from '../../state/outbox.ts'
import { mayShare } from '../../state/self.ts'
import { ChooseFiles, DropFiles } from '../shared-files/sharing.tsx'
import { Uploads } from '../shared-files/upload-row.tsx'
import { obstacleOf } from '../obstacle.ts'
import { completed, queryAt, suggested, type Query } from './completion.ts'
import { FIELD_ID, focusField } from './field.ts'
import { QuotedText } from './quote.tsx'
import { suggestionAttributes, Suggestions } from './suggestions.tsx'
import { answer, takeUp, typed, typing } from './typed.ts'
import { t } from '../../language/language.ts'

/** What a message may have, in UTF-8. */
const MAX_BYTES = 16 * 1024

const isTouch = matchMedia('(pointer: coarse)')

interface ComposerProps {
  room: RoomOverview
  /** Undefined until the node has told. */
  details: RoomDetails | undefined
}

export function Composer({ room, details }: ComposerProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null)
  const obstacle = obstacleOf(details ?? room)
  const isOfRoom = typing.value.room === room.id
  const text = isOfRoom ? typing.value.text : ''
  const answered = isOfRoom ? typing.value.answered : undefined
  /** Where the caret goes once the field has the text. */
  const caret = useRef<number | undefined>(undefined)
  const [query, setQuery] = useState<Query | undefined>(undefined)
  const [chosen, setChosen] = useState(0)
  const members = useMembers(room.id, query !== undefined)
  const people = query === undefined ? [] : suggested(query, members)
  useEffect(() => {
    takeUp(room.id)
    if (!isTouch.matches) field.current?.focus()
  }, [room.id])
  useLayoutEffect(() => {
    const { current } = field
    if (current === null) return
    current.style.height = 'auto'
    current.style.height = `${current.scrollHeight}px`
    // With the text, before the next key.
    if (caret.current !== undefined) current.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  }, [text])
  const tooLong = new TextEncoder().encode(text).length - MAX_BYTES
  const canSend = text.trim() !== '' && tooLong <= 0
  const submit = (): void => {
    if (!canSend) return
    typed(room.id, '')
    answer(room.id, undefined)
    setQuery(undefined)
    void send(room.id, text, answered)
    field.current?.focus()
  }
  const look = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): void => {
    setQuery(selectionStart === selectionEnd ? queryAt(value, selectionStart) : undefined)
    setChosen(0)
  }
  const complete = (member: Member): void => {
    const { current } = field
    if (query === undefined || current === null) return
    const { text: next, caret: after } = completed(text, query, member)
    caret.current = after
    typed(room.id, next)
    setQuery(undefined)
    current.focus()
  }
  const stopAnswering = (): void => {
    answer(room.id, undefined)
    focusField()
  }
  /** Whether a key is for the suggestions. */
  const isTaken = ({ key, isComposing }: KeyboardEvent): boolean => {
    const member = people[chosen]
    if (member === undefined || isComposing) return false
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      setChosen((chosen + (key === 'ArrowDown' ? 1 : people.length - 1)) % people.length)
    } else if (key === 'Enter' || key === 'Tab') complete(member)
    else if (key === 'Escape') setQuery(undefined)
    else return false
    return true
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isTaken(event)) return event.preventDefault()
    if (event.key === 'Escape' && answered !== undefined) return stopAnswering()
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || isTouch.matches) return
    event.preventDefault()
    submit()
  }
  if (obstacle !== '') return <p class="closed">{obstacle}</p>
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {mayShare.value && <DropFiles room={room.id} name={nameOf(room)} />}
      <Uploads room={room.id} />
      {tooLong > 0 && (
        <p class="problem" role="alert">
          {t('This is too long for one message by {{count, number}} bytes. Share it as a file, or send it in parts.', {
            count: tooLong,
          })}
        </p>
      )}
      {answered !== undefined && (
        <p class="answered">
          <Icon name="reply" />
          <span>
            <span class="unseen">{t('You answer this message:')}</span>
            <QuotedText name={answered.name} text={answered.text} />
          </span>
          <button type="button" class="icon-button" aria-label={t('Do not answer it')} onClick={stopAnswering}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <Suggestions people={people} chosen={chosen} onChoose={complete} />
      {mayShare.value && <ChooseFiles room={room.id} />}
      <textarea
        ref={field}
        id={FIELD_ID}
        {...suggestionAttributes(people, chosen)}
        rows={1}
        dir="auto"
        value={text}
        placeholder={details?.access === 'private' ? t('Write to the members') : t('Write a message')}
        aria-label={t('Message to {{room}}', { room: nameOf(room) })}
        onInput={({ currentTarget }) => {
          typed(room.id, currentTarget.value)
          look(currentTarget)
        }}
        onClick={({ currentTarget }) => look(currentTarget)}
        onBlur={() => setQuery(undefined)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="icon-button send" aria-label={t('Send')} disabled={!canSend}>
        <Icon name="send" />
      </button>
    </form>
  )
}

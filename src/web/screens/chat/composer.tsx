/** Where one writes. Enter sends; with Shift, and on a phone, it begins a line. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { RoomDetails } from '../../../kith.ts'
import { Icon } from '../../parts/icon.tsx'
import { draftOf } from '../../state/drafts.ts'
import { nameOf } from '../../state/node.ts'
import { send } from '../../state/outbox.ts'
import { ChooseFiles, DropFiles } from '../shared-files/sharing.tsx'
import { Uploads } from '../shared-files/upload-row.tsx'
import { obstacleOf } from '../obstacle.ts'
import { typed, typing } from './typed.ts'

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
  const text = typing.value.room === room.id ? typing.value.text : ''
  useEffect(() => {
    typing.value = { room: room.id, text: draftOf(room.id) }
    if (!isTouch.matches) field.current?.focus()
  }, [room.id])
  useLayoutEffect(() => {
    const { current } = field
    if (current === null) return
    current.style.height = 'auto'
    current.style.height = `${current.scrollHeight}px`
  }, [text])
  const tooLong = new TextEncoder().encode(text).length - MAX_BYTES
  const canSend = text.trim() !== '' && tooLong <= 0
  const submit = (): void => {
    if (!canSend) return
    typed(room.id, '')
    void send(room.id, text)
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
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
      <DropFiles room={room.id} name={nameOf(room)} />
      <Uploads room={room.id} />
      {tooLong > 0 && (
        <p class="problem" role="alert">
          This is too long for one message by {tooLong} bytes. Share it as a file, or send it in parts.
        </p>
      )}
      <ChooseFiles room={room.id} />
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={text}
        placeholder="Write a message"
        aria-label={`Message to ${nameOf(room)}`}
        onInput={(event) => typed(room.id, event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="icon-button send" aria-label="Send" disabled={!canSend}>
        <Icon name="send" />
      </button>
    </form>
  )
}

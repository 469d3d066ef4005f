/** A message. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isForGuests } from '../../connection/served-for.ts'
import { speakerKey } from '../../../key-hash.ts'
import type { Message } from '../../../kith.ts'
import { Avatar, hueStyle } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { LinkedText } from '../../parts/linked-text.tsx'
import { clockTime, fullTime } from '../../parts/time.ts'
import { heldWords, type Held } from '../../state/held-words.ts'
import { askHeld, held } from '../../state/held.ts'
import { isOwn } from '../../state/self.ts'
import { FileView } from '../shared-files/file-view.tsx'
import { t } from '../../language/language.ts'
import { focusField } from './field.ts'
import { Quote } from './quote.tsx'
import { StartThread, Threads } from './threads.tsx'
import { answer } from './typed.ts'

/** As much as a line shows. */
const MAX_QUOTED_CHARACTERS = 100

interface MessageRowProps {
  message: Message
  isFirst: boolean
  room: string
  /** Whether the user may write here. */
  canAnswer: boolean
}

export function MessageRow({ message, isFirst, room, canAnswer }: MessageRowProps): JSX.Element {
  const { id, name, text, timeMs, file, replyTo, mentions } = message
  const speaker = speakerKey(message)
  const isForUser = mentions?.some(({ self }) => self) === true
  return (
    <article
      id={id}
      class={`message${isFirst ? ' message-first' : ''}${isForUser ? ' message-for-user' : ''}`}
      tabIndex={-1}
    >
      {isFirst ? <Avatar of={speaker} /> : <span />}
      <div class="message-body" title={isFirst ? undefined : fullTime(timeMs)}>
        {isFirst && (
          <header>
            <strong class="name" style={hueStyle(speaker)} dir="auto">
              {name}
            </strong>
            <time dateTime={isoOf(timeMs)} title={fullTime(timeMs)}>
              {clockTime(timeMs)}
            </time>
          </header>
        )}
        {isForUser && <span class="unseen">{t('This is for you.')}</span>}
        {replyTo !== undefined && <Quote replyTo={replyTo} />}
        {file === undefined ? (
          <LinkedText text={text} mentions={mentions} />
        ) : (
          <FileView room={room} document={id} name={file.name} type={file.type} sizeBytes={file.sizeBytes} />
        )}
        <Threads room={room} message={id} />
      </div>
      <span class="message-side">
        {canAnswer && !isForGuests && <StartThread room={room} message={message} />}
        {canAnswer && <AnswerButton room={room} message={message} />}
        {isOwn(message) && !isForGuests && <HeldMark room={room} message={id} />}
      </span>
    </article>
  )
}

function AnswerButton({ room, message: { id, name, text } }: { room: string; message: Message }): JSX.Element {
  const quoted = text.slice(0, MAX_QUOTED_CHARACTERS).toWellFormed()
  return (
    <button
      type="button"
      class="answer-button"
      aria-label={t('Answer {{name}}: {{quoted}}', { name, quoted })}
      title={t('Answer')}
      onClick={() => {
        answer(room, { id, name, text: quoted })
        focusField()
      }}
    >
      <Icon name="reply" />
    </button>
  )
}

/** How far an own message has got; more of that for whoever asks. */
function HeldMark({ room, message }: { room: string; message: string }): JSX.Element {
  const known = held.value.get(message)
  const [words, setWords] = useState('')
  const ask = async (): Promise<void> => {
    if (words !== '') setWords('')
    else {
      const found = await askHeld(room, message)
      setWords(found === undefined ? t('The node does not answer.') : heldWords(found))
    }
  }
  return (
    <span class="held">
      <button
        type="button"
        class={`held-mark held-${known?.state ?? 'unasked'}`}
        aria-label={labelOf(known)}
        title={labelOf(known)}
        onClick={() => void ask()}
      >
        <Icon name={known === undefined || known.state === 'here' ? 'check' : 'checks'} />
      </button>
      {words !== '' && (
        <span class="held-words" role="status">
          {words}
        </span>
      )}
    </span>
  )
}

function labelOf(known: Held | undefined): string {
  return known === undefined ? t('Written. Who has it?') : heldWords(known)
}

/** Undefined for a time that no calendar has. */
function isoOf(timeMs: number): string | undefined {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

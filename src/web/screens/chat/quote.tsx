/** The message that another one answers, in one line. */
import type { JSX } from 'preact'
import type { Message } from '../../../kith.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { lookAt } from '../../state/open-chat.ts'
import { t } from '../../language/language.ts'

/** Leads to it. */
export function Quote({ replyTo: { id, message } }: { replyTo: NonNullable<Message['replyTo']> }): JSX.Element {
  if (message === null) {
    return (
      <p class="quote">
        <Icon name="reply" />
        <span>{t('Answers a message that is not here.')}</span>
      </p>
    )
  }
  const { author, name, text } = message
  return (
    <button
      type="button"
      class="quote"
      aria-label={t('Answers {{name}}: {{text}}', { name, text })}
      title={t('Show what this answers')}
      style={hueStyle(author)}
      onClick={() => void lookAt(id)}
    >
      <Icon name="reply" />
      <QuotedText name={name} text={text} />
    </button>
  )
}

/** Who said what. */
export function QuotedText({ name, text }: { name: string; text: string }): JSX.Element {
  return (
    <span class="quote-words">
      <bdi class="name">{name}</bdi> <bdi>{text}</bdi>
    </span>
  )
}

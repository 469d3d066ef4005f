/** An own message that the node does not have yet. */
import type { JSX } from 'preact'
import { Icon } from '../../parts/icon.tsx'
import { LinkedText } from '../../parts/linked-text.tsx'
import { draftOf } from '../../state/drafts.ts'
import { sendAgain, takeBack, type Outgoing } from '../../state/outbox.ts'
import { QuotedText } from './quote.tsx'
import { answer, typed } from './typed.ts'
import { t } from '../../language/language.ts'

export function OutgoingRow({ outgoing }: { outgoing: Outgoing }): JSX.Element {
  const { key, room, text, answered, state, reason } = outgoing
  const edit = (): void => {
    const draft = draftOf(room)
    const own = takeBack(key)
    typed(room, [own?.text ?? '', draft].filter((each) => each !== '').join('\n'))
    if (own?.answered !== undefined) answer(room, own.answered)
  }
  return (
    <article class={`message outgoing outgoing-${state}`}>
      <span class="outgoing-mark">
        <Icon name="clock" />
      </span>
      <div class="message-body">
        {answered !== undefined && (
          <p class="quote">
            <QuotedText name={answered.name} text={answered.text} />
          </p>
        )}
        <LinkedText text={text} />
        {state === 'unsure' && <p class="hint">{t('Waits for the node.')}</p>}
        {state === 'failed' && (
          <p class="problem" role="alert">
            {t('Not sent. {{reason}}', { reason: reason ?? '' })}{' '}
            <button type="button" class="link" onClick={() => void sendAgain(key)}>
              {t('Send again')}
            </button>{' '}
            <button type="button" class="link" onClick={edit}>
              {t('Edit')}
            </button>
          </p>
        )}
      </div>
      <span />
    </article>
  )
}

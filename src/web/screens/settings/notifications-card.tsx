/** What the user is told of while the page is not in front. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Choice } from '../../parts/choice.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { canNotify, choose, notified, type Notified } from '../../state/notifications.ts'
import { t } from '../../language/language.ts'

const OPTIONS = [
  { value: 'off', label: t('Nothing') },
  { value: 'mentions', label: t('What is for me'), about: t('Answers, and messages with your name behind an @.') },
  { value: 'all', label: t('Every message') },
] as const

export function NotificationsCard(): JSX.Element {
  const [problem, setProblem] = useState('')
  const onChoose = async (value: Notified): Promise<void> => {
    const isAllowed = await choose(value)
    setProblem(isAllowed ? '' : t('This browser does not allow it. Its settings for this page can change that.'))
  }
  return (
    <section class="card">
      <h2>{t('Notifications')}</h2>
      {canNotify() ? (
        <Choice
          name="notifications"
          legend={t('While you look at something else, this browser tells you of')}
          options={OPTIONS}
          value={notified.value}
          onChoose={(value) => void onChoose(value)}
        />
      ) : (
        <p class="hint">{t('This browser shows no notifications of a page that is read over plain HTTP.')}</p>
      )}
      <Problem text={problem} />
    </section>
  )
}

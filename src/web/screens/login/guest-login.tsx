/** What somebody sees who comes in as a guest: the question for a name, or how to get a link. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { enterAs } from '../../connection/session.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Problem } from '../../parts/dialog.tsx'
import { t } from '../../language/language.ts'

/** `secret`: of the link with which the page was opened; undefined if there was none that holds. */
export function GuestLogin({ secret, reason }: { secret: string | undefined; reason: string }): JSX.Element {
  return (
    <main class="login">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <h1>Kith</h1>
      <Problem text={reason} />
      {secret === undefined ? (
        <p>{t('To come in, ask whoever runs this node for a link or a code to scan.')}</p>
      ) : (
        <AskName secret={secret} />
      )}
      {!isSecureContext && <PlainHint />}
    </main>
  )
}

function AskName({ secret }: { secret: string }): JSX.Element {
  const [name, setName] = useState('')
  const { problem, isBusy, begin } = useAttempt(() => enterAs(secret, name))
  return (
    <form
      class="guest-form"
      onSubmit={(event) => {
        event.preventDefault()
        void begin()
      }}
    >
      <label for="guest-name">{t('What is your name?')}</label>
      <input
        id="guest-name"
        autocomplete="nickname"
        autofocus
        required
        dir="auto"
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Problem text={problem} />
      <button type="submit" disabled={isBusy || name.trim() === ''}>
        {t('Come in')}
      </button>
      <p class="hint">
        {t('The others see it with whose guest you are. What you write is signed by that person’s node.')}
      </p>
    </form>
  )
}

/** What plain http means, said to whoever uses it. */
export function PlainHint(): JSX.Element {
  return <p class="hint">{t('This page is not encrypted: others on this network could read along.')}</p>
}

/** What a browser sees that is not logged in. */
import type { JSX } from 'preact'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

export function Login({ reason }: { reason: string }): JSX.Element {
  return (
    <main class="login">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <h1>Kith</h1>
      {reason !== '' && (
        <p class="problem" role="alert">
          {reason}
        </p>
      )}
      <p>{t('To open this page, type this in a terminal on this machine, and open the link that it prints:')}</p>
      <pre>
        <code>kith open</code>
      </pre>
      <p class="hint">
        {said(
          'Each link works once and for ten minutes. This browser then stays logged in. In the project’s own folder, the command is {{command}}.',
          { command: <code>npx kith open</code> },
        )}
      </p>
    </main>
  )
}

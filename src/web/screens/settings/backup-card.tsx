/** Where everything is, and how it is not lost. */
import type { JSX } from 'preact'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

export function BackupCard({ folder }: { folder: string }): JSX.Element {
  return (
    <section class="card">
      <h2>{t('Folder and backup')}</h2>
      <p>{said('Everything of this node is in {{folder}}.', { folder: <code class="path">{folder}</code> })}</p>
      <p class="hint">
        {said(
          'Your rooms are also with the others in them. Your key is only here: who loses it is somebody else to everybody. The command {{command}} writes it to a text that you can print, which a passphrase protects. No page can do that, so that none can steal it.',
          { command: <code>kith key backup FILE</code> },
        )}
      </p>
    </section>
  )
}

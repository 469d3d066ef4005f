/** Where everything is, and how it is not lost. */
import type { JSX } from 'preact'

export function BackupCard({ folder }: { folder: string }): JSX.Element {
  return (
    <section class="card">
      <h2>Folder and backup</h2>
      <p>
        Everything of this node is in <code class="path">{folder}</code>.
      </p>
      <p class="hint">
        Your rooms are also with the others in them. Your key is only here: who loses it is somebody else to everybody.
        The command <code>kith key backup FILE</code> writes it to a text that you can print, which a passphrase
        protects. No page can do that, so that none can steal it.
      </p>
    </section>
  )
}

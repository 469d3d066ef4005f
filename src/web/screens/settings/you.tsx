/** The user, as others know them. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { NodeStatus } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { node } from '../../state/node.ts'
import { t } from '../../language/language.ts'

export function You({ node: { name, peer } }: { node: NodeStatus }): JSX.Element {
  const [typed, setTyped] = useState<string | undefined>(undefined)
  return (
    <section class="card">
      <h2>{t('You')}</h2>
      <div class="member">
        <Avatar of={peer} />
        <div class="member-words">
          <strong dir="auto">{name}</strong>
          <small class="key">{peer}</small>
        </div>
        {typed === undefined && (
          <button type="button" class="quiet" onClick={() => setTyped(name)}>
            {t('Change name')}
          </button>
        )}
      </div>
      {typed !== undefined && <NameForm typed={typed} onType={setTyped} onEnd={() => setTyped(undefined)} />}
      <p class="hint">{t('Others see this name. The picture is made from your key, which nobody else has.')}</p>
    </section>
  )
}

interface NameFormProps {
  typed: string
  onType: (name: string) => void
  onEnd: () => void
}

function NameForm({ typed, onType, onEnd }: NameFormProps): JSX.Element {
  const { problem, isBusy, begin } = useAttempt(async () => {
    const { name } = await call('rename', { name: typed.trim() })
    if (node.value !== undefined) node.value = { ...node.value, name }
    onEnd()
  })
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (typed.trim() !== '') void begin()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEnd()
      }}
    >
      <label>
        {t('Your name')}
        <input
          dir="auto"
          value={typed}
          autoComplete="name"
          ref={(element) => {
            if (element !== null && document.activeElement !== element && problem === '') element.focus()
          }}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      </label>
      <p class="hint">
        {t('All of your rooms are told. What you have written before keeps the name that you had then.')}
      </p>
      <Problem text={problem} />
      <div class="buttons">
        <button type="button" class="quiet" onClick={onEnd}>
          {t('Cancel')}
        </button>
        <button type="submit" disabled={isBusy || typed.trim() === ''}>
          {t('Save name')}
        </button>
      </div>
    </form>
  )
}

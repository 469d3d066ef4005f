/** Keeping a room for others, without reading it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { putRoom } from '../../state/node.ts'
import { t } from '../../language/language.ts'

export function CarryCard(): JSX.Element {
  const [invite, setInvite] = useState('')
  const [problem, setProblem] = useState('')
  const carry = async (): Promise<void> => {
    setProblem('')
    try {
      putRoom(await call('rooms.carry', { room: invite.trim() }))
      setInvite('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        void carry()
      }}
    >
      <h2>{t('Carry a room for others')}</h2>
      <p class="hint">
        {t(
          'A machine that is always on can keep a room for people who are not, and pass on what they write, without being in it. At first it keeps up to 256 MiB.',
        )}
      </p>
      <label>
        {t('Its invite or id')}
        <input
          value={invite}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setInvite(event.currentTarget.value)}
        />
      </label>
      <Problem text={problem} />
      <div class="buttons">
        <button type="submit" class="quiet" disabled={invite.trim() === ''}>
          {t('Carry it')}
        </button>
      </div>
    </form>
  )
}

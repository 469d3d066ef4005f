/** Joining a room with an invite that somebody sent. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Problem } from '../../parts/dialog.tsx'
import { putRoom } from '../../state/node.ts'
import { go } from '../../state/route.ts'
import { ScanCode } from './scan-code.tsx'
import { t } from '../../language/language.ts'

export function JoinRoom(): JSX.Element {
  const [invite, setInvite] = useState('')
  const { problem, isBusy, begin } = useAttempt(async () => {
    const room = await call('rooms.join', { room: invite.trim() })
    putRoom(room)
    go({ at: 'room', room: room.id })
  })
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        void begin()
      }}
    >
      <h2>{t('Join with an invite')}</h2>
      <label>
        {t('The invite that somebody sent you')}
        <textarea
          rows={3}
          value={invite}
          placeholder="kith:bafyrei…"
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setInvite(event.currentTarget.value)}
        />
      </label>
      <Problem text={problem} />
      <div class="buttons">
        <ScanCode onFound={setInvite} />
        <button type="submit" disabled={isBusy || invite.trim() === ''}>
          {t('Join')}
        </button>
      </div>
    </form>
  )
}

/** Leaving a room. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { call } from '../../connection/call.ts'
import { Confirm } from '../../parts/dialog.tsx'
import { keepDraft } from '../../state/drafts.ts'
import { nameOf } from '../../state/room-name.ts'
import { go } from '../../state/route.ts'
import { t } from '../../language/language.ts'

export function LeaveCard({ room }: { room: RoomOverview }): JSX.Element {
  const [isAsking, setAsking] = useState(false)
  const leave = async (): Promise<void> => {
    await call('rooms.leave', { room: room.id })
    keepDraft(room.id, '')
    go({ at: 'home' })
  }
  return (
    <section class="card">
      <h2>{t('Leave')}</h2>
      <p class="hint">{t('The others keep the room. What this machine has of it stays on its disk.')}</p>
      <div class="buttons">
        <button type="button" class="quiet danger-text" onClick={() => setAsking(true)}>
          {t('Leave this room')}
        </button>
      </div>
      {isAsking && (
        <Confirm
          title={t('Leave {{room}}?', { room: nameOf(room) })}
          action={t('Leave')}
          onConfirm={leave}
          onClose={() => setAsking(false)}
        >
          <p>{t('You get nothing new from it, on none of your devices. To come back, you need an invite.')}</p>
        </Confirm>
      )}
    </section>
  )
}

/** Leaving a room. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { call } from '../../connection/call.ts'
import { Confirm } from '../../parts/dialog.tsx'
import { keepDraft } from '../../state/drafts.ts'
import { nameOf } from '../../state/node.ts'
import { go } from '../../state/route.ts'

export function LeaveCard({ room }: { room: RoomOverview }): JSX.Element {
  const [isAsking, setAsking] = useState(false)
  const leave = async (): Promise<void> => {
    await call('rooms.leave', { room: room.id })
    keepDraft(room.id, '')
    go({ at: 'home' })
  }
  return (
    <section class="card">
      <h2>Leave</h2>
      <p class="hint">The others keep the room. What this machine has of it stays on its disk.</p>
      <div class="buttons">
        <button type="button" class="quiet danger-text" onClick={() => setAsking(true)}>
          Leave this room
        </button>
      </div>
      {isAsking && (
        <Confirm title={`Leave ${nameOf(room)}?`} action="Leave" onConfirm={leave} onClose={() => setAsking(false)}>
          <p>You get nothing new from it, on none of your devices. To come back, you need an invite.</p>
        </Confirm>
      )}
    </section>
  )
}

/** Joining a room with an invite that somebody sent. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { putRoom } from '../../state/node.ts'
import { go } from '../../state/route.ts'

export function JoinRoom(): JSX.Element {
  const [invite, setInvite] = useState('')
  const [problem, setProblem] = useState('')
  const [isBusy, setBusy] = useState(false)
  const join = async (): Promise<void> => {
    setBusy(true)
    setProblem('')
    try {
      const room = await call('rooms.join', { room: invite.trim() })
      putRoom(room)
      go({ at: 'room', room: room.id })
    } catch (error) {
      setProblem(reasonOf(error))
      setBusy(false)
    }
  }
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        void join()
      }}
    >
      <h2>Join with an invite</h2>
      <label>
        The invite that somebody sent you
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
        <button type="submit" disabled={isBusy || invite.trim() === ''}>
          Join
        </button>
      </div>
    </form>
  )
}

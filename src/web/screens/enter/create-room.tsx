/** Making a room. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AccessMode } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Choice } from '../../parts/choice.tsx'
import { Problem } from '../../parts/dialog.tsx'
import { putRoom } from '../../state/node.ts'
import { go } from '../../state/route.ts'

type App = 'chat' | 'map'

const APPS = [
  { value: 'chat', label: 'Chat', about: 'Messages, in order, for everybody.' },
  { value: 'map', label: 'Table', about: 'Names and values that all may change.' },
] as const

const ACCESS = [
  { value: 'private', label: 'Private', about: 'Only members read and write. You invite them, and can remove them.' },
  { value: 'open', label: 'Open', about: 'Whoever has the invite reads and writes, and can pass it on.' },
  { value: 'public-read', label: 'To read', about: 'Whoever has the link reads; members write.' },
] as const

export function CreateRoom(): JSX.Element {
  const [name, setName] = useState('')
  const [app, setApp] = useState<App>('chat')
  const [access, setAccess] = useState<AccessMode>('private')
  const { problem, isBusy, begin } = useAttempt(async () => {
    const room = await call('rooms.create', { name, app, access })
    putRoom(room)
    go({ at: 'people', room: room.id })
  })
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        void begin()
      }}
    >
      <h2>Create a room</h2>
      <label>
        Name
        <input
          value={name}
          dir="auto"
          autocomplete="off"
          placeholder="Kitchen"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Choice name="app" legend="What is in it" options={APPS} value={app} onChoose={setApp} />
      <Choice name="access" legend="For whom" options={ACCESS} value={access} onChoose={setAccess} />
      <Problem text={problem} />
      <div class="buttons">
        <button type="submit" disabled={isBusy || name.trim() === ''}>
          Create
        </button>
      </div>
    </form>
  )
}

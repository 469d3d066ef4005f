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
import { t } from '../../language/language.ts'

type App = 'chat' | 'map'

const APPS = [
  { value: 'chat', label: t('Chat'), about: t('Messages, in order, for everybody.') },
  { value: 'map', label: t('Table'), about: t('Names and values that all may change.') },
] as const

const ACCESS = [
  {
    value: 'private',
    label: t('Private'),
    about: t('Only members read and write. You invite them, and can remove them.'),
  },
  { value: 'open', label: t('Open'), about: t('Whoever has the invite reads and writes, and can pass it on.') },
  { value: 'public-read', label: t('To read'), about: t('Whoever has the link reads; members write.') },
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
      <h2>{t('Create a room')}</h2>
      <label>
        {t('Name')}
        <input
          value={name}
          dir="auto"
          autocomplete="off"
          placeholder={t('Kitchen')}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Choice name="app" legend={t('What is in it')} options={APPS} value={app} onChoose={setApp} />
      <Choice name="access" legend={t('For whom')} options={ACCESS} value={access} onChoose={setAccess} />
      <Problem text={problem} />
      <div class="buttons">
        <button type="submit" disabled={isBusy || name.trim() === ''}>
          {t('Create')}
        </button>
      </div>
    </form>
  )
}

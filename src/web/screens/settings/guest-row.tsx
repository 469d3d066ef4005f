/** A guest, with what it may do. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { GuestInfo } from '../../../api/guests/guest-calls.ts'
import { speakerKey } from '../../../key-hash.ts'
import { call } from '../../connection/call.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { node, roomList } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { t } from '../../language/language.ts'

type Right = 'none' | 'read' | 'write'

interface GuestRowProps {
  guest: GuestInfo
  /** Shows what becomes of a change. */
  onChange: (work: Promise<unknown>) => void
}

export function GuestRow({ guest, onChange }: GuestRowProps): JSX.Element {
  const [isRemoving, setRemoving] = useState(false)
  const { id, name, online, rooms } = guest
  const openTo = new Map(rooms.map(({ room, right }) => [room, right]))
  const others = roomList.value.filter((room) => room.status === 'open' && !openTo.has(room.id))
  const allow = (room: string, right: Right): void => onChange(call('guests.allow', { guest: id, room, right }))
  return (
    <li class="guest">
      <div class="member">
        <Avatar of={speakerKey({ author: node.value?.peer ?? '', guest: name })} />
        <div class="member-words">
          <strong dir="auto">{name}</strong>
          <small>
            <span class={online ? 'dot dot-here' : 'dot'} aria-hidden="true" /> {online ? t('Here now') : t('Away')}
            {rooms.length === 0 && ` · ${t('No room is open to this guest yet')}`}
          </small>
        </div>
        <button type="button" class="quiet" onClick={() => setRemoving(true)}>
          {t('Remove')}
        </button>
      </div>
      <div class="picks">
        {rooms.map(({ room, name: called, right }) => (
          <label key={room}>
            <bdi>{called || t('A room that you left')}</bdi>
            <select value={right} onChange={(event) => allow(room, event.currentTarget.value as Right)}>
              <option value="write">{t('reads and writes')}</option>
              <option value="read">{t('reads only')}</option>
              <option value="none">{t('sees it no more')}</option>
            </select>
          </label>
        ))}
        {others.length > 0 && (
          <label>
            {t('Open another room')}
            <select
              value=""
              onChange={(event) => {
                if (event.currentTarget.value !== '') allow(event.currentTarget.value, 'write')
              }}
            >
              <option value="">{t('Choose')}</option>
              {others.map((each) => (
                <option key={each.id} value={each.id}>
                  {nameOf(each)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {isRemoving && (
        <Confirm
          title={t('Remove {{name}}?', { name })}
          action={t('Remove')}
          onConfirm={async () => onChange(call('guests.remove', { guest: id }))}
          onClose={() => setRemoving(false)}
        >
          <p>{t('Their page closes at once. What was written stays. To come back, they need a new link.')}</p>
        </Confirm>
      )}
    </li>
  )
}

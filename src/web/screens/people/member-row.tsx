/** Somebody in a room, with what they may do there. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Member, Role, RoomDetails } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Confirm, Problem } from '../../parts/dialog.tsx'
import { nameOf } from '../../state/room-name.ts'
import { t } from '../../language/language.ts'

const ROLE_WORDS = {
  owner: t('Owner'),
  admin: t('Admin: also invites and removes'),
  writer: t('Writes'),
  reader: t('Reads'),
  carrier: t('Carries for others'),
  none: t('Removed'),
} as const

const GIVEN: readonly Role[] = ['admin', 'writer', 'reader', 'carrier']

interface MemberRowProps {
  member: Member
  room: RoomDetails
  onChanged: () => Promise<void>
}

export function MemberRow({ member, room, onChanged }: MemberRowProps): JSX.Element {
  const [isRemoving, setRemoving] = useState(false)
  const [problem, setProblem] = useState('')
  const { peer, name, self, online, standing, verifiedMs } = member
  const isRuler = room.role === 'owner' || room.role === 'admin'
  const canChange = isRuler && !self && standing !== undefined && !['owner', 'none'].includes(standing.role)
  const setRole = async (role: Role | 'none'): Promise<void> => {
    await call('rooms.setRole', { room: room.id, member: peer, role })
    await onChanged()
  }
  return (
    <li class="member">
      <Avatar of={peer} />
      <div class="member-words">
        <strong dir="auto">{name}</strong>
        <small>
          <span class={online ? 'dot dot-here' : 'dot'} aria-hidden="true" />{' '}
          {self ? t('You') : online ? t('Here now') : t('Away')}
          {standing !== undefined && !canChange && ` · ${ROLE_WORDS[standing.role]}`}
          {verifiedMs !== null && ` · ${t('Key verified')}`}
        </small>
        <Problem text={problem} />
      </div>
      {canChange && (
        <div class="member-buttons">
          <select
            aria-label={t('What {{name}} may do', { name })}
            value={standing.role}
            onChange={(event) => {
              const role = event.currentTarget.value as Role
              setRole(role).catch((error: unknown) => setProblem(reasonOf(error)))
            }}
          >
            {GIVEN.map((role) => (
              <option key={role} value={role}>
                {ROLE_WORDS[role]}
              </option>
            ))}
          </select>
          <button type="button" class="quiet" onClick={() => setRemoving(true)}>
            {t('Remove')}
          </button>
        </div>
      )}
      {isRemoving && (
        <Confirm
          title={t('Remove {{name}}?', { name })}
          action={t('Remove')}
          onConfirm={() => setRole('none')}
          onClose={() => setRemoving(false)}
        >
          <p>
            {t('What {{name}} writes in {{room}} from now on counts nowhere.', { name, room: nameOf(room) })}{' '}
            {room.access === 'private' && `${t('The room gets a new key, so nothing new can be read.')} `}
            {t('What was written before stays, and what was read cannot be taken back.')}
          </p>
        </Confirm>
      )}
    </li>
  )
}

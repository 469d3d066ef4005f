/** How others come in. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Invite, Role, RoomDetails } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { ShareLine } from '../../parts/share-line.tsx'
import { shortTime } from '../../parts/time.ts'
import { said } from '../../language/said.tsx'
import { t } from '../../language/language.ts'

const DAY_MS = 24 * 3_600_000

const ROLES: readonly { value: Role; label: string }[] = [
  { value: 'writer', label: t('reads and writes') },
  { value: 'reader', label: t('reads only') },
  { value: 'admin', label: t('is an admin, too') },
]
const TIMES = [
  { value: DAY_MS, label: t('for a day') },
  { value: 7 * DAY_MS, label: t('for a week') },
  { value: 30 * DAY_MS, label: t('for 30 days') },
] as const
const USES = [1, 5, 30].map((count) => ({ value: count, label: t('for {{count}} people', { count }) }))

export function InviteCard({ room }: { room: RoomDetails }): JSX.Element | null {
  if (room.status !== 'open' || room.moved !== undefined) return null
  if (room.access === 'open') {
    return (
      <section class="card">
        <h2>{t('Invite others')}</h2>
        <p class="hint">
          {t('Whoever has this line can read and write here, and pass it on. Send it, or show the code to a phone.')}
        </p>
        <ShareLine line={room.invite} label={t('Invite')} />
      </section>
    )
  }
  if (room.role !== 'owner' && room.role !== 'admin') return null
  return <MemberInvites room={room} />
}

function MemberInvites({ room }: { room: RoomDetails }): JSX.Element {
  const [role, setRole] = useState<Role>('writer')
  const [expiresInMs, setExpires] = useState<number>(7 * DAY_MS)
  const [people, setPeople] = useState<number>(1)
  const [line, setLine] = useState('')
  const [invites, setInvites] = useState<readonly Invite[]>([])
  const [problem, setProblem] = useState('')
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    setProblem('')
    try {
      await act()
      setInvites(await call('rooms.invites', { room: room.id }))
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  useEffect(() => void attempt(async () => undefined), [room])
  const make = async (): Promise<void> =>
    setLine((await call('rooms.invite', { room: room.id, role, expiresInMs, uses: people })).line)
  const open = invites.filter(({ status }) => status === 'open')
  return (
    <section class="card">
      <h2>{t('Invite others')}</h2>
      <div class="picks">
        <Pick label={t('Role')} options={ROLES} value={role} onPick={setRole} />
        <Pick label={t('How long')} options={TIMES} value={expiresInMs} onPick={setExpires} />
        <Pick label={t('How many')} options={USES} value={people} onPick={setPeople} />
      </div>
      <div class="buttons">
        <button type="button" onClick={() => void attempt(make)}>
          {line === '' ? t('Make an invite') : t('Make another one')}
        </button>
      </div>
      <Problem text={problem} />
      {line !== '' && (
        <>
          <p class="hint">{t('This line is a secret: send it to nobody else. It is shown only now.')}</p>
          <ShareLine line={line} label={t('Invite')} />
        </>
      )}
      {open.length > 0 && (
        <>
          <h3>{t('Open invites')}</h3>
          <ul class="invites">
            {open.map(({ id, role: given, uses, usedBy, expiresMs, by }) => (
              <li key={id}>
                <span>
                  {ROLES.find(({ value }) => value === given)?.label ?? given};{' '}
                  {uses === null
                    ? t('used {{count}} times', { count: usedBy.length })
                    : t('used {{used}} of {{uses}} times', { used: usedBy.length, uses })}
                  {expiresMs !== null && `; ${t('until {{time}}', { time: shortTime(expiresMs, Date.now()) })}`};{' '}
                  {said('by {{name}}', { name: <bdi>{by.name}</bdi> })}
                </span>
                <button
                  type="button"
                  class="quiet"
                  onClick={() => void attempt(() => call('rooms.withdrawInvite', { room: room.id, invite: id }))}
                >
                  {t('Withdraw')}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

interface PickProps<Value extends string | number> {
  label: string
  options: readonly { value: Value; label: string }[]
  value: Value
  onPick: (value: Value) => void
}

/** A choice, with what it is about. */
function Pick<Value extends string | number>({ label, options, value, onPick }: PickProps<Value>): JSX.Element {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const picked = options[currentTarget.selectedIndex]
          if (picked !== undefined) onPick(picked.value)
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}

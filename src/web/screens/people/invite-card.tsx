/** How others come in. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Invite, Role, RoomDetails } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { ShareLine } from '../../parts/share-line.tsx'
import { shortTime } from '../../parts/time.ts'

const DAY_MS = 24 * 3_600_000

const ROLES: readonly { value: Role; label: string }[] = [
  { value: 'writer', label: 'reads and writes' },
  { value: 'reader', label: 'reads only' },
  { value: 'admin', label: 'is an admin, too' },
]
const TIMES = [
  { value: DAY_MS, label: 'for a day' },
  { value: 7 * DAY_MS, label: 'for a week' },
  { value: 30 * DAY_MS, label: 'for 30 days' },
] as const
const USES = [1, 5, 30] as const

export function InviteCard({ room }: { room: RoomDetails }): JSX.Element | null {
  if (room.status !== 'open' || room.moved !== undefined) return null
  if (room.access === 'open') {
    return (
      <section class="card">
        <h2>Invite others</h2>
        <p class="hint">
          Whoever has this line can read and write here, and pass it on. Send it, or show the code to a phone.
        </p>
        <ShareLine line={room.invite} label="Invite" />
      </section>
    )
  }
  if (room.role !== 'owner' && room.role !== 'admin') return null
  return <MemberInvites room={room} />
}

function MemberInvites({ room }: { room: RoomDetails }): JSX.Element {
  const [role, setRole] = useState<Role>('writer')
  const [expiresInMs, setExpires] = useState<number>(7 * DAY_MS)
  const [uses, setUses] = useState<number>(1)
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
    setLine((await call('rooms.invite', { room: room.id, role, expiresInMs, uses })).line)
  const open = invites.filter(({ status }) => status === 'open')
  return (
    <section class="card">
      <h2>Invite others</h2>
      <p class="sentence">
        Whoever has it{' '}
        <select aria-label="Role" value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          {ROLES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        . It holds{' '}
        <select
          aria-label="How long"
          value={expiresInMs}
          onChange={(event) => setExpires(Number(event.currentTarget.value))}
        >
          {TIMES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>{' '}
        and{' '}
        <select aria-label="How many" value={uses} onChange={(event) => setUses(Number(event.currentTarget.value))}>
          {USES.map((count) => (
            <option key={count} value={count}>
              {count === 1 ? 'for one person' : `for ${count} people`}
            </option>
          ))}
        </select>
        .
      </p>
      <div class="buttons">
        <button type="button" onClick={() => void attempt(make)}>
          {line === '' ? 'Make an invite' : 'Make another one'}
        </button>
      </div>
      <Problem text={problem} />
      {line !== '' && (
        <>
          <p class="hint">This line is a secret: send it to nobody else. It is shown only now.</p>
          <ShareLine line={line} label="Invite" />
        </>
      )}
      {open.length > 0 && (
        <>
          <h3>Open invites</h3>
          <ul class="invites">
            {open.map(({ id, role: given, uses: count, usedBy, expiresMs, by }) => (
              <li key={id}>
                <span>
                  {ROLES.find(({ value }) => value === given)?.label ?? given}; used {usedBy.length}
                  {count === null ? ' times' : ` of ${count}`}
                  {expiresMs !== null && `; until ${shortTime(expiresMs, Date.now())}`}; by <bdi>{by.name}</bdi>
                </span>
                <button
                  type="button"
                  class="quiet"
                  onClick={() => void attempt(() => call('rooms.withdrawInvite', { room: room.id, invite: id }))}
                >
                  Withdraw
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

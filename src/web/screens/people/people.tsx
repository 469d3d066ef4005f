/** Who is in a room, how others come in, and how to leave. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { Member, RoomDetails } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { useReload } from '../../parts/reload.ts'
import { link } from '../../state/node.ts'
import { RoomHead } from '../room-head.tsx'
import { AnnounceCard } from './announce-card.tsx'
import { InviteCard } from './invite-card.tsx'
import { LeaveCard } from './leave-card.tsx'
import { MemberRow } from './member-row.tsx'
import { t } from '../../language/language.ts'

const ACCESS_WORDS = {
  open: t('Open: whoever has the invite reads and writes.'),
  'public-read': t('Whoever has the link reads. Members write.'),
  private: t('Private: only members read and write, and what they write is encrypted for them.'),
} as const

export function People({ room }: { room: RoomOverview }): JSX.Element {
  const [details, setDetails] = useState<RoomDetails | undefined>(undefined)
  const [members, setMembers] = useState<readonly Member[]>([])
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> => {
    try {
      const [told, people] = await Promise.all([
        call('rooms.show', { room: room.id }),
        call('rooms.members', { room: room.id }),
      ])
      setDetails(told)
      setMembers(people)
      setProblem('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  // Whatever changes in the room may have changed who is in it.
  useReload(load, [room, link.value])
  return (
    <>
      <RoomHead room={room} part={t('People and invites')} />
      <div class="sheet">
        <Problem text={problem} />
        {details !== undefined && (
          <>
            <InviteCard room={details} />
            <AnnounceCard room={details} onChanged={load} />
            <section class="card">
              <h2>{t('People')}</h2>
              <p class="hint">{ACCESS_WORDS[details.access]}</p>
              <ul class="members">
                {inOrder(members).map((member) => (
                  <MemberRow key={member.peer} member={member} room={details} onChanged={load} />
                ))}
              </ul>
            </section>
          </>
        )}
        <LeaveCard room={room} />
      </div>
    </>
  )
}

/** The user first, then who is here, then by name; those who were removed last. */
function inOrder(members: readonly Member[]): Member[] {
  const rank = ({ self, online, standing }: Member): number =>
    self ? 0 : standing?.role === 'none' ? 3 : online ? 1 : 2
  return members.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

/** Offering a room to whoever is on this network. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomDetails } from '../../../kith.ts'
import { call } from '../../connection/call.ts'
import { useAttempt } from '../../parts/attempt.ts'
import { Confirm, Problem } from '../../parts/dialog.tsx'
import { nameOf } from '../../state/room-name.ts'
import { t } from '../../language/language.ts'

interface AnnounceCardProps {
  room: RoomDetails
  onChanged: () => Promise<void>
}

export function AnnounceCard({ room, onChanged }: AnnounceCardProps): JSX.Element | null {
  const [isAsking, setAsking] = useState(false)
  const set = async (how: { off?: true; anyone?: true }): Promise<void> => {
    await call('rooms.announce', { room: room.id, ...how })
    await onChanged()
  }
  const off = useAttempt(() => set({ off: true }))
  const isRuler = room.role === 'owner' || room.role === 'admin'
  const canBegin = room.access !== 'private' || isRuler
  if (room.status !== 'open' || room.moved !== undefined || (!canBegin && !room.isAnnounced)) return null
  return (
    <section class="card">
      <h2>{t('On this network')}</h2>
      {room.isAnnounced ? (
        <>
          <p class="hint">
            {t('Whoever is on this network sees this room where they create or join one, and can come in.')}
          </p>
          <Problem text={off.problem} />
          <div class="buttons">
            <button type="button" class="quiet" disabled={off.isBusy} onClick={() => void off.begin()}>
              {t('Offer it no longer')}
            </button>
          </div>
        </>
      ) : (
        <>
          <p class="hint">
            {t('Others on this network can find this room without an invite, if you offer it to them.')}
          </p>
          <div class="buttons">
            <button type="button" class="quiet" onClick={() => setAsking(true)}>
              {t('Offer it on this network')}
            </button>
          </div>
        </>
      )}
      {isAsking && (
        <Confirm
          title={t('Offer {{room}} to everybody here?', { room: nameOf(room) })}
          action={t('Offer it')}
          onConfirm={() => set({ anyone: true })}
          onClose={() => setAsking(false)}
        >
          {room.access === 'private' ? (
            <p>
              {t(
                'Whoever is on this network now, or comes into it, can become a member and read what is written from then on and before. Up to 100 people can come in like this, for 30 days.',
              )}
            </p>
          ) : room.access === 'open' ? (
            <p>
              {t(
                'Whoever is on this network can read and write here. Whoever has learnt of the room can come back to it later, also when you offer it no longer.',
              )}
            </p>
          ) : (
            <p>
              {t(
                'Whoever is on this network can read here. Whoever has learnt of the room can come back to it later, also when you offer it no longer.',
              )}
            </p>
          )}
        </Confirm>
      )}
    </section>
  )
}

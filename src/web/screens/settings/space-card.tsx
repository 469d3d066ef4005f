/** How much of each room this machine takes and keeps. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { FileLimits, RoomHistory, RoomLimits } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { sizeWords } from '../../parts/sizes.ts'
import { roomList } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { AmountChoice, type Amount } from './amount.tsx'
import { t } from '../../language/language.ts'

const MIB = 1024 ** 2
const DAY_MS = 24 * 3_600_000
const ALL = 0

const SIZES: readonly Amount[] = [100, 500, 2_048, 10_240].map((mebibytes) => ({
  value: mebibytes * MIB,
  label: sizeWords(mebibytes * MIB),
}))
const ACCEPTED: readonly Amount[] = [{ value: ALL, label: t('No limit') }, ...SIZES]
const FETCHED: readonly Amount[] = [
  { value: 0, label: t('None') },
  ...[1, 20, 200].map((mebibytes) => ({
    value: mebibytes * MIB,
    label: t('Up to {{size}} each', { size: sizeWords(mebibytes * MIB) }),
  })),
]
const KEPT: readonly Amount[] = [
  { value: ALL, label: t('All of it') },
  { value: 30 * DAY_MS, label: t('The last 30 days') },
  { value: 90 * DAY_MS, label: t('The last 90 days') },
  { value: 365 * DAY_MS, label: t('The last year') },
]

export function SpaceCard(): JSX.Element | null {
  const { value: rooms } = roomList
  const [chosen, setChosen] = useState('')
  const room = rooms.find(({ id }) => id === chosen) ?? rooms[0]
  if (room === undefined) return null
  return (
    <section class="card">
      <h2>{t('Space and history')}</h2>
      <label>
        {t('Room')}
        <select class="wide" value={room.id} onChange={(event) => setChosen(event.currentTarget.value)}>
          {rooms.map((each) => (
            <option key={each.id} value={each.id}>
              {nameOf(each)}
            </option>
          ))}
        </select>
      </label>
      {room.carried === undefined ? (
        <RoomSpace key={room.id} room={room} />
      ) : (
        <CarriedSpace key={room.id} room={room} maxBytes={room.carried.maxBytes} />
      )}
    </section>
  )
}

interface Known {
  limits: RoomLimits
  history: RoomHistory
  files: FileLimits
}

function RoomSpace({ room }: { room: RoomOverview }): JSX.Element {
  const { id } = room
  const [known, setKnown] = useState<Known | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const attempt = async (change: () => Promise<unknown>): Promise<void> => {
    setProblem('')
    await change().catch((error: unknown) => setProblem(reasonOf(error)))
    try {
      const [limits, history, files] = await Promise.all([
        call('rooms.limit', { room: id }),
        call('rooms.keep', { room: id }),
        call('files.limits', { room: id }),
      ])
      setKnown({ limits, history, files })
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  useEffect(() => void attempt(async () => undefined), [])
  return (
    <>
      <p class="hint">
        {t('{{count, number}} documents are here: {{size}}.', {
          count: room.documents,
          size: sizeWords(room.sizeBytes),
        })}
      </p>
      <AmountChoice
        label={t('Keep of its history')}
        amounts={KEPT}
        value={known && keptValue(known.history)}
        labelOf={(value) =>
          value < 0
            ? t('The last {{count, number}} documents', { count: -value })
            : t('The last {{count}} days', { count: Math.round(value / DAY_MS) })
        }
        onChoose={(ageMs) =>
          void attempt(() => call('rooms.keep', { room: id, ...(ageMs === ALL ? { all: true } : { ageMs }) }))
        }
      />
      <AmountChoice
        label={t('Take from others at most')}
        amounts={ACCEPTED}
        value={known && (known.limits.maxBytes ?? ALL)}
        labelOf={sizeWords}
        onChoose={(maxBytes) => void attempt(() => call('rooms.limit', { room: id, maxBytes }))}
      />
      <AmountChoice
        label={t('Fetch files by itself')}
        amounts={FETCHED}
        value={known?.files.autoFetchBytesMax}
        labelOf={(value) => t('Up to {{size}} each', { size: sizeWords(value) })}
        onChoose={(autoFetchBytesMax) => void attempt(() => call('files.setLimits', { room: id, autoFetchBytesMax }))}
      />
      <AmountChoice
        label={t('Keep of all its files at most')}
        amounts={SIZES}
        value={known?.files.bytesMax}
        labelOf={sizeWords}
        onChoose={(bytesMax) => void attempt(() => call('files.setLimits', { room: id, bytesMax }))}
      />
      <Problem text={problem} />
      <p class="hint">
        {t(
          'What is older than what you keep is dropped once somebody else has had it, too. What nobody keeps is gone.',
        )}
      </p>
    </>
  )
}

/** Documents are negative, to tell them from times. */
function keptValue({ keep }: RoomHistory): number {
  if (keep === 'all') return ALL
  return 'ageMs' in keep ? keep.ageMs : -keep.documents
}

function CarriedSpace({ room, maxBytes }: { room: RoomOverview; maxBytes: number }): JSX.Element {
  const [problem, setProblem] = useState('')
  const choose = (bytes: number): void => {
    setProblem('')
    call('rooms.carry', { room: room.id, maxBytes: bytes }).catch((error: unknown) => setProblem(reasonOf(error)))
  }
  return (
    <>
      <p class="hint">{t('This machine carries the room for others: it keeps and passes on what it cannot read.')}</p>
      <AmountChoice label={t('Keep at most')} amounts={SIZES} value={maxBytes} labelOf={sizeWords} onChoose={choose} />
      <Problem text={problem} />
    </>
  )
}

/** A peer: how it is connected, and what is on its way to it. */
import type { JSX } from 'preact'
import type { PeerInfo } from '../../../kith.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { shortTime } from '../../parts/time.ts'
import { nameOfPeer } from './peer-name.ts'
import { locale, t } from '../../language/language.ts'

const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })

const NETWORK_WORDS = {
  machine: t('On this machine'),
  local: t('In the local network'),
  internet: t('Over the internet'),
} as const

export function PeerRow({ peer: told }: { peer: PeerInfo }): JSX.Element {
  const { peer, connected, lastSeenMs, rooms, refused } = told
  return (
    <li class="peer">
      <Avatar of={peer} />
      <div class="peer-words">
        <strong dir="auto">{nameOfPeer(told)}</strong>
        {connected ? (
          <small>{linkWords(told)}</small>
        ) : (
          <small>
            {lastSeenMs === 0 ? t('Never seen') : t('Seen {{time}}', { time: shortTime(lastSeenMs, Date.now()) })}
          </small>
        )}
        {rooms.length > 0 && <small dir="auto">{t('In {{rooms}}', { rooms: rooms.join(', ') })}</small>}
        <OnTheWay peer={told} />
        {refused > 0 && <small>{t('{{count, number}} things that it sent were refused.', { count: refused })}</small>}
        <Address peer={told} />
      </div>
    </li>
  )
}

/** Such as “In the local network · since 12:30 · it called · 1.2 ms”. */
function linkWords({ connectedSinceMs, direction, network, roundTripMs }: PeerInfo): string {
  const parts = [
    network === null ? t('Connected') : NETWORK_WORDS[network],
    ...(connectedSinceMs === null ? [] : [t('since {{time}}', { time: shortTime(connectedSinceMs, Date.now()) })]),
    ...(direction === null ? [] : [direction === 'inbound' ? t('it called this node') : t('this node called it')]),
    ...(roundTripMs === null ? [] : [t('{{ms}} ms there and back', { ms: tenths.format(roundTripMs) })]),
  ]
  return parts.join(' · ')
}

function OnTheWay({ peer: { sending, blocksAwaited } }: { peer: PeerInfo }): JSX.Element | null {
  if (sending.length === 0 && blocksAwaited === 0) return null
  return (
    <ul class="on-the-way">
      {sending.map(({ room, name, documents }) => (
        <li key={room}>
          <small dir="auto">
            {t('{{count, number}} documents of {{name}} are on their way to it.', { count: documents, name })}
          </small>
        </li>
      ))}
      {blocksAwaited > 0 && (
        <li>
          <small>{t('It waits for {{count, number}} blocks of files.', { count: blocksAwaited })}</small>
        </li>
      )}
    </ul>
  )
}

function Address({ peer: { addresses } }: { peer: PeerInfo }): JSX.Element | null {
  const [address] = addresses
  return address === undefined ? null : <small class="key">{address}</small>
}

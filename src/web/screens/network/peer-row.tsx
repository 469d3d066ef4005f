/** A peer: how it is connected, and what is on its way to it. */
import type { JSX } from 'preact'
import type { PeerInfo } from '../../../kith.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { counted } from '../../parts/bar.tsx'
import { shortTime } from '../../parts/time.ts'
import { nameOfPeer } from './peer-name.ts'

const NETWORK_WORDS = {
  machine: 'On this machine',
  local: 'In the local network',
  internet: 'Over the internet',
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
          <small>{lastSeenMs === 0 ? 'Never seen' : `Seen ${shortTime(lastSeenMs, Date.now())}`}</small>
        )}
        {rooms.length > 0 && <small dir="auto">In {rooms.join(', ')}</small>}
        <OnTheWay peer={told} />
        {refused > 0 && (
          <small>
            {refused === 1
              ? 'One thing that it sent was refused.'
              : `${counted(refused)} things that it sent were refused.`}
          </small>
        )}
        <Address peer={told} />
      </div>
    </li>
  )
}

/** Such as “In the local network · since 12:30 · it called · 1.2 ms”. */
function linkWords({ connectedSinceMs, direction, network, roundTripMs }: PeerInfo): string {
  const parts = [
    network === null ? 'Connected' : NETWORK_WORDS[network],
    ...(connectedSinceMs === null ? [] : [`since ${shortTime(connectedSinceMs, Date.now())}`]),
    ...(direction === null ? [] : [direction === 'inbound' ? 'it called this node' : 'this node called it']),
    ...(roundTripMs === null ? [] : [`${roundTripMs.toFixed(1)} ms there and back`]),
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
            {documents === 1
              ? `One document of ${name} is on its way to it.`
              : `${counted(documents)} documents of ${name} are on their way to it.`}
          </small>
        </li>
      ))}
      {blocksAwaited > 0 && (
        <li>
          <small>
            {blocksAwaited === 1
              ? 'It waits for one block of a file.'
              : `It waits for ${counted(blocksAwaited)} blocks of files.`}
          </small>
        </li>
      )}
    </ul>
  )
}

function Address({ peer: { addresses } }: { peer: PeerInfo }): JSX.Element | null {
  const [address] = addresses
  return address === undefined ? null : <small class="key">{address}</small>
}

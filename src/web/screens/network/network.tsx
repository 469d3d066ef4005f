/** Who this node is connected to, what is on its way, and how its rooms are doing. */
import type { JSX } from 'preact'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { useState } from 'preact/hooks'
import type { NodeStatus, PeerInfo } from '../../../kith.ts'
import { Icon } from '../../parts/icon.tsx'
import { usePeers } from '../../state/peers.ts'
import { link, node, progress, roomList } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { addressOf } from '../../state/route.ts'
import { networkWords } from '../rooms/network-words.ts'
import { adviceOf } from './advice.ts'
import { Drawing } from './drawing.tsx'
import { PeerRow } from './peer-row.tsx'
import { healthOf } from './room-health.ts'
import { t } from '../../language/language.ts'

/** A screen of them; a machine may have ten thousand. */
const FIRST_ROOMS = 30

export function Network(): JSX.Element {
  const peers = usePeers()
  const { value: told } = node
  return (
    <>
      <ScreenHead title={t('Network')} about={networkWords(told, link.value).words} />
      {told === undefined || peers === undefined ? (
        <div class="empty" aria-busy="true" />
      ) : (
        <div class="sheet">
          <AdviceCard node={told} />
          <Peers node={told} peers={peers} />
          <Rooms peers={peers} />
        </div>
      )}
    </>
  )
}

function AdviceCard({ node: told }: { node: NodeStatus }): JSX.Element {
  const advice = adviceOf(told)
  const troubles = advice.filter(({ kind }) => kind === 'trouble')
  const hints = advice.filter(({ kind }) => kind === 'hint')
  return (
    <section class="card">
      <h2>{troubles.length > 0 ? t('What needs attention') : t('How it is doing')}</h2>
      {troubles.length > 0 && (
        <ul class="findings">
          {troubles.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {advice.length === 0 && (
        <p class="well">
          <Icon name="check" />
          {t('All is well.')}
        </p>
      )}
      {hints.map(({ text }) => (
        <p key={text} class="hint">
          {text}
        </p>
      ))}
    </section>
  )
}

function Peers({ node: told, peers }: { node: NodeStatus; peers: readonly PeerInfo[] }): JSX.Element {
  const connected = peers.filter((each) => each.connected)
  const away = peers.filter((each) => !each.connected).toSorted((a, b) => b.lastSeenMs - a.lastSeenMs)
  return (
    <section class="card">
      <h2>{t('Connections')}</h2>
      <Drawing node={told} peers={peers} />
      {connected.length === 0 ? (
        <p class="hint">{t('Nobody else is connected now.')}</p>
      ) : (
        <ul class="peers" aria-label={t('Connected peers')}>
          {connected.map((peer) => (
            <PeerRow key={peer.peer} peer={peer} />
          ))}
        </ul>
      )}
      {away.length > 0 && (
        <details>
          <summary>{t('{{count}} that are away', { count: away.length })}</summary>
          <ul class="peers" aria-label={t('Peers that are away')}>
            {away.map((peer) => (
              <PeerRow key={peer.peer} peer={peer} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Rooms({ peers }: { peers: readonly PeerInfo[] }): JSX.Element | null {
  const [isWhole, setWhole] = useState(false)
  const { value: all } = roomList
  if (all.length === 0) return null
  return (
    <section class="card">
      <h2>{t('Rooms')}</h2>
      <ul class="healths">
        {all.slice(0, isWhole ? all.length : FIRST_ROOMS).map((room) => {
          const { state, words } = healthOf(room, progress.value.get(room.id), peers)
          return (
            <li key={room.id}>
              <span class={`dot dot-${state}`} aria-hidden="true" />
              <div class="peer-words">
                <a href={addressOf({ at: 'room', room: room.id })} dir="auto">
                  {nameOf(room)}
                </a>
                <small>{words}</small>
              </div>
            </li>
          )
        })}
      </ul>
      {all.length > FIRST_ROOMS && !isWhole && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {t('Show all {{number}} rooms', { number: all.length })}
        </button>
      )}
    </section>
  )
}

/** Who uses this node in a browser on the local network, and how others come in: for the owner. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { GuestInfo, GuestLink, GuestList } from '../../../api/guests/guest-calls.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { useReload } from '../../parts/reload.ts'
import { ShareLine } from '../../parts/share-line.tsx'
import { link, roomList } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { GuestRow } from './guest-row.tsx'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

const MIB = 2 ** 20
const FILES = [
  { value: 0, label: t('no files') },
  { value: 20 * MIB, label: t('files up to 20 MiB') },
  { value: 1024 * MIB, label: t('files up to 1 GiB') },
] as const
const USES = [1, 5, 30] as const

export function GuestsCard(): JSX.Element | null {
  const [list, setList] = useState<GuestList | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> => {
    try {
      setList(await call('guests.list', {}))
      setProblem('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  useReload(load, [link.value])
  const change = (work: Promise<unknown>): void => {
    setProblem('')
    work.then(load, (error: unknown) => setProblem(reasonOf(error)))
  }
  if (list === undefined) return null
  const { guests, links, addresses, isEncrypted } = list
  const isServed = addresses.length > 0
  return (
    <section class="card">
      <h2>{t('Guests')}</h2>
      <p class="hint">
        {t(
          'Guests use this node in a browser on the same network, such as on a phone, without a node of their own. They see the rooms that you open to them.',
        )}
      </p>
      {!isServed && (
        <p>
          {said('Their page is not served now. To serve it, start the node with {{command}}.', {
            command: <code>kith start --web 0.0.0.0:4081</code>,
          })}
        </p>
      )}
      {isServed && !isEncrypted && (
        <p class="notice-line">{t('Their page is not encrypted: others on the same network could read along.')}</p>
      )}
      <Problem text={problem} />
      <ul class="members">
        {guests.map((guest: GuestInfo) => (
          <GuestRow key={guest.id} guest={guest} onChange={change} />
        ))}
      </ul>
      {isServed && <InviteGuests onMade={load} />}
      {links.length > 0 && (
        <>
          <h3>{t('Links that still hold')}</h3>
          <ul class="invites">
            {links.map(({ id, usesLeft, rooms }) => (
              <li key={id}>
                <span>
                  {t('For {{count}} browsers', { count: usesLeft })}
                  {rooms.length > 0 && <bdi>: {rooms.map(({ name }) => name).join(', ')}</bdi>}
                </span>
                <button type="button" class="quiet" onClick={() => change(call('guests.withdraw', { link: id }))}>
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

function InviteGuests({ onMade }: { onMade: () => Promise<void> }): JSX.Element {
  const [room, setRoom] = useState('')
  const [right, setRight] = useState<'read' | 'write'>('write')
  const [files, setFiles] = useState(0)
  const [uses, setUses] = useState<number>(1)
  const [made, setMade] = useState<GuestLink | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const make = async (): Promise<void> => {
    setProblem('')
    try {
      const rooms = room === '' ? {} : { [right]: [room] }
      setMade(await call('guests.invite', { ...rooms, maxFileBytes: files, uses }))
      await onMade()
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  const chats = roomList.value.filter(({ status }) => status === 'open')
  return (
    <>
      <h3>{t('Let somebody in')}</h3>
      <div class="picks">
        <label>
          {t('Room')}
          <select value={room} onChange={(event) => setRoom(event.currentTarget.value)}>
            <option value="">{t('None yet')}</option>
            {chats.map((each) => (
              <option key={each.id} value={each.id}>
                {nameOf(each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('There, a guest')}
          <select value={right} onChange={(event) => setRight(event.currentTarget.value === 'read' ? 'read' : 'write')}>
            <option value="write">{t('reads and writes')}</option>
            <option value="read">{t('reads only')}</option>
          </select>
        </label>
        <label>
          {t('Shares')}
          <select value={files} onChange={(event) => setFiles(Number(event.currentTarget.value))}>
            {FILES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('The link holds')}
          <select value={uses} onChange={(event) => setUses(Number(event.currentTarget.value))}>
            {USES.map((count) => (
              <option key={count} value={count}>
                {t('for {{count}} browsers', { count })}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="buttons">
        <button type="button" onClick={() => void make()}>
          {t('Make a link')}
        </button>
      </div>
      <Problem text={problem} />
      {made !== undefined && (
        <>
          <p class="hint">
            {t('This link is a secret, and holds for an hour. Show the code to the camera of a phone.')}
          </p>
          <ShareLine line={made.urls[0] ?? ''} label={t('Link for guests')} />
        </>
      )}
    </>
  )
}

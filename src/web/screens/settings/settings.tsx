/** This browser and the node behind it. */
import type { JSX } from 'preact'
import { AppearanceCard } from '../../parts/appearance-card.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { logOut } from '../../connection/session.ts'
import { link, node } from '../../state/node.ts'
import { BackupCard } from './backup-card.tsx'
import { CarryCard } from './carry-card.tsx'
import { SpaceCard } from './space-card.tsx'
import { GuestsCard } from './guests-card.tsx'
import { NotificationsCard } from './notifications-card.tsx'
import { You } from './you.tsx'
import { networkWords } from '../rooms/network-words.ts'
import type { NodeStatus } from '../../../kith.ts'
import { locale, t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

export function Settings(): JSX.Element {
  const { value: told } = node
  return (
    <>
      <ScreenHead title={t('Settings')} />
      <div class="sheet">
        {told !== undefined && <You node={told} />}
        <AppearanceCard />
        <NotificationsCard />
        <SpaceCard />
        <CarryCard />
        <GuestsCard />
        {told !== undefined && <BackupCard folder={told.dataDir} />}
        {told !== undefined && <Network node={told} />}
        <section class="card">
          <h2>{t('This browser')}</h2>
          <p class="hint">
            {said('It stays logged in for 30 days after its last use. The command {{command}} logs out all browsers.', {
              command: <code>kith open --only</code>,
            })}
          </p>
          <div class="buttons">
            <button type="button" class="quiet" onClick={() => void logOut()}>
              {t('Log out')}
            </button>
          </div>
        </section>
      </div>
    </>
  )
}

function Network({ node: told }: { node: NodeStatus }): JSX.Element {
  const { words } = networkWords(told, link.value)
  const { findings, unanswered, disk, version, documents } = told
  return (
    <section class="card">
      <h2>{t('Network and storage')}</h2>
      <p>{words}.</p>
      {findings.length > 0 && (
        <ul class="findings">
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
      {unanswered.length > 0 && (
        <p class="hint">
          {t('Nobody has answered yet at {{addresses}}.', {
            addresses: unanswered.map(({ address }) => address).join(', '),
          })}
        </p>
      )}
      <p class="hint">
        {t('{{count, number}} documents are kept here.', { count: documents })}{' '}
        {disk !== null && t('{{size}} are free on the disk.', { size: gigabytes(disk.freeBytes) })} Kith {version}.
      </p>
    </section>
  )
}

function gigabytes(bytes: number): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }).format(
    bytes / 1e9,
  )
}

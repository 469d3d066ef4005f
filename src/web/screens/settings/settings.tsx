/** This browser and the node behind it. */
import type { JSX } from 'preact'
import { AppearanceCard } from '../../parts/appearance-card.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { logOut } from '../../connection/session.ts'
import { node } from '../../state/node.ts'
import { BackupCard } from './backup-card.tsx'
import { CarryCard } from './carry-card.tsx'
import { SpaceCard } from './space-card.tsx'
import { GuestsCard } from './guests-card.tsx'
import { NotificationsCard } from './notifications-card.tsx'
import { You } from './you.tsx'
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
        {told !== undefined && <ThisMachine node={told} />}
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

/** What it keeps, and how much more it could: how it is doing stands on the screen of the network. */
function ThisMachine({ node: { disk, version, documents } }: { node: NodeStatus }): JSX.Element {
  return (
    <section class="card">
      <h2>{t('This machine')}</h2>
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

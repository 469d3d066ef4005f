/** This browser and the node behind it. */
import type { JSX } from 'preact'
import { logOut } from '../../connection/session.ts'
import { Choice } from '../../parts/choice.tsx'
import { Icon } from '../../parts/icon.tsx'
import { link, node } from '../../state/node.ts'
import { addressOf } from '../../state/route.ts'
import { theme } from '../../state/theme.ts'
import { BackupCard } from './backup-card.tsx'
import { CarryCard } from './carry-card.tsx'
import { SpaceCard } from './space-card.tsx'
import { GuestsCard } from './guests-card.tsx'
import { NotificationsCard } from './notifications-card.tsx'
import { You } from './you.tsx'
import { networkWords } from '../rooms/network-words.ts'
import type { NodeStatus } from '../../../kith.ts'
import type { Language } from '../../language/language.ts'
import { chooseLanguage, chosenLanguage, LANGUAGES, locale, t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

/** What the user can choose from. */
export const THEMES = [
  { value: 'system', label: t('As the system') },
  { value: 'light', label: t('Light') },
  { value: 'dark', label: t('Dark') },
] as const

const OWN_NAMES = Object.entries(LANGUAGES).map(([value, { name }]) => ({ value: value as Language, label: name }))

export function Settings(): JSX.Element {
  const { value: told } = node
  return (
    <>
      <header class="head">
        <a class="icon-button head-back" href={addressOf({ at: 'home' })} aria-label={t('Back')}>
          <Icon name="back" />
        </a>
        <div class="head-words">
          <h1>{t('Settings')}</h1>
        </div>
      </header>
      <div class="sheet">
        {told !== undefined && <You node={told} />}
        <section class="card">
          <h2>{t('Appearance')}</h2>
          <Choice
            name="theme"
            legend={t('Colours')}
            options={THEMES}
            value={theme.value}
            onChoose={(value) => (theme.value = value)}
          />
          <Choice
            name="language"
            legend={t('Language')}
            options={[{ value: 'system', label: t('As the browser') }, ...OWN_NAMES]}
            value={chosenLanguage}
            onChoose={chooseLanguage}
          />
        </section>
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

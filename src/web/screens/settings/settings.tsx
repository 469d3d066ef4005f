/** This browser and the node behind it. */
import type { JSX } from 'preact'
import { logOut } from '../../connection/session.ts'
import { counted } from '../../parts/bar.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Icon } from '../../parts/icon.tsx'
import { link, node } from '../../state/node.ts'
import { addressOf } from '../../state/route.ts'
import { theme } from '../../state/theme.ts'
import { NotificationsCard } from './notifications-card.tsx'
import { You } from './you.tsx'
import { networkWords } from '../rooms/network-words.ts'
import type { NodeStatus } from '../../../kith.ts'

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

export function Settings(): JSX.Element {
  const { value: told } = node
  return (
    <>
      <header class="head">
        <a class="icon-button head-back" href={addressOf({ at: 'home' })} aria-label="Back">
          <Icon name="back" />
        </a>
        <div class="head-words">
          <h1>Settings</h1>
        </div>
      </header>
      <div class="sheet">
        {told !== undefined && <You node={told} />}
        <section class="card">
          <h2>Appearance</h2>
          <Choice
            name="theme"
            legend="Colours"
            options={THEMES}
            value={theme.value}
            onChoose={(value) => (theme.value = value)}
          />
        </section>
        <NotificationsCard />
        {told !== undefined && <Network node={told} />}
        <section class="card">
          <h2>This browser</h2>
          <p class="hint">
            It stays logged in for 30 days after its last use. The command <code>kith open --only</code> logs out all
            browsers.
          </p>
          <div class="buttons">
            <button type="button" class="quiet" onClick={() => void logOut()}>
              Log out
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
      <h2>Network and storage</h2>
      <p>{words}.</p>
      {findings.length > 0 && (
        <ul class="findings">
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
      {unanswered.length > 0 && (
        <p class="hint">Nobody has answered yet at {unanswered.map(({ address }) => address).join(', ')}.</p>
      )}
      <p class="hint">
        {counted(documents)} documents are kept here
        {disk === null ? '' : `; ${gigabytes(disk.freeBytes)} are free on the disk`}. Kith {version}.
      </p>
    </section>
  )
}

function gigabytes(bytes: number): string {
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }).format(
    bytes / 1e9,
  )
}

/** What guests see in place of what concerns the node: whose guests they are, and that they wait to be let in. */
import type { JSX } from 'preact'
import { AppearanceCard } from '../../parts/appearance-card.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { logOut } from '../../connection/session.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Icon } from '../../parts/icon.tsx'
import { link, rooms } from '../../state/node.ts'
import { addressOf, route } from '../../state/route.ts'
import { guest, selfKey } from '../../state/self.ts'
import { PlainHint } from '../login/guest-login.tsx'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

export function GuestHome(): JSX.Element {
  const { value: self } = guest
  if (self === undefined) return <div class="empty" aria-busy="true" />
  const isWaiting = rooms.value.size === 0
  return (
    <div class="empty">
      <Icon name="chat" />
      <h1>{isWaiting ? t('You are here') : t('Choose a room')}</h1>
      {isWaiting ? (
        <p>
          <NoRooms host={self.host} />
        </p>
      ) : (
        <p>{said('You are a guest of {{host}}.', { host: <bdi>{self.host}</bdi> })}</p>
      )}
    </div>
  )
}

/** What a guest waits for that was let into no room yet. */
export function NoRooms({ host }: { host: string }): JSX.Element {
  return (
    <>
      {said('No room is open to you yet. {{host}} can let you into one, and it then shows up here by itself.', {
        host: <bdi>{host}</bdi>,
      })}
    </>
  )
}

export function GuestFooter(): JSX.Element {
  const { value: self } = guest
  const isLost = link.value === 'lost'
  return (
    <div class="side-foot">
      <a
        class="side-foot-link"
        href={addressOf({ at: 'settings' })}
        aria-current={route.value.at === 'settings' ? 'page' : undefined}
      >
        <span class={isLost ? 'dot dot-warning' : 'dot'} aria-hidden="true" />
        <span class="side-foot-words">
          <strong dir="auto">{self?.name ?? 'Kith'}</strong>
          <span role="status">
            {isLost
              ? t('The node does not answer')
              : self === undefined
                ? t('Asking the node…')
                : t('Guest of {{host}}', { host: self.host })}
          </span>
        </span>
        <Icon name="settings" />
      </a>
    </div>
  )
}

export function GuestSettings(): JSX.Element {
  const { value: self } = guest
  return (
    <>
      <ScreenHead title={t('Settings')} />
      <div class="sheet">
        {self !== undefined && (
          <section class="card">
            <h2>{t('You')}</h2>
            <div class="member">
              <Avatar of={selfKey.value ?? ''} />
              <div class="member-words">
                <strong dir="auto">{self.name}</strong>
                <small>{said('Guest of {{host}}', { host: <bdi>{self.host}</bdi> })}</small>
              </div>
            </div>
            <p class="hint">
              {said(
                'What you write is signed by the node of {{host}}, and everybody sees that you are a guest there.',
                {
                  host: <bdi>{self.host}</bdi>,
                },
              )}
            </p>
            {!isSecureContext && <PlainHint />}
          </section>
        )}
        <AppearanceCard />
        <section class="card">
          <h2>{t('Leave')}</h2>
          <p class="hint">{t('You are no guest any more then. To come back, you need a new link.')}</p>
          <div class="buttons">
            <button type="button" class="quiet" onClick={() => void logOut()}>
              {t('Leave this page')}
            </button>
          </div>
        </section>
      </div>
    </>
  )
}

/** What guests see in place of what concerns the node: whose guests they are, and that they wait to be let in. */
import type { JSX } from 'preact'
import { logOut } from '../../connection/session.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Icon } from '../../parts/icon.tsx'
import { link, rooms } from '../../state/node.ts'
import { addressOf, route } from '../../state/route.ts'
import { guest, selfKey } from '../../state/self.ts'
import { theme } from '../../state/theme.ts'
import { PlainHint } from '../login/guest-login.tsx'
import { THEMES } from '../settings/settings.tsx'

export function GuestHome(): JSX.Element {
  const { value: self } = guest
  if (self === undefined) return <div class="empty" aria-busy="true" />
  const isWaiting = rooms.value.size === 0
  return (
    <div class="empty">
      <Icon name="chat" />
      <h1>{isWaiting ? 'You are here' : 'Choose a room'}</h1>
      {isWaiting ? (
        <p>
          No room is open to you yet. <bdi>{self.host}</bdi> can let you into one, and it then shows up here by itself.
        </p>
      ) : (
        <p>
          You are a guest of <bdi>{self.host}</bdi>.
        </p>
      )}
    </div>
  )
}

export function GuestFooter(): JSX.Element {
  const { value: self } = guest
  const isLost = link.value === 'lost'
  return (
    <a
      class="side-foot"
      href={addressOf({ at: 'settings' })}
      aria-current={route.value.at === 'settings' ? 'page' : undefined}
    >
      <span class={isLost ? 'dot dot-warning' : 'dot'} aria-hidden="true" />
      <span class="side-foot-words">
        <strong dir="auto">{self?.name ?? 'Kith'}</strong>
        <span role="status">
          {isLost ? 'The node does not answer' : self === undefined ? 'Asking the node…' : `Guest of ${self.host}`}
        </span>
      </span>
      <Icon name="settings" />
    </a>
  )
}

export function GuestSettings(): JSX.Element {
  const { value: self } = guest
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
        {self !== undefined && (
          <section class="card">
            <h2>You</h2>
            <div class="member">
              <Avatar of={selfKey.value ?? ''} />
              <div class="member-words">
                <strong dir="auto">{self.name}</strong>
                <small>
                  Guest of <bdi>{self.host}</bdi>
                </small>
              </div>
            </div>
            <p class="hint">
              What you write is signed by the node of <bdi>{self.host}</bdi>, and everybody sees that you are a guest
              there.
            </p>
            {!isSecureContext && <PlainHint />}
          </section>
        )}
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
        <section class="card">
          <h2>Leave</h2>
          <p class="hint">You are no guest any more then. To come back, you need a new link.</p>
          <div class="buttons">
            <button type="button" class="quiet" onClick={() => void logOut()}>
              Leave this page
            </button>
          </div>
        </section>
      </div>
    </>
  )
}

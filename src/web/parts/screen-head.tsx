/** The top of a screen that stands for itself: what it is, and the way back. */
import type { JSX } from 'preact'
import { addressOf } from '../state/route.ts'
import { t } from '../language/language.ts'
import { Icon } from './icon.tsx'

export function ScreenHead({ title, about }: { title: string; about?: string }): JSX.Element {
  return (
    <header class="head">
      <a class="icon-button head-back" href={addressOf({ at: 'home' })} aria-label={t('Back')}>
        <Icon name="back" />
      </a>
      <div class="head-words">
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
    </header>
  )
}

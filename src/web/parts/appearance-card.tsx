/** How the page looks, and in which language. */
import type { JSX } from 'preact'
import type { Language } from '../language/language.ts'
import { chooseLanguage, chosenLanguage, LANGUAGES, t } from '../language/language.ts'
import { theme } from '../state/theme.ts'
import { Choice } from './choice.tsx'

const THEMES = [
  { value: 'system', label: t('As the system') },
  { value: 'light', label: t('Light') },
  { value: 'dark', label: t('Dark') },
] as const

const OWN_NAMES = Object.entries(LANGUAGES).map(([value, { name }]) => ({ value: value as Language, label: name }))

export function AppearanceCard(): JSX.Element {
  return (
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
  )
}

/** Light and dark: as the system has it, or as the user says. */
import { effect, signal } from '@preact/signals'
import { keep, kept } from '../connection/kept.ts'

export type Theme = 'system' | 'light' | 'dark'

/** What the user chose. */
export const theme = signal<Theme>(chosen())

/** Shows the page as chosen, now and whenever that changes. */
export function applyTheme(): void {
  effect(() => {
    const { value } = theme
    keep('theme', value === 'system' ? undefined : value)
    if (value === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = value
  })
}

function chosen(): Theme {
  const text = kept('theme')
  return text === 'light' || text === 'dark' ? text : 'system'
}

/**
 * The language of the page. Sentences are given to {@link t} in English, as they stand in the source; a catalogue is a
 * file beside this one with what they are in another language. What the node itself says comes in English.
 */
import i18next from 'i18next'
import { keep, kept } from '../connection/kept.ts'
import english from './en.json' with { type: 'json' }

/** Each with its own name. */
export const LANGUAGES = {
  en: { name: 'English', load: async () => english },
  de: { name: 'Deutsch', load: async () => (await import('./de.json', { with: { type: 'json' } })).default },
} as const

export type Language = keyof typeof LANGUAGES

/** What the user chose; `system`: the first language of the browser that there is a catalogue for. */
export const chosenLanguage: Language | 'system' = chosen()

/** What the page speaks. */
const language: Language = chosenLanguage === 'system' ? preferred() : chosenLanguage

/** Whether that is what the node itself speaks. */
export const isEnglish = language === 'en'

/** For numbers and times: the browser's own, as long as it is of the language of the page. */
export const locale: string = browserLanguages().find((each) => languageOf(each) === language) ?? language

await i18next.init({
  lng: locale,
  resources: { [locale]: { translation: await LANGUAGES[language].load() } },
  // The sentences are the keys, with all their points and colons.
  keySeparator: false,
  nsSeparator: false,
  // The page escapes what it shows.
  interpolation: { escapeValue: false },
})

/** A sentence in the language of the page, with values for what it has in double braces; `count` also chooses its form. */
export function t(sentence: string, values: Readonly<Record<string, string | number>> = {}): string {
  return i18next.t(sentence, values)
}

/** The same with its values left out. */
export function template(sentence: string): string {
  return i18next.t(sentence, { skipInterpolation: true })
}

/** Shows the page in another language, from its beginning: what was typed is kept. */
export function chooseLanguage(choice: Language | 'system'): void {
  keep('language', choice === 'system' ? undefined : choice)
  location.reload()
}

/** Says to the browser, and to whoever reads the page aloud, what language it is in. */
export function applyLanguage(): void {
  document.documentElement.lang = language
}

function chosen(): Language | 'system' {
  const text = kept('language') ?? ''
  return isLanguage(text) ? text : 'system'
}

function preferred(): Language {
  return browserLanguages().map(languageOf).find(isLanguage) ?? 'en'
}

/** None outside of browsers. */
function browserLanguages(): readonly string[] {
  return typeof document === 'undefined' ? [] : navigator.languages
}

function languageOf(tag: string): string {
  return new Intl.Locale(tag).language
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text)
}

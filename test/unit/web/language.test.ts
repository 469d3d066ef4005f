/** Everything that the page says is in its catalogues. */
import { expect, test } from 'vitest'
import { said } from '../../../src/web/language/said.tsx'
import { t } from '../../../src/web/language/language.ts'
import english from '../../../src/web/language/en.json' with { type: 'json' }
import german from '../../../src/web/language/de.json' with { type: 'json' }
import { readPageTexts } from './page-texts.ts'

/** Names, and words that only programs read. */
const SAME_EVERYWHERE =
  /'(?:Kith|English|Deutsch|[KMGT]iB|CallError|Notification|Files| at args\.value|<meta .*)'|Kith\s*$|`(?:pattern|day before) \$/

const { sentences, forgotten } = readPageTexts()
const counting = [...sentences].filter((sentence) => sentence.includes('{{count'))

test('no words are written into the page', () => {
  expect(sentences.size).toBeGreaterThan(100)
  expect(forgotten.filter((place) => !SAME_EVERYWHERE.test(place))).toEqual([])
})

test('English has the forms of sentences that count, and nothing else', () => {
  expect(Object.keys(english).toSorted()).toEqual(counting.flatMap(formsOf).toSorted())
})

test('German has all sentences, and no others', () => {
  const single = [...sentences].filter((sentence) => !counting.includes(sentence))
  expect(Object.keys(german).toSorted()).toEqual([...single, ...counting.flatMap(formsOf)].toSorted())
})

test('a sentence has the same values in each language', () => {
  for (const [key, sentence] of [...Object.entries(english), ...Object.entries(german)]) {
    const missing = valuesIn(key).filter((value) => !valuesIn(sentence).includes(value))
    expect(valuesIn(key), sentence).toEqual(expect.arrayContaining(valuesIn(sentence)))
    // One is one, whether it is a figure or a word.
    expect(key.endsWith('_one') ? missing.filter((value) => !value.startsWith('count')) : missing, sentence).toEqual([])
  }
})

test('values are shown as they are, and numbers as people write them', () => {
  expect(t('Get {{name}}', { name: '<b>{{name}}</b> $t(Get)' })).toBe('Get <b>{{name}}</b> $t(Get)')
  expect(t('{{count, number}} documents are kept here.', { count: 1 })).toBe('1 document is kept here.')
  expect(t('{{count, number}} documents are kept here.', { count: 1234 })).toBe('1,234 documents are kept here.')
  expect(said('by {{name}}', { name: 'Anna {{name}}' })).toEqual(['by ', 'Anna {{name}}', ''])
})

function formsOf(sentence: string): string[] {
  return [`${sentence}_one`, `${sentence}_other`]
}

function valuesIn(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{(.*?)\}\}/g)].map(([, value]) => value ?? '').toSorted()
}

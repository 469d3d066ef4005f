import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { beginsLike, escaped, isSameName, newName, shownName } from '../../src/names.ts'

const MAX_BYTES = 64

const named = (text: string): string => newName(text, MAX_BYTES, "a room's")

const SOUND: [what: string, name: string][] = [
  ['letters, marks and digits', 'Küche 2'],
  ['Hebrew', 'מטבח'],
  ['Persian, which joins by ZWNJ', 'می\u200cخواهم'],
  ['Hindi, which joins by ZWJ', 'क्\u200dष'],
  ['a family of joined emoji', '👨\u200d👩\u200d👧'],
  ['an emoji with a colour', '🧑🏽\u200d🚀'],
  ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['a key cap', '1\ufe0f\u20e3'],
  ['a heart in colour', '❤\ufe0f'],
  ['a variant of a Han character', '葛\u{e0100}城'],
]

/** What a name cannot have, between other characters. */
const UNSEEN: [codePoint: string, character: string][] = [
  ['U+0009', '\t'],
  ['U+000A', '\n'],
  ['U+007F', '\u007f'],
  ['U+00AD', '\u00ad'],
  ['U+034F', '\u034f'],
  ['U+115F', '\u115f'],
  ['U+180E', '\u180e'],
  ['U+200B', '\u200b'],
  ['U+200D', '\u200d'],
  ['U+200F', '\u200f'],
  ['U+202E', '\u202e'],
  ['U+2028', '\u2028'],
  ['U+2060', '\u2060'],
  ['U+2066', '\u2066'],
  ['U+3164', '\u3164'],
  ['U+D800', '\ud800'],
  ['U+E000', '\ue000'],
  ['U+FE0F', '\ufe0f'],
  ['U+FEFF', '\ufeff'],
  ['U+FFA0', '\uffa0'],
  ['U+FFFC', '\ufffc'],
  ['U+1D159', '\u{1d159}'],
  ['U+13441', '\u{13441}'],
  ['U+13442', '\u{13442}'],
  ['U+50000', '\u{50000}'],
  ['U+E0041', '\u{e0041}'],
]

describe('a new name', () => {
  it.each(SOUND)('may have %s', (_what, name) => {
    expect(named(name)).toBe(name)
    expect(shownName(name)).toBe(name)
  })

  it.each(UNSEEN)('cannot have %s, which the error names', (codePoint, character) => {
    expect(() => named(`a${character}b`)).toThrow(
      expect.objectContaining({ code: 'bad-name', message: expect.stringContaining(codePoint) as string }) as Error,
    )
    expect(shownName(`a${character}b`)).toBe(`a⟨${codePoint}⟩b`)
  })

  it('is composed, and has no blanks that nobody sees', () => {
    expect(named('Zu\u0308rich')).toBe('Z\u00fcrich')
    expect(named(' \u00a0\u3000Third \u2003 floor\u2800\n')).toBe('Third floor')
  })

  it.each(['', ' ', '\u2800', '\u0301', '\u00a0\u2003'])('%j needs something to see', (text) => {
    expect(() => named(text)).toThrow(expect.objectContaining({ code: 'bad-name' }) as Error)
    expect(shownName(text)).toBe('')
  })

  it('is measured as it will be stored', () => {
    expect(named(`${'u\u0308'.repeat(MAX_BYTES / 2)}   `)).toBe('\u00fc'.repeat(MAX_BYTES / 2))
    expect(() => named('é'.repeat(MAX_BYTES / 2 + 1))).toThrow(/1 to 64 bytes.* has 66/)
  })

  it('is shown as it is, and stays as it is', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(texts, (text) => {
        let name: string
        try {
          name = named(text)
        } catch {
          return
        }
        expect(named(name)).toBe(name)
        expect(shownName(name)).toBe(name)
      }),
    )
  })
})

test('the name that another chose is shown without anything that is not seen', () => {
  expect(shownName('\u200bKitchen  two\u2800')).toBe('⟨U+200B⟩Kitchen two')
  for (const invisible of ['\u200b', '\u3164', '\u2800', '\u00ad', ' \ufeff']) expect(shownName(invisible)).toBe('')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
      const shown = shownName(text)
      expect(shown).toBe(shown.trim())
      expect(escaped(shown)).toBe(shown)
    }),
  )
})

test('a long text is refused as a name as quickly as a short one', () => {
  expect(() => named(`a${'\n'.repeat(200_000)}b`)).toThrow('must have 1 to 64 bytes, but this one has 200,002')
  expect(isSameName(`a${'\n'.repeat(200_000)}b`, 'a')).toBe(false)
})

test('a name is the same however it was typed', () => {
  expect(isSameName('Z\u00fcrich', 'Zu\u0308rich')).toBe(true)
  expect(isSameName('Kitchen', ' Kit\u00adchen\u200b ')).toBe(true)
  expect(isSameName('Kitchen', 'kitchen')).toBe(false)
  expect(isSameName('\u200b', '\u00ad')).toBe(false)
  expect(beginsLike('Z\u00fcrich', 'Zu\u0308')).toBe(true)
  expect(beginsLike('Zurich', 'Zu\u0308')).toBe(false)
  expect(beginsLike('Zurich', '\u200b')).toBe(false)
})

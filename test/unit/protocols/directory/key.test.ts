/** Keys of texts: the vectors, and that the spelling of a key is one of its spellings. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_KEY_BYTES, MAX_TEXT_BYTES } from '../../../../protocols/directory/constants.ts'
import { keyOf } from '../../../../protocols/directory/index.ts'
import { readVectors } from '../vectors.ts'

const { valid, refused } = readVectors<{
  valid: { text: string; key: string }[]
  refused: { name: string; text: string }[]
}>('directory/vectors/keys.json')

const textOf = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : Buffer.from(key, 'latin1').toString()

describe('the vectors', () => {
  it.each(valid)('$text has the key $key', ({ text, key }) => {
    expect(textOf(keyOf(text))).toBe(key)
  })

  it.each(refused)('$name has none', ({ text }) => {
    expect(keyOf(text)).toBeUndefined()
  })
})

describe('a key', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 })

  it('is its own key, unless that is too long, and has nothing that is left out', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const key = keyOf(text)
        fc.pre(key !== undefined)
        expect(key.length).toBeLessThanOrEqual(MAX_KEY_BYTES)
        const isText = key.length <= MAX_TEXT_BYTES
        expect(keyOf(textOf(key) ?? '')).toBe(isText ? key : undefined)
        expect(textOf(key)).not.toMatch(/^ | {2}| $|\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Cn}]/u)
      }),
    )
  })

  it('is that of other spellings', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const key = keyOf(text)
        fc.pre(key !== undefined)
        const others = [text.normalize('NFD'), text.normalize('NFC'), ` ${text}\t`, `\u200b${text}`]
        const keys = others.filter((other) => Buffer.byteLength(other) <= MAX_TEXT_BYTES).map(keyOf)
        expect(new Set([key, ...keys])).toEqual(new Set([key]))
      }),
    )
  })

  it('has none for half a surrogate pair', () => {
    expect(keyOf('so\ud800up')).toBeUndefined()
  })
})

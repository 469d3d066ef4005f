import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TEXT_BYTES, MESSAGE_KIND, RECENT_MESSAGES } from '../../../protocols/apps/chat/constants.ts'
import { MAX_STATE_BYTES } from '../../../protocols/room/constants.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { chat, chatMessageOf } from '../../../src/apps/chat/chat.ts'
import { assertKeepsPromises, folded, hex, textArbitrary, updateOf } from './updates.ts'

const updates = fc.array(
  fc
    .record({
      kind: fc.constantFrom(MESSAGE_KIND, MESSAGE_KIND, MESSAGE_KIND, 'profile', 'reaction'),
      body: fc.oneof(textArbitrary, fc.uint8Array({ maxLength: 20 })),
      clock: fc.integer({ min: 1, max: 60 }),
      timeMs: fc.oneof(fc.nat(), fc.maxSafeNat()),
    })
    .map(({ kind, body, clock, timeMs }) => updateOf(kind, body, { clock, timeMs })),
  { maxLength: 130, size: 'max' },
)

describe('chat', () => {
  it('keeps the promises of an app', () => {
    assertKeepsPromises(chat, updates)
  })

  it(`shows the newest ${RECENT_MESSAGES} messages in the room's order`, () => {
    const list = Array.from({ length: 250 }, (_, i) => updateOf(MESSAGE_KIND, `text ${i}`, { clock: 2 + (i % 120) }))
    const { recent } = folded(chat, list)
    const expected = list.toSorted(comparePositions).slice(-RECENT_MESSAGES)
    expect(recent.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
  })

  it('has text as it was written, also over encode and decode', () => {
    fc.assert(
      fc.property(textArbitrary, (text) => {
        const state = chat.reduce(chat.initial(), updateOf(MESSAGE_KIND, text))
        expect(state.recent[0]?.text).toBe(text)
        expect(chat.decode(chat.encode(state)).recent[0]?.text).toBe(text)
      }),
    )
  })

  it('ignores what is no message, and gives back the same state', () => {
    const state = chat.reduce(chat.initial(), updateOf(MESSAGE_KIND, 'here'))
    const strange = [
      updateOf('profile', 'a name'),
      updateOf('message/2', 'later'),
      updateOf(MESSAGE_KIND, Uint8Array.of(0xff, 0xfe)),
      updateOf(MESSAGE_KIND, Uint8Array.of(0xed, 0xa0, 0x80)), // a lone surrogate
      updateOf(MESSAGE_KIND, Uint8Array.of(0xc0, 0x80)), // an overlong zero
      updateOf(MESSAGE_KIND, new Uint8Array(MAX_TEXT_BYTES + 1).fill(97)),
    ]
    for (const update of strange) expect(chat.reduce(state, update)).toBe(state)
    expect(chatMessageOf(updateOf(MESSAGE_KIND, 'a'.repeat(MAX_TEXT_BYTES)))?.text).toHaveLength(MAX_TEXT_BYTES)
  })

  it('knows how long a message is encoded, without encoding it', () => {
    const lengths = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]
    const around = (counts: readonly number[]) => fc.oneof(fc.constantFrom(...counts), fc.nat(), fc.maxSafeNat())
    const texts = fc.oneof(
      fc.constantFrom(...lengths.slice(0, 6)).map((length) => 'a'.repeat(length)),
      textArbitrary,
    )
    fc.assert(
      fc.property(texts, around(lengths.slice(1)), around(lengths), (text, clock, timeMs) => {
        const state = chat.reduce(chat.initial(), updateOf(MESSAGE_KIND, text, { clock, timeMs }))
        // A list of one takes one byte beside it.
        expect(chat.encode(state)).toHaveLength(1 + state.recent[0]!.sizeBytes)
        expect(chat.decode(chat.encode(state))).toEqual(state)
      }),
    )
  })

  it('stays under the state cap with the longest messages', () => {
    const longest = Array.from({ length: RECENT_MESSAGES + 5 }, () =>
      updateOf(MESSAGE_KIND, 'a'.repeat(MAX_TEXT_BYTES), { timeMs: Number.MAX_SAFE_INTEGER, clock: 2 ** 40 }),
    )
    expect(chat.sizeBytes(folded(chat, longest))).toBeLessThan(MAX_STATE_BYTES / 2)
  })

  it('gives the same messages as JSON', () => {
    const update = updateOf(MESSAGE_KIND, 'hello')
    const { id, author, timeMs, clock } = update
    expect(chat.toJson(folded(chat, [update]))).toEqual({ recent: [{ id, author, timeMs, clock, text: 'hello' }] })
    expect(hex(chat.encode(chat.initial()))).toBe('80')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TEXT_BYTES, MESSAGE_KIND, RECENT_MESSAGES } from '../../../protocols/apps/chat/constants.ts'
import { MAX_GUEST_NAME_BYTES, MAX_STATE_BYTES } from '../../../protocols/room/constants.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { testApp } from '../../../src/testing.ts'
import { textArbitrary } from '../../../src/testing/histories.ts'
import { folded, hex, updateOf } from './updates.ts'

const { fold } = chat

describe('chat', () => {
  it('keeps the promises of an app', () => {
    const updates = textArbitrary.map((value) => ({ kind: MESSAGE_KIND, value }) as const)
    testApp(chat, { updates, length: RECENT_MESSAGES + 30, runs: 30 })
    testApp(chat)
  })

  it(`shows the newest ${RECENT_MESSAGES} messages in the room's order`, () => {
    const list = Array.from({ length: 250 }, (_, i) => updateOf(MESSAGE_KIND, `text ${i}`, { clock: 2 + (i % 120) }))
    const { recent } = folded(fold, list)
    const expected = list.toSorted((a, b) => comparePositions(positionOf(a), positionOf(b))).slice(-RECENT_MESSAGES)
    expect(recent.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
  })

  it('has text as it was written, also over encode and decode', () => {
    fc.assert(
      fc.property(textArbitrary, (text) => {
        const state = fold.reduce(fold.initial(), updateOf(MESSAGE_KIND, text))
        expect(state.recent[0]?.text).toBe(text)
        expect(fold.decode(fold.encode(state)).recent[0]?.text).toBe(text)
      }),
    )
  })

  it('ignores anything but messages, and returns the same state', () => {
    const state = fold.reduce(fold.initial(), updateOf(MESSAGE_KIND, 'here'))
    const strange = [
      updateOf('profile', 'a name'),
      updateOf('message/2', 'later'),
      updateOf(MESSAGE_KIND, Uint8Array.of(0xff, 0xfe)),
      updateOf(MESSAGE_KIND, Uint8Array.of(0xed, 0xa0, 0x80)), // a lone surrogate
      updateOf(MESSAGE_KIND, Uint8Array.of(0xc0, 0x80)), // an overlong zero
      updateOf(MESSAGE_KIND, new Uint8Array(MAX_TEXT_BYTES + 1).fill(97)),
    ]
    for (const update of strange) expect(fold.reduce(state, update)).toBe(state)
    expect(chat.messageOf(updateOf(MESSAGE_KIND, 'a'.repeat(MAX_TEXT_BYTES)))).toHaveLength(MAX_TEXT_BYTES)
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
        const state = fold.reduce(fold.initial(), updateOf(MESSAGE_KIND, text, { clock, timeMs }))
        // A list of one takes one byte beside it.
        expect(fold.encode(state)).toHaveLength(1 + state.recent[0]!.sizeBytes)
        expect(fold.decode(fold.encode(state))).toEqual(state)
      }),
    )
  })

  it('knows which guest of its author says something, also over encode and decode', () => {
    const longest = { text: 'a'.repeat(MAX_TEXT_BYTES), guest: 'é'.repeat(MAX_GUEST_NAME_BYTES / 2) }
    for (const said of [{ text: 'hello', guest: 'Kim' }, { text: '', guest: 'Kim' }, longest]) {
      const state = fold.reduce(fold.initial(), updateOf(MESSAGE_KIND, chat.body('message', said)))
      expect(state.recent[0]).toMatchObject({ text: said.text, more: { guest: said.guest } })
      expect(fold.encode(state)).toHaveLength(1 + state.recent[0]!.sizeBytes)
      expect(fold.decode(fold.encode(state))).toEqual(state)
      expect(fold.toJson(state)).toMatchObject({ recent: [said] })
    }
  })

  it('takes no state in which somebody else than a guest is said to say something', () => {
    const state = fold.reduce(fold.initial(), updateOf(MESSAGE_KIND, chat.body('message', { text: 'a', guest: 'Kim' })))
    const [message] = state.recent
    for (const more of [{ guest: 1 }, { guest: '' }, { guest: 'Kim', as: 'owner' }, {}]) {
      const forged = fold.encode({ recent: [{ ...message!, more: more as { guest: string } }] })
      expect(() => fold.decode(forged)).toThrow('more than this node knows')
    }
  })

  it.each([
    ['too long a text', { text: 'a'.repeat(MAX_TEXT_BYTES + 1), guest: 'Kim' }, 'too-large'],
    ['too long a name', { text: 'a', guest: 'a'.repeat(MAX_GUEST_NAME_BYTES + 1) }, 'bad-value'],
    ['no name', { text: 'a', guest: ' ' }, 'bad-value'],
  ])('writes no message with %s', (_what, said, code) => {
    expect(() => chat.body('message', said)).toThrow(expect.objectContaining({ code }))
  })

  it('stays under the state cap with the longest messages', () => {
    const longest = Array.from({ length: RECENT_MESSAGES + 5 }, () =>
      updateOf(MESSAGE_KIND, 'a'.repeat(MAX_TEXT_BYTES), { timeMs: Number.MAX_SAFE_INTEGER, clock: 2 ** 40 }),
    )
    expect(fold.sizeBytes(folded(fold, longest))).toBeLessThanOrEqual(fold.maxSizeBytes!)
    expect(fold.maxSizeBytes).toBeLessThan(MAX_STATE_BYTES / 2)
  })

  it('returns the same messages as JSON', () => {
    const update = updateOf(MESSAGE_KIND, 'hello')
    const { id, author, timeMs, clock } = update
    expect(fold.toJson(folded(fold, [update]))).toEqual({ recent: [{ id, author, timeMs, clock, text: 'hello' }] })
    expect(hex(fold.encode(fold.initial()))).toBe('80')
  })
})

function positionOf({ clock, id }: { clock: number; id: string }) {
  return { clock, id: id as DocumentId }
}

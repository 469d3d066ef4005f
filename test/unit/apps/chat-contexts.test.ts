/** What stands beside messages: bodies in the vectors, and whom a text names. */
import { describe, expect, it } from 'vitest'
import { MAX_CONTEXT_BYTES, MAX_MENTIONS } from '../../../protocols/apps/chat/constants.ts'
import { contextHash, contextKind, type MessageContext } from '../../../src/apps/chat/context.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { mentionedIn, requireMentioned } from '../../../src/apps/chat/mentions.ts'
import type { Member } from '../../../src/kith.ts'
import { fromSpelled, readVectors, toHex, type Spelled } from '../protocols/vectors.ts'
import { updateOf } from './updates.ts'

interface BodyVector {
  name: string
  body: Spelled
}

const { message, valid, ignored } = readVectors<{
  message: string
  valid: (BodyVector & { value: MessageContext })[]
  ignored: BodyVector[]
}>('apps/chat/vectors/contexts.json')

/** As an app reads a body: a longer one than the kind may have is none of its own. */
const read = (body: Uint8Array) => (body.length > MAX_CONTEXT_BYTES ? undefined : contextKind.decode(body))

describe('a context', () => {
  it.each(valid)('is read: $name', ({ body, value }) => {
    expect(read(fromSpelled(body))).toEqual(value)
    expect(value.body).toBe(contextHash(new TextEncoder().encode(message)))
    expect(read(contextKind.encode(value))).toEqual(value)
  })

  it.each(ignored)('says nothing: $name', ({ body }) => {
    expect(read(fromSpelled(body))).toBeUndefined()
  })

  it('is written as in the vectors', () => {
    const { body, value } = valid.find(({ name }) => name === 'an answer')!
    expect(toHex(contextKind.encode(value))).toBe(toHex(fromSpelled(body)))
  })

  it('changes no state, and is no message', () => {
    const { fold } = chat
    const state = fold.reduce(fold.initial(), updateOf('message', 'hello'))
    const context = updateOf('context', fromSpelled(valid[0]!.body))
    expect(fold.reduce(state, context)).toBe(state)
    expect(chat.messageOf(context)).toBeUndefined()
  })
})

function person(name: string, other: Partial<Member> = {}): Member {
  return {
    ...{ peer: `${name}-1`, name, person: `${name}-1`, documents: 1, online: false, self: false, dropped: false },
    ...{ forks: 0, verifiedMs: null, ...other },
  }
}

const members = [
  person('Anna'),
  person('Anna Bell'),
  person('José'),
  person('مريم'),
  person('Anna', { peer: 'Anna-2' }),
  person('Gone', { dropped: true }),
  person('Removed', { standing: { role: 'none' } }),
  person(''),
]

describe('a text mentions', () => {
  it.each([
    ['@Anna', ['Anna-1']],
    ['(@anna, @JOSÉ)', ['Anna-1', 'José-1']],
    ['@Anna Bell and @Anna', ['Anna Bell-1', 'Anna-1']],
    ['@Annabel', []],
    ['to anna@Anna', []],
    ['مرحبا @مريم!', ['مريم-1']],
    ['@Gone @Removed @nobody @', []],
    ['nobody', []],
  ])('%s', (text, found) => {
    expect(mentionedIn(text, members)).toEqual(found)
  })

  it(`at most ${MAX_MENTIONS} people`, () => {
    const many = Array.from({ length: MAX_MENTIONS + 5 }, (_, i) => person(`P${i}x`))
    const text = many.map(({ name }) => `@${name}`).join(' ')
    expect(mentionedIn(text, many)).toHaveLength(MAX_MENTIONS)
    expect(() =>
      requireMentioned(
        many.map(({ name }) => name),
        many,
      ),
    ).toThrow(/mentions 32 people at most/)
  })
})

describe('those who are mentioned by name', () => {
  it('are found by name or key, each once', () => {
    expect(requireMentioned(['Anna', 'Anna-2', 'José-1'], members)).toEqual(['Anna-1', 'José-1'])
  })

  it('are in the room, and only one', () => {
    expect(() => requireMentioned(['Zoe'], members)).toThrow(expect.objectContaining({ code: 'no-such-peer' }))
    const two = [...members, person('Anna', { peer: 'Anna-3', person: 'Anna-3' })]
    expect(() => requireMentioned(['Anna'], two)).toThrow(expect.objectContaining({ code: 'ambiguous' }))
  })
})

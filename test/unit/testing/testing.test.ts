/** What `testApp` finds in apps that break their promises. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineApp } from '../../../src/apps/define-app.ts'
import { text } from '../../../src/apps/kinds.ts'
import { testApp } from '../../../src/testing.ts'

interface Words {
  words: readonly string[]
}

const kinds = { say: text({ maxBytes: 100 }) }

type Parts = Partial<Parameters<typeof defineApp<Words, typeof kinds>>[0]>

/** An app that is fine but for what is given. */
function wordsApp(parts: Parts) {
  return defineApp<Words, typeof kinds>({
    name: 'words',
    initial: () => ({ words: [] }),
    kinds,
    reduce: ({ words }, { value }) => ({ words: [...words, value] }),
    ...parts,
  })
}

const updates = fc.string({ maxLength: 10 }).map((value) => ({ kind: 'say', value }) as const)
const outside: string[] = []

const broken: [fault: string, parts: Parts, complaint: string][] = [
  ['throws', { reduce: ({ words }, { value }) => ({ words: [...words, value[2]!.trim()] }) }, 'undefined'],
  [
    'changes the state it is given',
    {
      reduce(state, { value }) {
        ;(state.words as string[]).push(value)
        return state
      },
    },
    'modified the given state',
  ],
  ['looks at the clock', { reduce: () => ({ words: [new Date().toISOString()] }) }, 'led to two states'],
  ['rolls dice', { reduce: () => ({ words: [String(Math.random())] }) }, 'led to two states'],
  [
    'remembers something outside its state',
    { reduce: () => ({ words: [`${outside.push('x')}`] }) },
    'led to two states',
  ],
  [
    'depends on the order of keys, which storing a state changes',
    {
      initial: () => ({ words: [], bb: 1 }) as Words,
      reduce: (state, { value }) => ({ ...state, words: [value, Object.keys(state)[0]!], a: 1 }),
    },
    'continuing from the decoded state led to another result',
  ],
  ['keeps something that is not JSON', { reduce: () => ({ words: new Set() as never }) }, 'is not JSON'],
  ['does not commute although it says so', { commutes: true }, 'two orders of the updates'],
  [
    'grows by more than its documents',
    { commutes: true, reduce: ({ words }) => ({ words: [...words, 'x'.repeat(1000)] }) },
    'bytes larger',
  ],
  [
    'does not say how large it is',
    {
      codec: {
        sizeBytes: () => 1,
        encode: ({ words }) => Buffer.from(JSON.stringify(words)),
        decode: (bytes) => ({ words: JSON.parse(Buffer.from(bytes).toString()) as string[] }),
        toJson: ({ words }) => [...words],
      },
    },
    'sizeBytes is 1',
  ],
  ['has messages that fail', { message: ({ value }) => value[2]!.trim() }, 'undefined'],
]

describe('testApp', () => {
  it('finds nothing where all is well', () => {
    expect(() => testApp(wordsApp({}), { updates })).not.toThrow()
    expect(() => testApp(wordsApp({ sample: ({ text: value }) => ({ kind: 'say', value }) }))).not.toThrow()
  })

  it.each(broken)('finds that an app %s', (_fault, parts, complaint) => {
    expect(() => testApp(wordsApp(parts), { updates })).toThrow(complaint)
    const sampled = wordsApp({ ...parts, sample: ({ text: value }) => ({ kind: 'say', value: value.slice(0, 10) }) })
    expect(() => testApp(sampled)).toThrow(complaint)
  })

  it('names the app, the seed and the shortest history, and repeats a run by its seed', () => {
    const app = wordsApp({ reduce: ({ words }, { value }) => ({ words: [...words, value[0]!.trim()] }) })
    const message = (seed?: number): string => {
      try {
        testApp(app, { updates, ...(seed !== undefined && { seed }) })
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    expect(message()).toMatch(/^the app 'words' breaks a promise: .* \(seed: -?\d+\)\nThe shortest history/)
    expect(message(7)).toContain('(seed: 7)')
    expect(message(7)).toBe(message(7))
    expect(message(7).split('\n').slice(2)).toEqual([
      expect.stringMatching(/^ {2}1\. say "" by …\w{4}, clock 2, time \d+$/),
    ])
  })

  it('reports missing updates, and updates that the app cannot read', () => {
    expect(() => testApp(wordsApp({}))).toThrow("the app 'words' has no sample: pass updates to testApp")
    const deaf = { ...kinds.say, decode: () => undefined }
    expect(() => testApp(wordsApp({ kinds: { say: deaf } }), { updates })).toThrow('writes a say that it cannot read')
  })
})

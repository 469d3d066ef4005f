/** Random histories of a room of an app. */
import fc from 'fast-check'
import type { Document } from '../../protocols/document/document.ts'
import type { App, SampleContext } from '../kith.ts'
import { seededRandom } from '../simulate/random.ts'
import type { History } from './fold-properties.ts'
import { authorOf, documentOf, mostly, type Content } from './histories.ts'

/** The root document has clock 1. */
const FIRST_CLOCK = 2

/** Maximum length of the texts that `sample` may use, in characters. */
const MAX_TEXT_LENGTH = 60

/** The document content of an update, which must be readable again as every node will read it. */
export function contentOf(app: App, { kind, value }: { kind: string; value: unknown }): Content {
  const body = app.body(kind, value)
  if (app.kinds[kind]?.decode(body) === undefined) {
    throw new Error(`the app '${app.name}' writes a ${kind} that it cannot read: ${fc.stringify(value)}`)
  }
  return { kind, body }
}

/** Histories of updates by users who see the state, mixed with some documents that they did not write. */
export function sampleHistories(app: App, foreign: fc.Arbitrary<Content>, length: number): fc.Arbitrary<History> {
  if (app.sample === undefined) throw new Error(`the app '${app.name}' has no sample: pass updates to testApp`)
  const sampled = fc.record({ seed: fc.nat(), text: fc.string({ minLength: 1, maxLength: MAX_TEXT_LENGTH }) })
  const content = mostly(sampled, foreign)
  const step = fc.record({ author: fc.nat(), content })
  return fc.array(step, { maxLength: length, size: 'max' }).map((steps) => {
    const counts = new Map<string, number>()
    let state = app.fold.initial()
    const history: Document[] = []
    for (const { author: index, content: next } of steps) {
      const author = authorOf(index)
      const count = counts.get(author) ?? 0
      const written = 'text' in next ? sampleOf(app, { state, author, count, ...next }) : next
      if (written === undefined) continue
      const document = documentOf(written, index, FIRST_CLOCK + history.length, history.length)
      history.push(document)
      counts.set(author, count + 1)
      state = reduced(app, state, document)
    }
    return history
  })
}

function sampleOf(
  app: App,
  { seed, ...seen }: Omit<SampleContext<unknown>, 'random'> & { seed: number },
): Content | undefined {
  const update = app.sample?.({ ...seen, random: seededRandom(seed) })
  return update && contentOf(app, update)
}

/** The state after a document, as a room computes it: if the app throws, nothing changes. */
function reduced(app: App, state: unknown, document: Document): unknown {
  try {
    return app.fold.reduce(state, document)
  } catch {
    return state
  }
}

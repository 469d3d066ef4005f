/**
 * Tests for apps: `testApp` runs on any app, in any test runner, and needs the package fast-check.
 *
 *     import { testApp } from '@kith-p2p/kith/testing'
 *     test('the app keeps its promises', () => testApp(todo, { updates }))
 */
import type fc from 'fast-check'
import type { App, InputOf, Kinds, KindsOf } from './kith.ts'
import { contentOf, sampleHistories } from './testing/app-histories.ts'
import { assertPromises } from './testing/assert-promises.ts'
import { promisesOf, type Promised } from './testing/fold-properties.ts'
import { foreignContents, histories, mostly } from './testing/histories.ts'

/** An update as a user writes it. */
export type WrittenUpdate<AppKinds extends Kinds> = {
  [Name in keyof AppKinds & string]: { kind: Name; value: InputOf<AppKinds[Name]> }
}[keyof AppKinds & string]

export interface TestAppOptions<AppKinds extends Kinds> {
  /** Updates as users write them. Default: those that the app's `sample` gives. */
  updates?: fc.Arbitrary<WrittenUpdate<AppKinds>>
  /** The longest history. Default: 40. */
  length?: number
  /** How many histories each promise is tried on. Default: 100. */
  runs?: number
  /** Repeats a run, as its failure says. */
  seed?: number
}

/**
 * Holds an app to its promises, on random histories in which there are also documents that no user
 * wrote: it takes whatever they say, changes no state it was given, gives the same for the same, can
 * store its state and go on, knows its size, shows it as JSON, and does not depend on the order where
 * it says so. Throws where one is broken, with the seed and the shortest history that shows it.
 */
export function testApp<SomeApp extends App>(app: SomeApp, options: TestAppOptions<KindsOf<SomeApp>> = {}): void {
  const { updates, length = 40, runs = 100, seed } = options
  const foreign = foreignContents(Object.keys(app.kinds))
  const run = { numRuns: runs, ...(seed !== undefined && { seed }) }
  const given = updates?.map((update) => contentOf(app, update))
  const random = given === undefined ? sampleHistories(app, foreign, length) : histories(mostly(given, foreign), length)
  const speaks: Promised = (history) => history.forEach((document) => void app.messageOf(document))
  try {
    assertPromises(random, [...promisesOf(app.fold), speaks], run)
  } catch (error) {
    throw new Error(`the app '${app.name}' breaks a promise: ${messageOf(error)}`, { cause: error })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

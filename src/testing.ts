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
  /** Updates as users write them. Default: samples from the app's `sample`. */
  updates?: fc.Arbitrary<WrittenUpdate<AppKinds>>
  /** The maximum length of a history. Default: 40. */
  length?: number
  /** Number of histories to try for each promise. Default: 100. */
  runs?: number
  /** Repeats a run; the seed is in the error message of its failure. */
  seed?: number
}

/**
 * Checks an app's promises on random histories, which also contain documents that no user wrote. The app
 * must accept any content, never modify a state it is given, return the same for the same arguments, be
 * able to store its state and continue from it, compute its size, convert it to JSON, and not depend on the
 * order of updates if it claims so. Throws if a promise is broken, with the seed and the shortest history
 * that shows it.
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

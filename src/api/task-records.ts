/** A task of a node as records: how far it has come, then how it ended. */
import { KithError } from '../kith.ts'
import type { ErrorBody } from './errors.ts'

/** Something long that tells how far it has come, and ends early when `signal` aborts. */
export type Task<Progress, Result> = (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>

/**
 * Starts a task and gives its records. A reader who is slow gets the newest progress and not all of
 * it, so that nothing piles up. `errorBody` says what to answer for what it rejects with.
 */
export function taskRecords<Progress, Result>(
  task: Task<Progress, Result>,
  signal: AbortSignal,
  errorBody: (error: unknown) => ErrorBody,
): AsyncGenerator<{ progress: Progress } | { result: Result } | ErrorBody, void, undefined> {
  let progress: { progress: Progress } | undefined
  let outcome: { result: Result } | ErrorBody | undefined
  let news = Promise.withResolvers<void>()
  void task((newest) => {
    progress = { progress: newest }
    news.resolve()
  }, signal)
    .then(
      (result) => {
        outcome = { result }
      },
      (error: unknown) => {
        // Whatever an aborted task rejects with, the reader has gone or the node stops.
        outcome = errorBody(signal.aborted ? new KithError('stopped', 'the node has stopped') : error)
      },
    )
    .finally(() => news.resolve())

  async function* records(): AsyncGenerator<{ progress: Progress } | { result: Result } | ErrorBody, void, undefined> {
    for (;;) {
      await news.promise
      news = Promise.withResolvers()
      // Taken before it is given: while the reader is busy with it, a newer one may come.
      const newest = progress
      progress = undefined
      if (newest !== undefined) yield newest
      if (outcome !== undefined) break
    }
    yield outcome
  }
  return records()
}

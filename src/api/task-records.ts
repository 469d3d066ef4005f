/** A task of a node as records: its progress, then its result or error. */
import { KithError } from '../kith.ts'
import type { ErrorBody } from './errors.ts'

/** A long operation that reports its progress, and ends early when `signal` aborts. */
export type Task<Progress, Result> = (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>

/**
 * Starts a task and yields its records. A slow reader gets only the newest progress, so that nothing
 * piles up. `errorBody` turns the task's error into an answer.
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
        // An aborted task means that the reader has gone or the node is stopping, whatever it rejects with.
        outcome = errorBody(signal.aborted ? new KithError('stopped', 'the node has stopped') : error)
      },
    )
    .finally(() => news.resolve())

  async function* records(): AsyncGenerator<{ progress: Progress } | { result: Result } | ErrorBody, void, undefined> {
    for (;;) {
      await news.promise
      news = Promise.withResolvers()
      // Cleared before the yield: a newer one may come while the reader is busy.
      const newest = progress
      progress = undefined
      if (newest !== undefined) yield newest
      if (outcome !== undefined) break
    }
    yield outcome
  }
  return records()
}

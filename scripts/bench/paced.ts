/** Work at a steady pace. */
import { sharedNowMs } from './clock.ts'

const MS_PER_SECOND = 1000

/** Calls something `count` times, `perSecond` times a second; a late call does not delay those after it. */
export async function paced(count: number, perSecond: number, run: () => unknown): Promise<void> {
  const startedMs = sharedNowMs()
  for (let done = 0; done < count; done++) {
    const waitMs = startedMs + (done * MS_PER_SECOND) / perSecond - sharedNowMs()
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)))
    run()
  }
}

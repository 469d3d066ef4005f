/** Time that all processes of a machine share. */

const NANOSECONDS_PER_MS = 1e6

/** Milliseconds of the system's monotonic clock: comparable between processes, unlike `performance.now`. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / NANOSECONDS_PER_MS
}

/** The promise, or an Error that says what did not happen in time. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: nothing within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Polls every few milliseconds until the answer is yes, for conditions without an event. */
export async function until(timeoutMs: number, what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadlineMs = sharedNowMs() + timeoutMs
  while (!(await isSo())) {
    if (sharedNowMs() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Short compared with the shortest time measured by polling, which is tens of milliseconds. */
const POLL_MS = 2

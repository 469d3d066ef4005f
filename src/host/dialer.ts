/** Dials a peer at all its addresses, with staggered starts; the first connection wins (RFC 8305). */

/** Why an attempt was aborted that did not fail: it says nothing about its address. */
export class Outrun extends Error {
  override readonly name = 'Outrun'
}

/** Opens a connection to one address; must give up when the signal aborts. */
export type DialOne<Connection> = (address: string, signal: AbortSignal) => Promise<Connection>

export interface DialFirstOptions {
  staggerMs: number
  timeoutMs: number
  /** Ends the dial early. */
  signal: AbortSignal
}

/**
 * Resolves with the first connection and aborts the other attempts. Rejects with an AggregateError of the
 * attempts' errors if all fail. When an attempt fails, the next one starts at once.
 */
export async function dialFirst<Connection>(
  addresses: readonly string[],
  dialOne: DialOne<Connection>,
  { staggerMs, timeoutMs, signal }: DialFirstOptions,
): Promise<Connection> {
  const over = new AbortController()
  const result = Promise.withResolvers<Connection>()
  const errors: unknown[] = []
  const waiting = [...addresses]
  let running = 0
  let stagger: NodeJS.Timeout | undefined

  const stop = (): void => over.abort(signal.aborted ? signal.reason : new Error(`no answer within ${timeoutMs} ms`))
  const attempt = async (address: string): Promise<void> => {
    // The winner's signal must never abort: libp2p closes a connection if its dial signal aborts later.
    const own = new AbortController()
    const abort = (): void => own.abort(over.signal.reason)
    over.signal.addEventListener('abort', abort, { once: true })
    running++
    try {
      const connection = await dialOne(address, own.signal)
      over.signal.removeEventListener('abort', abort)
      result.resolve(connection)
      over.abort(new Outrun('another address answered first'))
    } catch (error) {
      errors.push(error)
      running--
      startNext()
    }
  }
  const startNext = (): void => {
    clearTimeout(stagger)
    const address = over.signal.aborted ? undefined : waiting.shift()
    if (address !== undefined) {
      stagger = setTimeout(startNext, staggerMs)
      void attempt(address)
    } else if (running === 0) {
      result.reject(new AggregateError(errors, 'all addresses failed'))
    }
  }

  const deadline = setTimeout(stop, timeoutMs)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  startNext()
  try {
    return await result.promise
  } finally {
    clearTimeout(deadline)
    clearTimeout(stagger)
    signal.removeEventListener('abort', stop)
  }
}

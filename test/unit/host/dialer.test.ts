import { expect, test } from 'vitest'
import { dialFirst } from '../../../src/host/dialer.ts'

const OPTIONS = { staggerMs: 1, timeoutMs: 5_000, signal: new AbortController().signal }

/** Hangs until it is aborted, like a dial into a black hole. */
function hang(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
  return promise
}

test('the first address that answers wins, even if earlier ones hang or fail', async () => {
  const aborted: string[] = []
  const dialOne = async (address: string, signal: AbortSignal): Promise<string> => {
    if (address === 'refuses') throw new Error('refused')
    if (address === 'works') return 'connection'
    return hang(signal).finally(() => aborted.push(address))
  }
  expect(await dialFirst(['hangs', 'refuses', 'works', 'never'], dialOne, OPTIONS)).toBe('connection')
  await expect.poll(() => aborted).toContain('hangs')
})

test('an address that refuses does not hold up the next', async () => {
  const tried: string[] = []
  const dialOne = async (address: string): Promise<string> => {
    tried.push(address)
    if (address === 'refuses') throw new Error('refused')
    return address
  }
  expect(await dialFirst(['refuses', 'works'], dialOne, { ...OPTIONS, staggerMs: 60_000 })).toBe('works')
  expect(tried).toEqual(['refuses', 'works'])
})

test('a good first address is the only one dialled', async () => {
  const tried: string[] = []
  const dialOne = async (address: string): Promise<string> => {
    tried.push(address)
    return address
  }
  expect(await dialFirst(['works', 'other'], dialOne, { ...OPTIONS, staggerMs: 60_000 })).toBe('works')
  expect(tried).toEqual(['works'])
})

test('rejects if no address answers, there is none, time runs out or the caller stops', async () => {
  const refuse = () => Promise.reject(new Error('refused'))
  const dialHanging = (_address: string, signal: AbortSignal) => hang(signal)
  await expect(dialFirst(['a', 'b'], refuse, OPTIONS)).rejects.toThrow('all addresses failed')
  await expect(dialFirst([], refuse, OPTIONS)).rejects.toThrow('all addresses failed')
  await expect(dialFirst(['a', 'b'], dialHanging, { ...OPTIONS, timeoutMs: 20 })).rejects.toThrow(
    'all addresses failed',
  )
  const caller = new AbortController()
  const dial = dialFirst(['a'], dialHanging, { ...OPTIONS, signal: caller.signal })
  caller.abort()
  await expect(dial).rejects.toThrow('all addresses failed')
})

test('the signal of the dial that won never aborts, whatever happens later', async () => {
  const caller = new AbortController()
  let winner: AbortSignal | undefined
  const dialOne = async (address: string, signal: AbortSignal): Promise<string> => {
    if (address === 'hangs') return hang(signal)
    winner = signal
    return address
  }
  await dialFirst(['hangs', 'works'], dialOne, { ...OPTIONS, timeoutMs: 50, signal: caller.signal })
  caller.abort()
  expect(winner?.aborted).toBe(false)
})

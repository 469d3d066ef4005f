/** Something that a button starts, once at a time, and that says what went wrong. */
import { useState } from 'preact/hooks'
import { reasonOf } from '../connection/call.ts'

interface Attempt {
  /** Empty if nothing went wrong. */
  problem: string
  /** It is under way, or was done: what has started it goes away then. */
  isBusy: boolean
  begin: () => Promise<void>
}

/** `work` rejects with the reason if it could not be done. */
export function useAttempt(work: () => Promise<void>): Attempt {
  const [problem, setProblem] = useState('')
  const [isBusy, setBusy] = useState(false)
  const begin = async (): Promise<void> => {
    setBusy(true)
    setProblem('')
    try {
      await work()
    } catch (error) {
      setProblem(reasonOf(error))
      setBusy(false)
    }
  }
  return { problem, isBusy, begin }
}

/** Asking again for what may have changed. */
import { useEffect, useRef } from 'preact/hooks'

/** A busy room changes a few times a second; nobody reads a list that fast. */
const PAUSE_MS = 1_000

/** Calls `load` at once and whenever one of the things changes, one call at a time and with pauses between them. */
export function useReload(load: () => Promise<void>, things: readonly unknown[]): void {
  const state = useRef({ isBusy: false, isWanted: false, isOver: false })
  const latest = useRef(load)
  latest.current = load
  const run = async (): Promise<void> => {
    const { current } = state
    current.isWanted = true
    if (current.isBusy) return
    current.isBusy = true
    while (current.isWanted && !current.isOver) {
      current.isWanted = false
      await latest.current()
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    current.isBusy = false
  }
  useEffect(() => void run(), things)
  useEffect(
    () => () => {
      state.current.isOver = true
    },
    [],
  )
}

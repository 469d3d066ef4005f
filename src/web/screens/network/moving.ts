/** Things that go to new places bit by bit, so that one sees what became of them. */
import { useEffect, useRef, useState } from 'preact/hooks'

const MOVE_MS = 500

interface Place {
  peer: string
  x: number
  y: number
}

/** The same things on the way from where they were; new ones come out of the middle. At once for whoever wants no motion. */
export function useMoving<Thing extends Place>(things: readonly Thing[]): readonly Thing[] {
  const [shown, setShown] = useState(things)
  const latest = useRef(shown)
  const target = things.map(({ peer, x, y }) => `${peer} ${x} ${y}`).join('\n')
  useEffect(() => {
    const from = new Map(latest.current.map((thing) => [thing.peer, thing]))
    const startMs = performance.now()
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    let frame = 0
    const step = (nowMs: number): void => {
      const part = isStill ? 1 : Math.min(1, Math.max(0, nowMs - startMs) / MOVE_MS)
      const eased = 1 - (1 - part) ** 3
      latest.current = things.map((thing) => {
        const { x, y } = from.get(thing.peer) ?? { x: 0, y: 0 }
        return { ...thing, x: x + (thing.x - x) * eased, y: y + (thing.y - y) * eased }
      })
      setShown(latest.current)
      if (part < 1) frame = requestAnimationFrame(step)
    }
    step(startMs)
    return () => cancelAnimationFrame(frame)
  }, [target])
  return shown
}

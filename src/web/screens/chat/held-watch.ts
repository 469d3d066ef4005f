/** Asks who holds the newest own message, as long as somebody who is there does not. */
import { useEffect } from 'preact/hooks'
import type { Message } from '../../../kith.ts'
import { askHeld, held } from '../../state/held.ts'
import { node, rooms } from '../../state/node.ts'

const ASK_EVERY_MS = 1_500

export function useHeldWatch(room: string, messages: readonly Message[]): void {
  const self = node.value?.peer
  const own = messages.findLast(({ author }) => author === self)?.id
  const neighbours = rooms.value.get(room)?.neighbours ?? 0
  useEffect(() => {
    if (own === undefined) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const ask = async (): Promise<void> => {
      const found = document.visibilityState === 'visible' ? await askHeld(room, own) : held.value.get(own)
      // With nobody there, nobody can get it.
      if (!isOver && found?.state !== 'all' && neighbours > 0) timer = setTimeout(() => void ask(), ASK_EVERY_MS)
    }
    if (held.value.get(own)?.state !== 'all') void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [own, neighbours])
}

/** Asks who holds the newest own message, as long as somebody who is there does not. */
import { useEffect } from 'preact/hooks'
import type { Message } from '../../../kith.ts'
import { askHeld, held } from '../../state/held.ts'
import { rooms } from '../../state/node.ts'
import { isOwn } from '../../state/self.ts'
import { isForGuests } from '../../connection/served-for.ts'

const ASK_EVERY_MS = 1_500

export function useHeldWatch(room: string, messages: readonly Message[]): void {
  // Who has what is no guest's concern.
  const own = isForGuests ? undefined : messages.findLast(isOwn)?.id
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

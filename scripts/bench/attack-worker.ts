/** A process of hostile peers, driven by the bench, so that their work is not counted as the node's. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { attacks } from '../../test/hostile/attacks/index.ts'
import { serve } from './rpc.ts'

/** Before the next try, if the node took no connection or closed one. */
const REFUSED_PAUSE_MS = 100
/** For the peers to leave; those that a node neither reads nor refuses end with this process. */
const LEAVE_MS = 3_000

let running: { end: AbortController; done: Promise<void> } | undefined

/** Repeats an attack, as attackers do, until it is ended. Rejects if it was refused each time. */
async function repeat(name: string, address: string, room: RoomId, signal: AbortSignal): Promise<void> {
  const attack = attacks.find((each) => each.name === name)
  if (attack === undefined) throw new Error(`there is no attack '${name}'`)
  let runs = 0
  let refused: unknown
  while (!signal.aborted) {
    try {
      await attack.run({ address, room, signal })
      runs++
    } catch (error) {
      refused = error
      await sleep(REFUSED_PAUSE_MS)
    }
  }
  if (runs === 0 && refused !== undefined) throw new Error(`'${name}' was refused each time`, { cause: refused })
}

const methods = {
  names(): string[] {
    return attacks.map(({ name }) => name)
  },

  begin(name: string, address: string, room: string): void {
    const end = new AbortController()
    running = { end, done: repeat(name, address, room as RoomId, end.signal) }
  },

  /** Rejects if the attack did nothing but fail. */
  async end(): Promise<void> {
    running?.end.abort()
    await Promise.race([running?.done, sleep(LEAVE_MS)])
  },
}

/** The methods of a process of hostile peers. */
export type AttackWorker = typeof methods

serve(methods)

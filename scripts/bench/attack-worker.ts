/** A process of hostile peers, driven by the bench, so that their work is not counted as the node's. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { attacks } from '../../test/hostile/attacks/index.ts'
import { serve } from './rpc.ts'

let running: { end: AbortController; done: Promise<void> } | undefined

/** Repeats an attack, as attackers do, until it is ended. */
async function repeat(name: string, address: string, room: RoomId, signal: AbortSignal): Promise<void> {
  const attack = attacks.find((each) => each.name === name)
  if (attack === undefined) throw new Error(`there is no attack '${name}'`)
  while (!signal.aborted) await attack.run({ address, room, signal })
}

const methods = {
  names(): string[] {
    return attacks.map(({ name }) => name)
  },

  begin(name: string, address: string, room: string): void {
    const end = new AbortController()
    running = { end, done: repeat(name, address, room as RoomId, end.signal) }
  },

  /** Rejects if the attack failed before it was ended. */
  async end(): Promise<void> {
    running?.end.abort()
    await running?.done
  },
}

/** The methods of a process of hostile peers. */
export type AttackWorker = typeof methods

serve(methods)

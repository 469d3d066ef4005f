/** Negentropy, as clients and relays of Nostr speak it: the same two sets, compared by its messages. */
import { Negentropy, NegentropyStorage } from '@nostr-dev-kit/sync'
import type { ComparisonCost, Sets } from '../range-costs.ts'

/** What is used of its interface. */
interface Side {
  initiate(): Promise<Uint8Array>
  reconcile(message: Uint8Array): Promise<{ nextMessage: Uint8Array | undefined; have: unknown[]; need: unknown[] }>
}

/** Until the side that began knows what each lacks; that it then asks for what it needs is not counted. */
export async function costOfNegentropy({ first, second }: Sets): Promise<ComparisonCost> {
  const [initiator, responder] = [first, second].map((keys): Side => {
    const storage = new NegentropyStorage()
    for (const { clock, digest } of keys) storage.insert(clock, digest)
    storage.seal()
    return new Negentropy(storage)
  }) as [Side, Side]
  let bytes = 0
  let turns = 0
  let found = 0
  let message: Uint8Array | undefined = await initiator.initiate()
  while (message !== undefined) {
    const answer = await responder.reconcile(message)
    if (answer.nextMessage === undefined) throw new Error('the responder did not answer')
    bytes += message.length + answer.nextMessage.length
    turns += 2
    const { nextMessage, have, need } = await initiator.reconcile(answer.nextMessage)
    found += have.length + need.length
    message = nextMessage
  }
  if (found !== differences({ first, second })) throw new Error(`it found ${found} differences`)
  return { bytes, turns }
}

function differences({ first, second }: Sets): number {
  const idsOf = (keys: Sets['first']): Set<string> =>
    new Set(keys.map(({ digest }) => Buffer.from(digest).toString('hex')))
  const [one, other] = [idsOf(first), idsOf(second)]
  return [...one].filter((id) => !other.has(id)).length + [...other].filter((id) => !one.has(id)).length
}

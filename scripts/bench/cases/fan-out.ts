/** How many documents a second of one writer reach all of sixteen nodes, with nothing lost. */
import type { Bench } from '../bench.ts'
import { sharedNowMs } from '../clock.ts'
import type { Row } from '../row.ts'
import { MESSAGE_BYTES } from '../talk.ts'
import { inTurnsAt } from '../turns.ts'

/** Documents. */
const SIZES = [1_000]
/** The writer, in a process of its own, and those that share another. */
const NODES = 16
/** Each connects with so many of those before it, so that most have twice as many, about as many as a gossip mesh. */
const LINKS = 4
const IN_FLIGHT = 512
/** Gossip has no flow control: as many are on their way as it takes without losing any. */
const GOSSIP_IN_FLIGHT = 16
/** Gossip is slow, and its rate is the same for fewer. */
const GOSSIP_MESSAGES = 64
const MS_PER_SECOND = 1000

export async function measure(bench: Bench): Promise<Row[]> {
  const { processes, systems } = bench
  const [kith] = systems
  if (kith === undefined) throw new RangeError('there is no system')
  return inTurnsAt({ ...bench, systems: [kith] }, SIZES, (n) => ({
    n,
    figures: [{ name: `fan-out to ${NODES} nodes`, unit: 'documents/s' }],
    async system() {
      const writer = processes.forkNode()
      const crowd = processes.forkCrowd()
      const address = await writer.call.start(processes.folder())
      await crowd.call.start(Array.from({ length: NODES - 1 }, () => processes.folder()))
      const room = await writer.call.create()
      await crowd.call.meet(room, address, LINKS)
      const startedMs = sharedNowMs()
      await writer.call.write(room, n, IN_FLIGHT)
      const elapsedMs = (await crowd.call.allHaveAtMs(n)) - startedMs
      await Promise.all([writer.end(), crowd.end()])
      return [(n * MS_PER_SECOND) / elapsedMs]
    },
    floor: {
      name: 'gossipsub',
      async run() {
        const writer = processes.forkGossip()
        const crowd = processes.forkGossip()
        const [address = ''] = await writer.call.start(1)
        await crowd.call.start(NODES - 1)
        await crowd.call.meet(address, LINKS)
        const startedMs = sharedNowMs()
        let elapsedMs = 0
        for (let sent = 0; sent < GOSSIP_MESSAGES;) {
          await writer.call.publish(GOSSIP_IN_FLIGHT, MESSAGE_BYTES)
          sent += GOSSIP_IN_FLIGHT
          elapsedMs = (await crowd.call.allHaveAtMs(sent)) - startedMs
        }
        await Promise.all([writer.end(), crowd.end()])
        return [(GOSSIP_MESSAGES * MS_PER_SECOND) / elapsedMs]
      },
    },
  }))
}

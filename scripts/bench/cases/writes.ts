/** How many messages a second a node signs and commits. */
import type { Bench } from '../bench.ts'
import type { Row, Target } from '../row.ts'
import { inTurns } from '../turns.ts'
import { MESSAGE_BYTES } from '../talk.ts'

const MS_PER_SECOND = 1000

interface Load {
  name: string
  sizes: readonly number[]
  inFlight: number
  /** Documents per commit on the floor: as many as a node's runner combines. */
  perCommit: number
  target?: Target
}

const LOADS: readonly Load[] = [
  { name: 'writes, 512 in flight', sizes: [20_000], inFlight: 512, perCommit: 256, target: { atLeast: 5000 } },
  { name: 'writes, each awaited', sizes: [2000], inFlight: 1, perCommit: 1 },
]

/** Through the library, with many concurrent calls and one after another. */
export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const load of LOADS) for (const n of bench.sizes(load.sizes)) rows.push(...(await measureLoad(bench, load, n)))
  return rows
}

async function measureLoad(bench: Bench, { name, inFlight, perCommit, target }: Load, n: number): Promise<Row[]> {
  const { processes } = bench
  return inTurns(bench, {
    n,
    figures: [{ name, unit: 'documents/s', ...(target === undefined ? {} : { target }) }],
    async system(system) {
      const node = processes.forkSystem(system)
      await node.call.start(processes.folder())
      const elapsedMs = await node.call.write(await node.call.create(), n, inFlight)
      await node.end()
      return [(n * MS_PER_SECOND) / elapsedMs]
    },
    floor: {
      name: 'sign + SQLite insert',
      async run() {
        const floor = processes.forkFloor()
        const elapsedMs = await floor.call.signAndStore(`${processes.folder()}/floor.db`, n, MESSAGE_BYTES, perCommit)
        await floor.end()
        return [(n * MS_PER_SECOND) / elapsedMs]
      },
    },
  })
}

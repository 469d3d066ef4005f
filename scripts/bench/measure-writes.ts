/** How many documents a second a node signs and commits. */
import type { Bench } from './bench.ts'
import { rowOf } from './row.ts'
import type { Row } from './row.ts'

const RUNS = 5
const MS_PER_SECOND = 1000

interface Load {
  name: string
  documents: number
  inFlight: number
  /** Documents per commit on the floor: as many as a node's runner combines. */
  perCommit: number
  target?: { atLeast: number }
}

const LOADS: Load[] = [
  { name: 'writes, 512 in flight', documents: 20_000, inFlight: 512, perCommit: 256, target: { atLeast: 5000 } },
  { name: 'writes, each awaited', documents: 2000, inFlight: 1, perCommit: 1 },
]

/** Through the library, with many concurrent calls and one after another. */
export async function measureWrites(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const load of LOADS) rows.push(await measureLoad(bench, load))
  return rows
}

async function measureLoad({ processes, progress }: Bench, load: Load): Promise<Row> {
  const { name, documents, inFlight, perCommit, target } = load
  const values: number[] = []
  const bare: number[] = []
  for (let run = 1; run <= RUNS; run++) {
    progress(`${name} ${run}/${RUNS}`)
    const node = processes.forkNode()
    await node.call.start(processes.folder())
    const room = await node.call.create()
    values.push((documents * MS_PER_SECOND) / (await node.call.write(room, documents, inFlight)))
    const { sizeBytes, documents: stored } = await node.call.details(room)
    await node.end()
    const floor = processes.forkFloor()
    const blockBytes = Math.round(sizeBytes / stored)
    const floorMs = await floor.call.signAndStore(`${processes.folder()}/floor.db`, documents, blockBytes, perCommit)
    bare.push((documents * MS_PER_SECOND) / floorMs)
    await floor.end()
  }
  return rowOf(name, 'documents/s', {
    values,
    ...(target === undefined ? {} : { target }),
    floor: { name: 'sign + SQLite insert', values: bare },
  })
}

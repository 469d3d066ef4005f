/** How long a node takes from its command to listening. */
import type { Bench } from '../bench.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const START_TARGET = { atMost: 1500 }
const ARGV = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

/** An ordinary start, and the very first one, without cached compiled code. */
export async function measure({ processes, progress, runs }: Bench): Promise<Row[]> {
  const kept = processes.folder()
  await startMs(kept) // fills the folder
  const warm: number[] = []
  const first: number[] = []
  const bare: number[] = []
  for (let run = 1; run <= runs; run++) {
    progress(`start ${run}/${runs}`)
    const node = await processes.startBareNode('console.log()')
    bare.push(node.firstOutputMs)
    await node.end()
    warm.push(await startMs(kept))
    first.push(await startMs(processes.folder()))
  }
  const floor = { name: 'node -e', values: bare }
  return [
    rowOf('start to listening', 'ms', { values: warm, target: START_TARGET, floor }),
    rowOf('first start to listening', 'ms', { values: first, target: START_TARGET, floor }),
  ]

  async function startMs(compileCache: string): Promise<number> {
    const node = await processes.startKith({ argv: ARGV, compileCache })
    await node.end()
    return node.startedAtMs - node.spawnedAtMs
  }
}

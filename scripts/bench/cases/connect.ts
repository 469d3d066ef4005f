/** How long a second node takes from listening to being connected with the first. */
import { Lan } from '../../../test/lan/lan.ts'
import { reasonForNoLan } from '../../../test/lan/namespaces.ts'
import type { Bench } from '../bench.ts'
import type { KithProcess } from '../processes.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const CONNECT_TARGET = { atMost: 1000 }
const LOOPBACK = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

/** By a given address, and, if a LAN can be made, by multicast DNS. */
export async function measure(bench: Bench): Promise<Row[]> {
  const byAddress = rowOf('connected, by address', 'ms', {
    values: await repeat(bench, 'by address', ({ processes }) => ({
      first: () => processes.startKith({ argv: LOOPBACK }),
      second: (address) => processes.startKith({ argv: [...LOOPBACK, '--peer', address] }),
    })),
    target: CONNECT_TARGET,
  })
  return [byAddress, await byMulticast(bench)]
}

async function byMulticast(bench: Bench): Promise<Row> {
  const name = 'connected, by mDNS on a LAN'
  const reason = reasonForNoLan()
  if (reason !== undefined) return { name, skipped: `network namespaces: ${reason}` }
  const lan = new Lan({ hosts: 2 })
  try {
    const values = await repeat(bench, 'by mDNS', ({ processes }) => ({
      first: () => processes.startKith({ argv: [], place: { lan, host: 1 } }),
      second: () => processes.startKith({ argv: [], place: { lan, host: 2 } }),
    }))
    return rowOf(name, 'ms', { values, target: CONNECT_TARGET })
  } finally {
    lan.destroy()
  }
}

interface Pair {
  first(): Promise<KithProcess>
  second(address: string): Promise<KithProcess>
}

/** Milliseconds from the second node's `started` until the first reports the connection; 0 if it did so earlier. */
async function repeat(bench: Bench, way: string, pairOf: (bench: Bench) => Pair): Promise<number[]> {
  const values: number[] = []
  for (let run = 1; run <= bench.runs; run++) {
    bench.progress(`connect ${way} ${run}/${bench.runs}`)
    const pair = pairOf(bench)
    const first = await pair.first()
    const second = await pair.second(first.address)
    const connectedAtMs = await first.connectedAtMs(second.peer)
    values.push(Math.max(0, connectedAtMs - second.startedAtMs))
    await Promise.all([first.end(), second.end()])
  }
  return values
}

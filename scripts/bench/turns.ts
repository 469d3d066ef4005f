/** Measures the same work of all systems and of the floor in turns, so that a busy minute of the machine meets all of them. */
import type { Bench } from './bench.ts'
import { rowOf } from './row.ts'
import type { Row, Target } from './row.ts'
import { KITH } from './system.ts'
import type { System } from './system.ts'

/** One figure of a case. */
export interface Figure {
  name: string
  unit: string
  target?: Target
}

/** Undefined for what a system or the floor does not have. */
type Values = readonly (number | undefined)[]

export interface Turns {
  n: number
  figures: readonly Figure[]
  /** The values of the figures, in their order, of one run. */
  system: (system: System) => Promise<Values>
  floor?: { name: string; run: () => Promise<Values> }
}

/** A row for each figure. */
export async function inTurns(bench: Bench, { n, figures, system, floor }: Turns): Promise<Row[]> {
  const title = figures[0]?.name ?? ''
  const valuesOf = new Map<string, Values[]>(bench.systems.map(({ name }) => [name, []]))
  const floorValues: Values[] = []
  for (let run = 1; run <= bench.runs; run++) {
    for (const each of bench.systems) {
      bench.progress(`${title}, n = ${n}, ${each.name} ${run}/${bench.runs}`)
      valuesOf.get(each.name)?.push(await system(each))
    }
    if (floor !== undefined) floorValues.push(await floor.run())
  }
  return figures.map(({ name, unit, target }, i) => {
    const figure = (runs: readonly Values[] = []): number[] =>
      runs.map((values) => values[i]).filter((value) => value !== undefined)
    const peers = [...valuesOf]
      .filter(([peer]) => peer !== KITH.name)
      .map(([peer, runs]) => [peer, figure(runs)] as const)
      .filter(([, values]) => values.length > 0)
    const floorFigure = figure(floorValues)
    return rowOf(name, unit, {
      n,
      values: figure(valuesOf.get(KITH.name)),
      ...(target === undefined ? {} : { target }),
      ...(floor === undefined || floorFigure.length === 0 ? {} : { floor: { name: floor.name, values: floorFigure } }),
      ...(peers.length === 0 ? {} : { peers: new Map(peers) }),
    })
  })
}

/** The rows of every size. */
export async function inTurnsAt(bench: Bench, sizes: readonly number[], turnsOf: (n: number) => Turns): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(sizes)) rows.push(...(await inTurns(bench, turnsOf(n))))
  return rows
}

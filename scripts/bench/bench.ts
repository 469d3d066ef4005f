/** What every case gets. */
import type { Row } from './row.ts'
import type { Processes } from './processes.ts'
import type { System } from './system.ts'

/** A case is a file in `cases/`, which exports this as `measure`. */
export type Measure = (bench: Bench) => Promise<Row[]>

export interface Bench {
  processes: Processes
  /** Kith, and what it is measured beside where one node writes. */
  systems: readonly System[]
  /** Kith, and what it is measured beside where several write in one room. */
  mergingSystems: readonly System[]
  /** How often each figure is measured; the median counts. */
  runs: number
  /** The sizes to measure at, for cases that grow: the case's own, or the user's. */
  sizes: (own: readonly number[]) => readonly number[]
  /** The attacks to measure, by name: all, or the user's. */
  attacks: (all: readonly string[]) => readonly string[]
  /** Reports what is being done, to a waiting user. */
  progress: (text: string) => void
}

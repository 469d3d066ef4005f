/** What every measurement gets. */
import type { Processes } from './processes.ts'

export interface Bench {
  processes: Processes
  /** Says what is being done, to whoever waits. */
  progress: (text: string) => void
}

/** What every measurement gets. */
import type { Processes } from './processes.ts'

export interface Bench {
  processes: Processes
  /** Reports what is being done, to a waiting user. */
  progress: (text: string) => void
}

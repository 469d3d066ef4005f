/** What can be found while no node runs. */
import type { Diagnosis } from '../../kith.ts'
import { wallMs } from '../../runtime/clock.ts'
import { defaultDataDir } from '../data-folder.ts'
import { findingsOf } from './findings.ts'
import { systemFacts } from './system-facts.ts'

/**
 * Looks at a data folder and at this machine while no node runs on the folder: the disk, file descriptors, the clock, and
 * network interfaces. Reads nothing of the node, and changes nothing. Default folder: that of `createNode`.
 */
export async function diagnoseFolder({ dataDir = defaultDataDir() }: { dataDir?: string } = {}): Promise<Diagnosis> {
  const facts = { atMs: wallMs(), system: await systemFacts(dataDir), node: null }
  return { about: null, findings: findingsOf(facts, false), facts, probes: [] }
}

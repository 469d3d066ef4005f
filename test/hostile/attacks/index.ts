import type { Attack } from './attack.ts'
import { forks } from './forks.ts'
import { fullDisk } from './full-disk.ts'
import { heads } from './heads.ts'
import { hearsay } from './hearsay.ts'
import { idleConnections } from './idle-connections.ts'
import { metadata } from './metadata.ts'
import { offers } from './offers.ts'
import { parking } from './parking.ts'
import { profiles } from './profiles.ts'
import { ranges } from './ranges.ts'
import { roots } from './roots.ts'
import { unfinishedFrames } from './unfinished-frames.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [
  forks,
  fullDisk,
  heads,
  hearsay,
  idleConnections,
  metadata,
  offers,
  parking,
  profiles,
  ranges,
  roots,
  unfinishedFrames,
]

import type { Attack } from './attack.ts'
import { fullDisk } from './full-disk.ts'
import { hearsay } from './hearsay.ts'
import { idleConnections } from './idle-connections.ts'
import { metadata } from './metadata.ts'
import { offers } from './offers.ts'
import { ranges } from './ranges.ts'
import { roots } from './roots.ts'
import { unfinishedFrames } from './unfinished-frames.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [fullDisk, hearsay, idleConnections, metadata, offers, ranges, roots, unfinishedFrames]

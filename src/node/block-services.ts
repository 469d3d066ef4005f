/** The services of a node for its rooms. */
import type { PartRecords } from '../files/part-records.ts'
import type { DiskSpace } from './disk-space.ts'
import type { Garbage } from './garbage.ts'
import type { NodeDirectories } from './node-directories.ts'
import type { RingSharing } from './ring-sharing.ts'
import type { Trimming } from './trimming.ts'
import type { Wants } from './wants.ts'

/** Passed to each room. */
export interface BlockServices {
  readonly wants: Wants
  readonly garbage: Garbage
  readonly disk: DiskSpace
  readonly parts: PartRecords
  readonly trimming: Trimming
  readonly ringSharing: RingSharing
  readonly directories: NodeDirectories
}

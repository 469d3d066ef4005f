/** What a node has for blocks, beside its rooms. */
import type { DiskSpace } from './disk-space.ts'
import type { Garbage } from './garbage.ts'
import type { Wants } from './wants.ts'

export interface BlockServices {
  readonly wants: Wants
  readonly garbage: Garbage
  readonly disk: DiskSpace
}

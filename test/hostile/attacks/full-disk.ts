/** A member writes large documents as fast as they are taken: without a bound, they fill the disk. */
import { randomBytes } from 'node:crypto'
import type { Attack } from './attack.ts'
import { sendChain } from './chain.ts'

/** 40 MB. */
export const FULL_DISK_DOCUMENTS = 900
export const FULL_DISK_BODY_BYTES = 45_000
const AT_ONCE = 10

export const fullDisk: Attack = {
  name: 'full-disk',
  run: (target) => sendChain(target, FULL_DISK_DOCUMENTS, AT_ONCE, () => ({ body: randomBytes(FULL_DISK_BODY_BYTES) })),
}

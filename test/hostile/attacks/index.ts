import type { Attack } from './attack.ts'
import { metadata } from './metadata.ts'
import { offers } from './offers.ts'
import { ranges } from './ranges.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [metadata, offers, ranges]
